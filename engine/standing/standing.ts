/** Where each group stands on each partition, whichever process works on it. */
import type { GroupState, GroupStatus } from '../engine.ts';
import { emptyHead, type TaskHead } from '../ledger.ts';
import type { Log, LogRange } from '../ports.ts';
import { unread } from '../read-range.ts';
import type { Runtime } from '../runtime.ts';
import type { CacheUse } from '../state/cache.ts';
import type { TaskLoop } from '../commit-path/task-loop.ts';

export interface TaskStanding {
  readonly group: string;
  readonly partition: number;
  /** Whether it is this process that works on it. */
  readonly here: boolean;
  readonly state: GroupState;
  /** Why it waits or stopped, in words; null while it runs. */
  readonly reason: string | null;
  /** Next offset by input topic, redriven records included. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Records not yet handled, over all inputs. */
  readonly lag: number;
  /** Batches committed whose effects are still on their way. */
  readonly undelivered: number;
  /** Bytes of them; 0 where another process has them. */
  readonly outbox_bytes: number;
  /** Keys that wait until a dead letter of theirs is settled. */
  readonly parked_keys: number;
  /** How its state in memory is used; zeros where another process has it. */
  readonly cache: CacheUse;
  readonly head: TaskHead;
}

const unused: CacheUse = { hits: 0, misses: 0, entries: 0 };

/** Ranges of topics by name and partition. */
type Ranges = ReadonlyMap<string, readonly LogRange[]>;

export async function standingsOf(runtime: Runtime, loops: readonly TaskLoop[]): Promise<readonly TaskStanding[]> {
  const places = runtime.topology.processors.flatMap(({ wiring: { group } }) =>
    Array.from({ length: runtime.options.partitions }, (_, partition) => ({ group, partition })),
  );
  const local = new Map(loops.map((loop) => [`${loop.task.group}|${loop.task.partition}`, loop]));
  const elsewhere = places.filter(({ group, partition }) => !local.has(`${group}|${partition}`));
  const heads = await headsOf(runtime, elsewhere);
  // Heads before ranges: what is handled in between must not look as if the log had lost it.
  const found = places.map(({ group, partition }) => {
    const loop = local.get(`${group}|${partition}`);
    const head = loop?.task.head ?? heads.get(`${group}|${partition}`) ?? emptyHead;
    return { group, partition, loop, head, offsets: offsetsOf(runtime, group, head, loop) };
  });
  const topics = new Set(found.flatMap(({ offsets }) => [...offsets.keys()]));
  const ranges = await rangesOf(runtime, [...topics]);
  return found.map(({ loop, offsets, ...one }) => {
    const lag = lagOf(offsets, ranges, one.partition, runtime.log);
    const { state, reason } = stateOf(loop, lag);
    return {
      ...one,
      here: loop !== undefined,
      state,
      reason,
      offsets,
      lag,
      undelivered: one.head.seq - one.head.delivered_seq,
      outbox_bytes: loop?.task.deliverer.bytes ?? 0,
      cache: loop?.task.cache ?? unused,
      parked_keys: Object.keys(one.head.parked).length,
    };
  });
}

async function headsOf(
  { ledger }: Runtime,
  places: readonly { readonly group: string; readonly partition: number }[],
): Promise<ReadonlyMap<string, TaskHead>> {
  const heads =
    (await ledger.heads?.(places)) ??
    (await Promise.all(places.map(({ group, partition }) => ledger.task(group, partition).head())));
  return new Map(places.map(({ group, partition }, i) => [`${group}|${partition}`, heads[i] ?? emptyHead]));
}

/** Of a task that runs here as it reads; else as it was committed. An input that nothing was read of begins at 0. */
function offsetsOf(
  runtime: Runtime,
  group: string,
  head: TaskHead,
  loop: TaskLoop | undefined,
): ReadonlyMap<string, number> {
  if (loop !== undefined) return loop.task.offsets();
  const reads = [...runtime.processor(group).wiring.reads.map(({ name }) => name), runtime.options.policy.topic];
  const offsets = new Map(reads.map((topic) => [topic, 0]));
  for (const [topic, { offset }] of Object.entries(head.inputs)) offsets.set(topic, offset);
  return offsets;
}

/** Ranges of topics: in one go where the log has to ask for them. */
export async function rangesOf({ log, options }: Runtime, topics: readonly string[]): Promise<Ranges> {
  const asked = await log.ranges?.(topics);
  if (asked !== undefined) return asked;
  const ranges = new Map<string, readonly LogRange[]>();
  for (const topic of topics) {
    const own: LogRange[] = [];
    for (let partition = 0; partition < options.partitions; partition++) own.push(await log.range(topic, partition));
    ranges.set(topic, own);
  }
  return ranges;
}

function lagOf(offsets: ReadonlyMap<string, number>, ranges: Ranges, partition: number, log: Log): number {
  let lag = 0;
  for (const [topic, offset] of offsets) {
    const range = ranges.get(topic)?.[partition];
    if (range !== undefined) lag += unread(log, topic, partition, offset, range);
  }
  return lag;
}

/** Of what another process does no more is known than whether it has something to do. */
function stateOf(
  loop: TaskLoop | undefined,
  lag: number,
): { readonly state: GroupState; readonly reason: string | null } {
  if (loop === undefined) return { state: lag > 0 ? 'running' : 'idle', reason: null };
  const { failure, asleep, task } = loop;
  if (failure !== null) return { state: 'stopped', reason: failure };
  if (task.waiting !== null) return { state: 'waiting', reason: task.waiting };
  return { state: asleep ? 'idle' : 'running', reason: null };
}

const worst: readonly GroupState[] = ['stopped', 'waiting', 'running', 'idle'];

/** A group as the sum over its partitions. */
export function statusOf(group: string, tasks: readonly TaskStanding[]): GroupStatus {
  const own = tasks.filter((task) => task.group === group);
  const sum = (of: (task: TaskStanding) => number): number => own.reduce((total, task) => total + of(task), 0);
  const state = worst.find((one) => own.some((task) => task.state === one)) ?? 'idle';
  const times = own.map(({ head }) => head.last_event_ms).filter((time) => time !== null);
  return {
    group,
    state,
    reason: own.find((task) => task.state === state)?.reason ?? null,
    lag: sum(({ lag }) => lag),
    events_total: sum(({ head }) => head.events_total),
    emitted_total: sum(({ head }) => head.emitted_total),
    rows_total: sum(({ head }) => head.rows_total),
    dead_letters_total: sum(({ head }) => head.dead_letters_total),
    outbox_bytes: sum(({ outbox_bytes }) => outbox_bytes),
    last_event_ms: times.length === 0 ? null : Math.max(...times),
  };
}
