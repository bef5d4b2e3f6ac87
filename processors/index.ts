/** The loops, one line each, and the topology that they make with the topics. */
import { topics } from '../schemas/index.ts';
import { fold } from '../topology/fold.ts';
import type { AnyProcessor } from '../topology/processor.ts';
import type { Topology } from '../topology/topology.ts';
import { actualsFetcher } from './actuals-fetcher/decide.ts';
import { fetchingGroup, type ActualsOutside } from './actuals-fetcher/fetch/call.ts';
import { alerts } from './alerts/decide.ts';
import { notifyGroup, type NotifyOutside } from './alerts/notify/call.ts';
import { archivistOf } from './archivist/archivist.ts';
import { experimentEvidence } from './auto-promoter/evidence/decide.ts';
import { promotionOutcome } from './auto-promoter/outcome/decide.ts';
import { autoPromoter } from './auto-promoter/promotion/decide.ts';
import { budgetDayparts } from './budget-executor/dayparts/decide.ts';
import { budgetExecutor } from './budget-executor/decide.ts';
import { budgetPool } from './budget-executor/pool/decide.ts';
import { budgetWatch } from './budget-executor/watch/decide.ts';
import { budgetWriter, type BudgetOutside } from './budget-executor/write/call.ts';
import { compoundLearner } from './compound-learner/decide.ts';
import { trainingGroup, type TrainingOutside } from './compound-learner/train/call.ts';
import { creativeDna } from './creative-dna/decide.ts';
import { creativeVariations } from './creative-variations/decide.ts';
import { creativeDnaFormula } from './creative-dna/formula/decide.ts';
import { nicheAggregator } from './cross-learning/aggregate/decide.ts';
import { nicheContributor } from './cross-learning/contribute/decide.ts';
import { learningCycle } from './cycle/decide.ts';
import { ragMemory } from './rag-memory/decide.ts';
import { indexGroup } from './rag-memory/index/call.ts';
import type { MemoryOutside } from './rag-memory/outside.ts';
import { recallGroup } from './rag-memory/recall/call.ts';
import { fatigueMonitor } from './fatigue-monitor/decide.ts';
import { thompsonSampling } from './thompson-sampling/decide.ts';

/** What callers ask. */
export interface Outside {
  readonly actuals: ActualsOutside;
  readonly budgets: BudgetOutside;
  readonly training: TrainingOutside;
  readonly memory: MemoryOutside;
  readonly notify: NotifyOutside;
}

/** The loops of a program with its outside, and the secret that hides accounts in what is told of their niche. */
export const processorsOf = (outside: Outside, noise_key: string): readonly AnyProcessor[] => [
  thompsonSampling,
  creativeDna,
  creativeDnaFormula,
  creativeVariations,
  ragMemory,
  indexGroup(outside.memory),
  recallGroup(outside.memory),
  nicheContributor,
  nicheAggregator(noise_key),
  compoundLearner,
  trainingGroup(outside.training),
  actualsFetcher,
  fetchingGroup(outside.actuals),
  fatigueMonitor,
  experimentEvidence,
  autoPromoter,
  promotionOutcome,
  budgetWatch,
  budgetDayparts,
  budgetExecutor,
  budgetPool,
  budgetWriter(outside.budgets),
  learningCycle,
  alerts,
  notifyGroup(outside.notify),
  archivistOf(archived),
];

/**
 * Of all topics that are keyed by account. What accounts say to their niche is not archived: it is to be forgotten when
 * they leave.
 */
const archived = topics.filter(({ partitionKey }) => partitionKey === null || partitionKey === 'account_id');

export const topologyOf = (outside: Outside, noise_key: string): Topology =>
  fold(processorsOf(outside, noise_key), topics);

const nobody = (): Promise<never> => Promise.reject(new Error('this topology has nobody to ask'));

/** The loops as they are drawn and checked: whoever they would ask is not there, and nothing is hidden. */
export const topology: Topology = topologyOf(
  {
    actuals: { platform: () => null },
    budgets: { platform: () => null, stopped: nobody },
    training: { trainer: { train: nobody }, data: { examples: nobody, history: nobody, model: nobody } },
    memory: {
      embeddings: { model: 'none', dimensions: 1, embed: nobody },
      vectors: { dimensions: 1, upsert: nobody, absent: nobody, search: nobody, count: nobody },
      lacking: () => null,
      later: () => undefined,
    },
    notify: { channels: () => ({}) },
  },
  'nobody runs this',
);
export const { processors } = topology;
