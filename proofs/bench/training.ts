/**
 * What training costs the stream: a model is trained from an archive of predictions while events keep coming, and the
 * delay of the event loop and of decisions is measured, before and during it.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { generator, normal, poisson } from '../../learning/numeric.ts';
import { defaultPolicy } from '../../policy/document.ts';
import { ClickHouseAnalytics } from '../../ports/analytics/clickhouse/clickhouse.ts';
import { xgboostTrainer } from '../../ports/trainer/xgboost/xgboost.ts';
import { sqlTrainingData } from '../../ports/training-data/sql/sql.ts';
import { tableOf } from '../../processors/archivist/tables.ts';
import { feature_names } from '../../processors/compound-learner/features.ts';
import { features_version } from '../../processors/compound-learner/features-version.ts';
import { trainingGroup } from '../../processors/compound-learner/train/call.ts';
import type { Runtime } from '../../engine/runtime.ts';
import {
  actualsFetched,
  adMetrics,
  modelRetrainRequested,
  modelTrained,
  predictionMade,
  topics,
  winnerWithdrawn,
  type ActualsFetched,
  type ModelTrained,
  type PredictionMade,
} from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import type { Row } from '../../topology/coordinates.ts';
import type { Measure } from '../measures.ts';
import { inFolder, openBench } from './engine.ts';
import { quantile } from './statistics.ts';
import { targets } from './targets.ts';
import { answer } from './totals.ts';
import { metricsEvent, workload_start_ms } from './workload.ts';

export interface TrainingSize {
  /** Predictions with actuals in the archive. */
  readonly predictions: number;
  readonly events_per_s: number;
  /** Seconds of the stream alone. */
  readonly seconds: number;
  readonly onProgress: (text: string) => void;
}

const account_id = 'act_1';
/** Predictions lie within so many days. */
const span_ms = 180 * day_ms;
const rows_at_once = 2_000;
const pace_ms = 2;

/** Prediction `i`, of an ad with random features of which a few matter, and what came of it three days later. */
function pair(i: number, of: number, random: () => number): readonly [PredictionMade, ActualsFetched] {
  const features = feature_names.map((_, j) => (j < 8 ? random() : random() < 0.1 ? 1 : 0));
  const effect = 0.5 * (features[0] ?? 0) + 0.4 * (features[9] ?? 0) * (features[1] ?? 0) + 0.2 * normal(random);
  const impressions = 1_000 + Math.floor(9_000 * random());
  const at_ms = workload_start_ms + Math.floor((i / of) * span_ms);
  const rate = { rate: 0.02, rate_low: 0.01, rate_high: 0.04, log_sd: 0.3, raw_rate: 0.02, control_rate: 0.02 };
  const own = {
    ...rate,
    account_id,
    prediction_id: `cold-${i}`,
    ad_id: `ad-${i >> 1}`,
    stage: 'cold' as const,
    experts: [],
    baseline_rate: 0.02,
  };
  const known_ms = at_ms + 3 * day_ms;
  return [
    {
      ...own,
      campaign_id: 'campaign',
      experiment_id: null,
      model_id: null,
      features,
      features_version,
      impressions_before: 0,
      clicks_before: 0,
      matures_ms: known_ms,
      causes: [],
      missing: [],
      at_ms,
      policy_version: 'bench',
    },
    {
      ...own,
      revision: 0,
      impressions,
      clicks: Math.min(impressions, poisson(impressions * 0.02 * Math.exp(effect - 0.3), random)),
      source: 'stream',
      predicted_ms: at_ms,
      known_ms,
      at_ms: known_ms,
    },
  ];
}

/** Fills the archive, as the archivist would have. */
async function fillArchive(store: ClickHouseAnalytics, predictions: number): Promise<void> {
  await store.provision(topics.map(tableOf));
  const random = generator(1);
  const row = (topic: string, value: object, offset: number, at_ms: number): Row => ({
    table: topic.replaceAll('.', '_'),
    value,
    name: { group: 'archivist', run: 1, topic, partition: 0, offset, ordinal: 0 },
    at_ms,
  });
  for (let from = 0; from < predictions; from += rows_at_once) {
    const rows: Row[] = [];
    for (let i = from; i < Math.min(predictions, from + rows_at_once); i++) {
      const [made, actual] = pair(i, predictions, random);
      rows.push(row(predictionMade.name, made, i, made.at_ms), row(actualsFetched.name, actual, i, actual.at_ms));
    }
    await store.send(rows);
  }
}

/** Numbered events at a steady rate, whatever the engine does, and how long each took until its decision. */
class Stream {
  readonly #engine: Runtime;
  readonly #events_per_s: number;
  readonly #start = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #sent: Promise<void>[] = [];
  readonly #due_ms: number[] = [];
  #took_ms: number[] = [];
  #failure: unknown;

  constructor(engine: Runtime, events_per_s: number) {
    this.#engine = engine;
    this.#events_per_s = events_per_s;
    this.#timer = setInterval(() => this.#sendDue(), pace_ms);
  }

  #sendDue(): void {
    const from = this.#due_ms.length;
    const due = Math.floor(((performance.now() - this.#start) / 1_000) * this.#events_per_s);
    for (let i = from; i < due; i++) this.#due_ms.push(this.#start + (i / this.#events_per_s) * 1_000);
    if (due <= from) return;
    const events = Array.from({ length: due - from }, (_, n) => ({
      topic: adMetrics.name,
      value: { ...metricsEvent(from + n), spend_minor: from + n },
    }));
    const sent = this.#engine.publish({ source: 'bench', position: String(due), events });
    this.#sent.push(sent.catch((error: unknown) => void (this.#failure ??= error)));
  }

  decided(i: number): void {
    this.#took_ms.push(performance.now() - (this.#due_ms[i] ?? NaN));
  }

  /** What was measured since the last time. */
  took(): Float64Array {
    const took = Float64Array.from(this.#took_ms).sort();
    this.#took_ms = [];
    return took;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#sent);
    if (this.#failure !== undefined) throw this.#failure;
  }
}

interface Phase {
  readonly during: 'stream alone' | 'training';
  readonly loop: readonly (readonly [label: string, ms: number])[];
  readonly loop_n: number;
  readonly took_ms: Float64Array;
}

/** The event loop's delay and the latencies while `work` runs. */
async function phase(during: Phase['during'], stream: Stream, work: () => Promise<unknown>): Promise<Phase> {
  stream.took();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  const at = (percentile: number): number => delay.percentile(percentile) / 1e6;
  const loop = [
    ['p50', at(50)],
    ['p99', at(99)],
    ['max', delay.max / 1e6],
  ] as const;
  return { during, loop, loop_n: delay.count, took_ms: stream.took() };
}

const request = {
  topic: modelRetrainRequested.name,
  value: {
    account_id,
    request_id: 'bench',
    reason: 'operator',
    why: 'To measure it',
    from_ms: workload_start_ms,
    to_ms: workload_start_ms + 2 * span_ms,
    at_ms: workload_start_ms + 2 * span_ms,
    policy_version: null,
  },
};

export async function training(size: TrainingSize): Promise<readonly Measure[]> {
  return inFolder(async (folder) => {
    const store = await ClickHouseAnalytics.open({ path: join(folder, 'analytics') });
    size.onProgress('training, the archive is filled');
    await fillArchive(store, size.predictions);
    const policy = { ...defaultPolicy, training: { ...defaultPolicy.training, max_rows: size.predictions } };
    const group = trainingGroup({ data: sqlTrainingData(store), trainer: xgboostTrainer() });
    const { engine } = openBench({ folder, processors: [answer, group], policy });
    const [found, phases] = await measured(engine, size);
    await engine.stop();
    await store.close();
    return figures(found, phases, size);
  });
}

interface Found {
  readonly model: ModelTrained;
  readonly seconds: number;
}

async function measured(engine: Runtime, size: TrainingSize): Promise<readonly [Found, readonly Phase[]]> {
  await engine.start();
  let trained: (model: ModelTrained) => void = () => undefined;
  const stream = new Stream(engine, size.events_per_s);
  engine.tail((events) => {
    for (const { record, value } of events) {
      if (record.topic === winnerWithdrawn.name) stream.decided(Number(Reflect.get(value ?? {}, 'e_value')));
      // The codec made it: a value of its topic.
      else if (record.topic === modelTrained.name && value !== null) trained(value as ModelTrained);
    }
  });
  const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  size.onProgress('training, the stream alone');
  await pause(size.seconds / 2);
  const alone = await phase('stream alone', stream, () => pause(size.seconds));
  size.onProgress('training');
  const start = performance.now();
  let model: ModelTrained | undefined;
  const during = await phase('training', stream, async () => {
    const answered = new Promise<ModelTrained>((resolve) => (trained = resolve));
    await engine.publish({ source: 'bench', position: 'request', events: [request] });
    model = await answered;
  });
  const seconds = (performance.now() - start) / 1_000;
  await stream.stop();
  await engine.drain();
  if (model === undefined || model.rows === 0) throw new Error(`nothing was trained: ${model?.why ?? 'no answer'}`);
  return [{ model, seconds }, [alone, during]];
}

function figures({ model, seconds }: Found, phases: readonly Phase[], size: TrainingSize): readonly Measure[] {
  const training_rows = String(model.rows);
  const columns = String(model.columns);
  const ofPhase = ({ during, loop, loop_n, took_ms }: Phase): readonly Measure[] => [
    ...loop.map(([label, value]): Measure => {
      const target = during === 'training' && label === 'p99' ? { target: targets.training_loop_p99_ms } : {};
      const labels = { quantile: label, during, training_rows };
      return { name: 'event_loop_delay', labels, value, unit: 'ms', n: loop_n, ...target };
    }),
    ...(
      [
        ['p50', 0.5],
        ['p99', 0.99],
      ] as const
    ).map(([label, q]): Measure => ({
      name: 'latency',
      labels: { quantile: label, during, events_per_s: String(size.events_per_s) },
      value: quantile(took_ms, q),
      unit: 'ms',
      n: took_ms.length,
    })),
  ];
  return [
    ...phases.flatMap(ofPhase),
    {
      name: 'training_time',
      labels: { training_rows, columns, status: model.status },
      value: seconds,
      unit: 's',
      n: 1,
    },
    { name: 'training_rows', labels: { held_back: String(model.held_back_rows) }, value: model.rows, unit: 'rows' },
    { name: 'model_nodes', labels: { trees: String(model.roots.length) }, value: model.splits.length, unit: 'nodes' },
  ];
}
