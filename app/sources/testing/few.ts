/** Groups whose decisions hang on one another: how a source is interrupted and goes on hangs on no others. */
import { experimentEvidence } from '../../../processors/auto-promoter/evidence/decide.ts';
import { autoPromoter } from '../../../processors/auto-promoter/promotion/decide.ts';
import { thompsonSampling } from '../../../processors/thompson-sampling/decide.ts';
import { topics } from '../../../schemas/index.ts';
import type { Topology } from '../../../topology/topology.ts';

export const few: Topology = { topics, processors: [thompsonSampling, experimentEvidence, autoPromoter] };
