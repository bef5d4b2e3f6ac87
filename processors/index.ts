/** The loops, one line each, and the topology that they make with the topics. */
import { topics } from '../schemas/index.ts';
import { fold } from '../topology/fold.ts';
import type { AnyProcessor } from '../topology/processor.ts';
import type { Topology } from '../topology/topology.ts';
import { actualsFetcher } from './actuals-fetcher/decide.ts';
import { archivistOf } from './archivist/archivist.ts';
import { experimentEvidence } from './auto-promoter/evidence/decide.ts';
import { autoPromoter } from './auto-promoter/promotion/decide.ts';
import { compoundLearner } from './compound-learner/decide.ts';
import { creativeDna } from './creative-dna/decide.ts';
import { creativeDnaFormula } from './creative-dna/formula/decide.ts';
import { thompsonSampling } from './thompson-sampling/decide.ts';

export const processors = [
  thompsonSampling,
  creativeDna,
  creativeDnaFormula,
  compoundLearner,
  actualsFetcher,
  experimentEvidence,
  autoPromoter,
  archivistOf(topics),
] as const satisfies readonly AnyProcessor[];

export const topology: Topology = fold(processors, topics);
