/** Routes of the loops under the names that scripts know (`/api/ml/…`). */
import type { Route } from '../route.ts';
import { abExperimentRoutes } from './ab-experiments.ts';
import { abWriteRoutes } from './ab-writes.ts';
import { abReadRoutes } from './ab.ts';
import { actualsRoutes } from './actuals.ts';
import { compoundRoutes } from './compound.ts';
import { crossRoutes } from './cross.ts';
import { cycleRoutes } from './cycle.ts';
import { dnaRoutes } from './dna.ts';
import { predictRoutes } from './predict.ts';
import { promoteRoutes } from './promote.ts';
import { ragRoutes } from './rag.ts';

export const loopRoutes: readonly Route[] = [
  ...ragRoutes,
  ...abWriteRoutes,
  ...abReadRoutes,
  ...abExperimentRoutes,
  ...crossRoutes,
  ...dnaRoutes,
  ...compoundRoutes,
  ...actualsRoutes,
  ...promoteRoutes,
  ...cycleRoutes,
  ...predictRoutes,
];
