/** What operations answer, as schemas: another process's answer is checked before it is believed. */
import { z } from 'zod';
import type { LearningView } from './predictions/learning-view.ts';
import type * as op from './operations.ts';

const text = z.string();
const num = z.number();
const flag = z.boolean();
/** JSON has no word for an infinite or missing number. */
const anyNumber = z.union([num, z.null().transform(() => Number.NaN)]);
const object = z.record(z.string(), z.unknown());

export const speedShape: z.ZodType<op.Speed, op.Speed> = z.union([z.literal('max'), num.min(0)]);

export const eventView: z.ZodType<op.EventView> = z.object({
  topic: text,
  partition: num,
  offset: num,
  appended_ms: num,
  key: text,
  id: text.nullable(),
  value: object.nullable(),
  error: text.nullable(),
});

export const sourceStatus: z.ZodType<op.SourceStatus> = z.object({
  kind: z.enum(['simulated', 'replay', 'meta', 'none']),
  name: text,
  speed: speedShape,
  clock_ms: num.nullable(),
  progress: num.nullable(),
  events_total: num,
  finished: flag,
  accounts: z.array(
    z.object({
      account_id: text,
      state: z.enum(['back-fill', 'fresh', 'stale', 'failing']),
      progress: num.nullable(),
      read_ms: num.nullable(),
      problem: text.nullable(),
    }),
  ),
});

const summary: z.ZodType<op.Summary> = z.object({
  events: num,
  events_per_s: num,
  experiments: num,
  winners: num,
  withdrawn: num,
  undecided: num,
  blocked: num,
  leaders: num,
  z_test_claims: num,
  z_test_claims_adjusted: num,
  allocations: num,
  dead_letters: num,
  alpha: num,
});

const groupStatus = z.object({
  group: text,
  state: z.enum(['running', 'idle', 'waiting', 'stopped']),
  reason: text.nullable(),
  lag: num,
  events_total: num,
  emitted_total: num,
  rows_total: num,
  dead_letters_total: num,
  outbox_bytes: num,
  last_event_ms: num.nullable(),
  events_per_s: num,
});

const money_mode = z.enum(['dry_run', 'approve', 'auto']);

export const status: z.ZodType<op.Status> = z.object({
  version: text,
  engine: z.enum(['embedded', 'kafka', 'driver']),
  data_folder: text,
  resumed_at: num.nullable(),
  money: z.object({
    mode: money_mode,
    accounts_otherwise: z.record(money_mode, num),
    platform: z.enum(['meta', 'simulated']).nullable(),
  }),
  started_ms: num,
  now_ms: num,
  policy_version: text.nullable(),
  configured_speed: speedShape,
  source: sourceStatus,
  groups: z.array(groupStatus),
  topics: z.array(z.object({ topic: text, records: num, records_per_s: num, copies: num })),
  summary,
});

export const topology: z.ZodType<op.TopologyView> = z.object({
  groups: z.array(
    z.object({ name: text, description: text, reads: z.array(text), emits: z.array(text), writes: z.array(text) }),
  ),
  topics: z.array(
    z.object({
      name: text,
      description: text,
      partition_key: text.nullable(),
      written_by: text.nullable(),
      read_by: text.nullable(),
    }),
  ),
});

const experimentFields = {
  account_id: text,
  experiment_id: text,
  campaign_id: text,
  name: text,
  provenance: z.enum(['live', 'simulated', 'replayed']),
  design: z.enum(['randomised', 'parallel', 'observational']),
  primary_metric: z.enum(['link_ctr', 'cvr', 'cost_per_result', 'roas', 'profit']),
  status: text,
  announced: z.enum(['winner', 'withdrawn']).nullable(),
  announced_ms: num.nullable(),
  standing: text,
  leading_ad_id: text.nullable(),
  leading_name: text.nullable(),
  e_value: anyNumber,
  threshold: anyNumber,
  impressions: num,
  smallest_arm_impressions: num,
  needed_impressions: num,
  waits_for: z.object({ what: z.enum(['calibration', 'blocks', 'impressions']), have: num, need: num }).nullable(),
  days_left: num.nullable(),
  reason: text,
  at_ms: num,
};

export const experiments = z.object({
  rows: z.array(z.object(experimentFields)),
  total: num,
  next: text.nullable(),
}) satisfies z.ZodType<Awaited<ReturnType<op.Operations['experiments']>>>;

const point: z.ZodType<op.SeriesPoint> = z.object({ at_ms: num }).catchall(num);

export const posterior: z.ZodType<op.Posterior> = z.object({
  adset_id: text,
  mean: num,
  low: num,
  high: num,
  p_best: num,
  share: num,
  expected_loss: num,
});

export const experiment: z.ZodType<op.ExperimentDetail | null> = z
  .object({
    ...experimentFields,
    decision_id: text.nullable(),
    arms: z.array(
      z.object({
        ad_id: text,
        adset_id: text,
        name: text,
        headline: text.nullable(),
        impressions: num,
        clicks: num,
        rate: anyNumber,
        e_value: anyNumber,
        share: num.nullable(),
        p_best: num.nullable(),
        true_rate: num.nullable(),
      }),
    ),
    evidence: z.array(point),
    shares: z.array(point),
    p_best: z.array(point),
    expected_loss: z.array(point),
    posteriors: z.object({ at_ms: num, arms: z.array(posterior) }).nullable(),
  })
  .nullable();

const stage = z.enum(['cold', 'day_1', 'day_3']);
const known = num.nullable();
const horizonPoint = z.object({
  horizon_days: num,
  status: z.enum(['known', 'too_early']),
  gain: known,
  low: known,
  high: known,
});

export const learning: z.ZodType<LearningView> = z.object({
  accounts: z.array(z.object({ account_id: text, made: num, matured: num })),
  account_id: text.nullable(),
  accuracy: z.array(
    z.object({
      stage,
      ads: num,
      clicks: num,
      agreement: known,
      ceiling: known,
      accuracy: known,
      low: known,
      high: known,
      baseline_agreement: known,
      bias: known,
      status: z.enum(['good', 'poor', 'unknown']),
      at_ms: num,
    }),
  ),
  improvement: z
    .object({
      at_ms: num,
      days: num,
      ads: num,
      gain: known,
      low: known,
      high: known,
      points: z.array(horizonPoint),
      history: z.array(z.object({ at_ms: num, gain: num, low: num, high: num })),
    })
    .nullable(),
  weights: z.array(point),
  calibration: z.array(z.object({ ads: num, impressions: num, predicted: num, seen: num, low: num, high: num })),
  traits: z
    .object({
      at_ms: num,
      experiments: num,
      compared: num,
      effects: z.array(z.object({ trait: text, value: text, effect: num, low: num, high: num, experiments: num })),
    })
    .nullable(),
  predictions: z.array(
    z.object({
      prediction_id: text,
      ad_id: text,
      stage,
      rate: num,
      low: num,
      high: num,
      causes: z.array(text),
      at_ms: num,
      came: z.object({ impressions: num, clicks: num }).nullable(),
    }),
  ),
});

export const decisionRow: z.ZodType<op.DecisionRow> = z.object({
  id: text,
  topic: text,
  group: text,
  account_id: text,
  entity: text,
  result: text,
  at_ms: num,
  appended_ms: num,
});

const deadLetterFields = {
  id: text,
  group: text,
  topic: text,
  partition: num,
  offset: num,
  stage: text,
  code: text,
  message: text,
  field: text.nullable(),
  at_ms: num,
  settled: z.enum(['redriven', 'discarded']).nullable(),
};

export const deadLetters = z.object({ rows: z.array(z.object(deadLetterFields)), total: num });

export const deadLetter: z.ZodType<op.DeadLetterDetail | null> = z
  .object({
    ...deadLetterFields,
    key: text.nullable(),
    value_base64: text.nullable(),
    value_bytes: num,
    magic_byte: num.nullable(),
    schema_id: num.nullable(),
    schema_name: text.nullable(),
    decoders: z.array(z.object({ decoder: text, ok: flag, said: text, value: z.unknown() })),
    headers: z.record(z.string(), text),
  })
  .nullable();

export const redriven = z.object({ redriven: num, keys: num });
export const discarded = z.object({ discarded: num, keys: num });

export const queryResult: z.ZodType<op.QueryResult> = z.object({
  columns: z.array(z.object({ name: text, type: text })),
  rows: z.array(z.array(z.unknown())),
  elapsed_ms: num,
  truncated: flag,
});
