/** A Flywheel as the page may meet it, at a moment that never changes: every state of every thing once. */
import type { DeadLetterDetail, DecisionRow, Status, TopologyView } from '../../operations/operations.ts';
import { experiment_count, scene_ms } from './scene-experiments.ts';

const group = (
  name: string,
  state: Status['groups'][number]['state'],
  over: Partial<Status['groups'][number]> = {},
): Status['groups'][number] => ({
  group: name,
  state,
  reason: null,
  lag: 0,
  events_total: 184_220,
  emitted_total: 9_112,
  rows_total: 0,
  dead_letters_total: 0,
  outbox_bytes: 0,
  last_event_ms: scene_ms - 1_200,
  events_per_s: 1_204.4,
  ...over,
});

const topics = [
  ['ad.created', 'An ad exists', 36, 0],
  ['experiment.declared', 'Ads that are compared', 14, 0],
  ['ad.metrics', 'Totals of an ad in a window', 182_340, 1_180.2],
  ['tick.hourly', 'An hour is over', 2_160, 24],
  ['policy.changed', 'A policy is in force', 4, 0],
  ['evidence.changed', 'Where an experiment stands', 8_900, 52.5],
  ['winner.detected', 'An arm is announced', 4, 0.1],
  ['winner.withdrawn', 'An announcement is taken back', 1, 0],
  ['allocation.proposed', 'A split of a budget', 12_480, 131],
  ['dead.letter', 'A record that was refused', 3, 0],
] as const;

/** Every partition has a copy of each. */
const broadcast: readonly string[] = ['tick.hourly', 'policy.changed'];

export const sceneStatus: Status = {
  version: '0.1.0',
  engine: 'embedded',
  data_folder: './data',
  resumed_at: null,
  money: { mode: 'dry_run', accounts_otherwise: { dry_run: 0, approve: 0, auto: 0 }, platform: 'simulated' },
  started_ms: scene_ms - 3_600_000,
  now_ms: scene_ms,
  policy_version: 'p-5d1c22',
  configured_speed: 7_200,
  source: {
    kind: 'simulated',
    name: 'simulated, seed 7',
    speed: 7_200,
    clock_ms: scene_ms,
    progress: null,
    events_total: 184_550,
    finished: false,
    accounts: [],
  },
  groups: [
    group('thompson-sampling', 'running', { emitted_total: 12_480, events_per_s: 1_204.4, lag: 212 }),
    group('auto-promoter.evidence', 'running', { dead_letters_total: 2, lag: 48_210, events_per_s: 980.1 }),
    group('auto-promoter', 'idle', { events_total: 8_914, emitted_total: 5, events_per_s: 52.5 }),
    group('archivist', 'waiting', {
      reason: 'ClickHouse does not answer',
      emitted_total: 0,
      rows_total: 205_000,
      dead_letters_total: 1,
      lag: 1_020,
      events_per_s: 3.2,
    }),
  ],
  topics: topics.map(([topic, , records, records_per_s]) => ({
    topic,
    records,
    records_per_s,
    copies: broadcast.includes(topic) ? 4 : 1,
  })),
  summary: {
    events: 184_550,
    events_per_s: 1_204.2,
    experiments: experiment_count,
    winners: 3,
    withdrawn: 1,
    undecided: experiment_count - 6,
    leaders: 1,
    blocked: 1,
    z_test_claims: 14,
    z_test_claims_adjusted: 5,
    allocations: 12_480,
    dead_letters: 3,
    alpha: 0.05,
  },
};

const written_by: Readonly<Record<string, string>> = {
  'ad.created': 'the ad platform',
  'experiment.declared': 'the ad platform',
  'ad.metrics': 'the ad platform',
  'tick.hourly': 'the ticker',
  'policy.changed': 'the operator',
  'dead.letter': 'the engine',
};
const raw = topics.map(([name]) => name);
export const sceneTopology: TopologyView = {
  groups: [
    {
      name: 'thompson-sampling',
      description: 'Proposes how to split the budget of each campaign.',
      reads: ['ad.created', 'ad.metrics', 'tick.hourly'],
      emits: ['allocation.proposed'],
      writes: [],
    },
    {
      name: 'auto-promoter.evidence',
      description: 'Weighs the evidence of each experiment.',
      reads: ['experiment.declared', 'ad.metrics', 'tick.hourly'],
      emits: ['evidence.changed'],
      writes: [],
    },
    {
      name: 'auto-promoter',
      description: 'Announces winners under a false discovery rate.',
      reads: ['experiment.declared', 'evidence.changed'],
      emits: ['winner.detected', 'winner.withdrawn'],
      writes: [],
    },
    {
      name: 'archivist',
      description: 'Keeps every event as a row.',
      reads: raw,
      emits: [],
      writes: raw.map((name) => name.replace('.', '_')),
    },
  ],
  topics: topics.map(([name, description]) => ({
    name,
    description,
    partition_key: broadcast.includes(name) ? null : 'account_id',
    written_by: written_by[name] ?? null,
    read_by: null,
  })),
};

const decision = (n: number, topic: string, group: string, entity: string, result: string): DecisionRow => ({
  id: `${group}/1/evidence.changed/${n % 4}/${100 - n}/0`,
  topic,
  group,
  account_id: 'act_10001',
  entity,
  result,
  at_ms: scene_ms - n * 420_000,
  appended_ms: scene_ms - n * 700,
});

export const sceneDecisions: readonly DecisionRow[] = [
  decision(
    1,
    'winner.detected',
    'auto-promoter',
    'Hero image, spring',
    'wins +31 % (+12 % to +52 %), evidence 1,480, 1,200 needed: “A calmer morning”',
  ),
  ...Array.from({ length: 6 }, (_, i) =>
    decision(
      2 + i,
      'allocation.proposed',
      'thompson-sampling',
      'Headline length',
      `split “Broad 25–44” ${62 - i}.0 %, “Lookalike 1 %” 27.0 %, “Retargeting” 11.0 %, 2 more`,
    ),
  ),
  decision(
    9,
    'winner.withdrawn',
    'auto-promoter',
    'Offer wording',
    'withdrawn, on restated data evidence 640, 1,200 needed: “20 % off, today only”',
  ),
  decision(
    10,
    'winner.detected',
    'auto-promoter',
    'Call to action',
    'wins +18 % (+4.2 % to +33 %), evidence 1,320, 1,200 needed: “See it in your room”',
  ),
];

const bytes = Uint8Array.of(
  0,
  0,
  0,
  0,
  9,
  0x12,
  0x61,
  0x63,
  0x74,
  0x5f,
  0x31,
  0x30,
  0x30,
  0x30,
  0x31,
  0x80,
  0xff,
  0x7b,
  0x22,
  0x69,
  0x6d,
  0x70,
  0x22,
  0x3a,
  0x31,
  0x32,
  0x7d,
);

export const sceneDeadLetters: readonly DeadLetterDetail[] = (
  [
    ['auto-promoter.evidence', 'ad.metrics', 'decode', 'decode.unknown_schema', 'schema id 9 is not known', null],
    [
      'auto-promoter.evidence',
      'ad.metrics',
      'rules',
      'rule.broken',
      'impressions must be 0 or more; it is -4',
      'impressions',
    ],
    [
      'archivist',
      'experiment.declared',
      'decode',
      'decode.magic_byte',
      'the first byte is 0x7b, Confluent wire format begins with 0x00',
      null,
    ],
  ] as const
).map(([group, topic, stage, code, message, field], i) => ({
  id: `${i}:${i + 3}`,
  group,
  topic,
  partition: i,
  offset: 9_120 + i,
  stage,
  code,
  message,
  field,
  at_ms: scene_ms - i * 900_000,
  settled: i === 2 ? 'redriven' : null,
  key: 'act_10001',
  value_base64: Buffer.from(bytes).toString('base64'),
  value_bytes: bytes.length,
  magic_byte: 0,
  schema_id: 9,
  schema_name: null,
  decoders: [
    { decoder: `Avro, ${topic}`, ok: false, said: message, value: null },
    { decoder: 'JSON', ok: false, said: 'Unexpected token \u0000 in JSON at position 0', value: null },
    { decoder: 'text', ok: false, said: 'is not UTF-8', value: null },
  ],
  headers: { 'content-type': 'application/avro', producer: 'meta-poller 2.1' },
}));
