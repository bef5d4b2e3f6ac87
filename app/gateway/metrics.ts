/** The engine's counters in Prometheus' text format. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { TaskStanding } from '../../engine/standing/standing.ts';
import type { Measures } from '../observe/measures.ts';
import type { Status } from '../operations/operations.ts';

type Group = Status['groups'][number];

const counters: readonly (readonly [name: string, help: string, of: (group: Group) => number])[] = [
  ['flywheel_group_events_total', 'Records handled by a group.', (group) => group.events_total],
  ['flywheel_group_emitted_total', 'Events emitted by a group.', (group) => group.emitted_total],
  ['flywheel_group_rows_total', 'Rows delivered for a group.', (group) => group.rows_total],
  ['flywheel_group_dead_letters_total', 'Records that a group refused.', (group) => group.dead_letters_total],
];

const gauges: readonly (readonly [name: string, help: string, of: (group: Group) => number])[] = [
  ['flywheel_group_lag_records', 'Records that a group has before it.', (group) => group.lag],
  ['flywheel_group_outbox_bytes', 'Bytes that wait to be delivered for a group.', (group) => group.outbox_bytes],
  ['flywheel_group_up', '1 while a group works, 0 once it has stopped.', (group) => Number(group.state !== 'stopped')],
  [
    'flywheel_group_waiting',
    '1 while a group waits for something outside.',
    (group) => Number(group.state === 'waiting'),
  ],
];

type Account = Status['source']['accounts'][number];

/** By account that is read from a platform. An account that was never read has no age. */
const ofAccounts: readonly (readonly [
  name: string,
  help: string,
  of: (account: Account, now_ms: number) => number | null,
])[] = [
  [
    'flywheel_source_account_age_seconds',
    'Time since the last days of an account were read.',
    ({ read_ms }, now_ms) => (read_ms === null ? null : (now_ms - read_ms) / 1_000),
  ],
  [
    'flywheel_source_account_stale',
    '1 while an account is not read as it should be, 0 while it is.',
    ({ state }) => Number(state === 'stale' || state === 'failing'),
  ],
  [
    'flywheel_source_account_backfill_ratio',
    'Share of the history of an account that is read.',
    ({ progress }) => progress ?? 1,
  ],
];

/**
 * By group and partition, of what this instance works on: each partition is told by one instance, so that sums over all
 * instances count it once.
 */
const ofTasks: readonly (readonly [name: string, help: string, of: (task: TaskStanding) => number])[] = [
  ['flywheel_task_lag_records', 'Records that a group has before it in a partition.', ({ lag }) => lag],
  ['flywheel_task_outbox_batches', 'Batches whose effects are on their way.', ({ undelivered }) => undelivered],
  ['flywheel_task_outbox_bytes', 'Bytes that wait to be delivered.', ({ outbox_bytes }) => outbox_bytes],
  ['flywheel_task_parked_keys', 'Keys that wait until a dead letter is settled.', ({ parked_keys }) => parked_keys],
  ['flywheel_task_up', '1 while it works, 0 once it has stopped.', ({ state }) => Number(state !== 'stopped')],
  ['flywheel_task_events_total', 'Records handled.', ({ head }) => head.events_total],
  ['flywheel_task_emitted_total', 'Events emitted.', ({ head }) => head.emitted_total],
  ['flywheel_task_rows_total', 'Rows written.', ({ head }) => head.rows_total],
  ['flywheel_task_dead_letters_total', 'Records refused.', ({ head }) => head.dead_letters_total],
  ['flywheel_state_cache_hits_total', 'Values of state that were in memory.', ({ cache }) => cache.hits],
  ['flywheel_state_cache_misses_total', 'Values of state that were read from the store.', ({ cache }) => cache.misses],
  ['flywheel_state_cache_entries', 'Values of state in memory.', ({ cache }) => cache.entries],
];

function accountGauges(registry: Registry): readonly ((status: Status) => void)[] {
  return ofAccounts.map(([name, help, of]) => {
    const metric = new Gauge({ name, help, labelNames: ['account_id'], registers: [registry] });
    return ({ source, now_ms }: Status): void => {
      metric.reset();
      for (const account of source.accounts) {
        const value = of(account, now_ms);
        if (value !== null) metric.set({ account_id: account.account_id }, value);
      }
    };
  });
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #write: readonly ((status: Status) => void)[];
  readonly content_type = this.#registry.contentType;

  readonly #writeTasks: readonly ((tasks: readonly TaskStanding[]) => void)[];
  readonly #measures: Measures | undefined;

  constructor(measures?: Measures) {
    this.#measures = measures;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, prefix: 'flywheel_' });
    const topics = new Gauge({
      name: 'flywheel_topic_records',
      help: 'Records of a topic that are kept.',
      labelNames: ['topic'],
      registers,
    });
    const clients = counters.map(([name, help, of]) => {
      const metric = new Counter({ name, help, labelNames: ['group'], registers });
      return (status: Status): void => {
        metric.reset();
        for (const group of status.groups) metric.inc({ group: group.group }, of(group));
      };
    });
    const levels = gauges.map(([name, help, of]) => {
      const metric = new Gauge({ name, help, labelNames: ['group'], registers });
      return ({ groups }: Status): void => {
        for (const group of groups) metric.set({ group: group.group }, of(group));
      };
    });
    const records = (status: Status): void => {
      for (const { topic, records: kept } of status.topics) topics.set({ topic }, kept);
    };
    this.#writeTasks = ofTasks.map(([name, help, of]) => {
      const labelNames = ['group', 'partition'];
      const metric = name.endsWith('_total')
        ? new Counter({ name, help, labelNames, registers })
        : new Gauge({ name, help, labelNames, registers });
      return (tasks: readonly TaskStanding[]): void => {
        metric.reset();
        for (const task of tasks) metric.inc({ group: task.group, partition: task.partition }, of(task));
      };
    });
    this.#write = [...clients, ...levels, ...accountGauges(this.#registry), records];
  }

  /** The metrics as they stand in `status`. */
  async text(status: Status, tasks: readonly TaskStanding[] = []): Promise<string> {
    for (const write of this.#write) write(status);
    const here = tasks.filter((task) => task.here);
    for (const write of this.#writeTasks) write(here);
    const measured = await this.#measures?.text();
    return (await this.#registry.metrics()) + (measured === undefined ? '' : `\n${measured}`);
  }
}
