/** The account's program: the loops as they are, on the driver, with one of them taken out. */
import type { EngineEvent, SourceEvent } from '../../../engine/engine.ts';
import { Driver } from '../../../engine/driver/driver.ts';
import type { Row } from '../../../engine/ports.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import type { Policy } from '../../../policy/policy.ts';
import { hashedEmbeddings } from '../../../ports/embeddings/hashed/hashed.ts';
import { memoryTrainingData } from '../../../ports/training-data/memory/memory.ts';
import { xgboostTrainer } from '../../../ports/trainer/xgboost/xgboost.ts';
import { actualsFetcher } from '../../../processors/actuals-fetcher/decide.ts';
import { fetchingGroup } from '../../../processors/actuals-fetcher/fetch/call.ts';
import { archivistOf } from '../../../processors/archivist/archivist.ts';
import { experimentEvidence } from '../../../processors/auto-promoter/evidence/decide.ts';
import { autoPromoter } from '../../../processors/auto-promoter/promotion/decide.ts';
import { compoundLearner, decide as learn } from '../../../processors/compound-learner/decide.ts';
import { experts, type AccountState } from '../../../processors/compound-learner/state.ts';
import { trainingGroup } from '../../../processors/compound-learner/train/call.ts';
import { wiring as learnerWiring } from '../../../processors/compound-learner/wiring.ts';
import { creativeDna, decide as read } from '../../../processors/creative-dna/decide.ts';
import { creativeDnaFormula } from '../../../processors/creative-dna/formula/decide.ts';
import { wiring as dnaWiring } from '../../../processors/creative-dna/wiring.ts';
import { ragMemory } from '../../../processors/rag-memory/decide.ts';
import { indexGroup } from '../../../processors/rag-memory/index/call.ts';
import { recallGroup } from '../../../processors/rag-memory/recall/call.ts';
import { thompsonSampling } from '../../../processors/thompson-sampling/decide.ts';
import {
  actualsFetched,
  deadLetter,
  modelTrained,
  policyChanged,
  predictionMade,
  topics,
} from '../../../schemas/index.ts';
import { createCodec } from '../../../schemas/codec.ts';
import { processor, type AnyProcessor, type Decide } from '../../../topology/processor.ts';
import { start_ms } from '../../../testing/snapshot.ts';
import { vectorStore } from '../../../testing/whole.ts';

/** What is taken out, one at a time; `nothing` is the whole program. */
export const removals = [
  'nothing',
  'memory',
  'dna',
  'formula',
  'niche',
  'trees',
  'bandit',
  'reweighting',
  'calibration',
  'actuals',
  'foreseen',
  'allocation',
] as const;
export type Removal = (typeof removals)[number];

/** A weight that is heard only where nobody else speaks. */
const unheard = 1e-12;

/** Experts who vote without one of them: its weight is next to nothing before each event. */
function withoutExpert(expert: (typeof experts)[number]): AnyProcessor {
  const weights = experts.map((one) => (one === expert ? unheard : 1));
  const muted = ({ stages, ...state }: AccountState): AccountState => {
    const one = ({ weights: before, ...stage }: AccountState['stages']['cold']) => {
      const heard = before.map((weight, k) => weight * (weights[k] ?? 1));
      const sum = heard.reduce((total, weight) => total + weight, 0);
      return { ...stage, weights: heard.map((weight) => weight / sum) };
    };
    return { ...state, stages: { cold: one(stages.cold), day_1: one(stages.day_1), day_3: one(stages.day_3) } };
  };
  const decide: Decide<typeof learnerWiring, Policy> = {
    ...learn,
    'dna.extracted': (state, event, context) => learn['dna.extracted'](muted(state), event, context),
    'memory.recalled': (state, event, context) => learn['memory.recalled'](muted(state), event, context),
    'tick.hourly': (state, event, context) => learn['tick.hourly'](muted(state), event, context),
  };
  return processor(learnerWiring, decide);
}

/** Ads become known, and nothing of what they say. */
const blind: Decide<typeof dnaWiring, Policy> = {
  'ad.created': (state, event, context) => {
    const decision = read['ad.created'](state, event, context);
    const emit = decision.emit?.map(({ topic, value }) => ({
      topic,
      value: { ...value, traits: value.traits.filter(({ trait }) => trait === 'format') },
    }));
    return emit === undefined ? decision : { ...decision, emit };
  },
};

/** The policy of a program: what is not learned stays as it began. */
function policyWithout(removed: Removal): Policy {
  const prediction = { ...defaultPolicy.prediction };
  if (removed === 'reweighting') return { ...defaultPolicy, prediction: { ...prediction, weight_share: 1 } };
  if (removed === 'calibration')
    return { ...defaultPolicy, prediction: { ...prediction, calibration_actuals: Infinity } };
  if (removed === 'foreseen')
    return { ...defaultPolicy, allocation: { ...defaultPolicy.allocation, prediction_trust: 0 } };
  return defaultPolicy;
}

/** Groups in play. Fatigue and the niche's own groups say nothing that these read. */
function groupsWithout(removed: Removal, rows: (table: string) => readonly Row[]): readonly AnyProcessor[] {
  const memory = {
    embeddings: hashedEmbeddings,
    vectors: vectorStore(),
    lacking: () => null,
    later: () => undefined,
  };
  const training = { trainer: xgboostTrainer(), data: memoryTrainingData({ rows }) };
  const when = (present: boolean, ...groups: readonly AnyProcessor[]): readonly AnyProcessor[] =>
    present ? groups : [];
  return [
    removed === 'dna' ? processor(dnaWiring, blind) : creativeDna,
    ...when(removed !== 'dna' && removed !== 'formula', creativeDnaFormula),
    ...when(removed !== 'memory', ragMemory, indexGroup(memory), recallGroup(memory)),
    removed === 'bandit' ? withoutExpert('bandit') : compoundLearner,
    ...when(removed !== 'trees', trainingGroup(training), archivistOf([predictionMade, actualsFetched, modelTrained])),
    ...when(removed !== 'actuals', actualsFetcher, fetchingGroup({ platform: () => null })),
    ...when(removed !== 'allocation', thompsonSampling),
    experimentEvidence,
    autoPromoter,
  ];
}

export class Program {
  readonly #driver: Driver;
  #round = 0;

  constructor(removed: Removal, onEvents: (events: readonly EngineEvent[]) => void) {
    const rows = (table: string): readonly Row[] => this.#driver.rows.sent.filter((row) => row.table === table);
    const policy = policyWithout(removed);
    this.#driver = new Driver({
      topology: { topics, processors: groupsWithout(removed, rows) },
      codec: createCodec({ topics }),
      partitions: 1,
      code: 'evaluation',
      policy: { topic: policyChanged.name, parse: () => policy, initial: policy },
      deadLetters: {
        topic: deadLetter.name,
        event: ({ message }) => {
          throw new Error(`refused: ${message}`);
        },
      },
      start_ms,
    });
    this.#onEvents = onEvents;
  }

  readonly #onEvents: (events: readonly EngineEvent[]) => void;

  async start(): Promise<void> {
    await this.#driver.start();
    this.#driver.engine.tail(this.#onEvents);
  }

  /** Lets time pass, publishes, and lets every group finish. */
  async publish(at_ms: number, events: readonly SourceEvent[]): Promise<void> {
    this.#driver.clock.set(at_ms);
    if (events.length === 0) return;
    await this.#driver.engine.publish({ source: 'world', position: String(this.#round++), events });
    await this.#driver.engine.drain();
    if (this.#driver.failures.length > 0) throw new Error(`a group failed: ${this.#driver.failures.join('; ')}`);
  }

  stop(): Promise<void> {
    return this.#driver.stop();
  }
}
