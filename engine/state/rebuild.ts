/** Makes a group's state again from the log and compares it with what is stored. Delivers nothing. */
import { isDeepStrictEqual } from 'node:util';
import type { MemoryTaskLedger } from '../driver/memory-ledger.ts';
import { runBatch } from '../commit-path/commit-path.ts';
import { EngineError } from '../errors.ts';
import type { AnyProcessor } from '../../topology/processor.ts';
import { separator, type Replaced, type StateCounts, type StateKind, type TaskLedger } from '../ledger.ts';
import type { Log, LogRecord, NewRecord } from '../ports.ts';
import { rangeNow } from '../read-range.ts';
import type { Runtime } from '../runtime.ts';
import { stateCodec, type StateCodec } from './codec.ts';
import { Task } from '../commit-path/task.ts';

export interface Difference {
  readonly key: string;
  /** Undefined where nothing is stored, or what is cannot be read. */
  readonly stored: unknown;
  readonly rebuilt: unknown;
  /** Why the stored value cannot be read by this code (its state is newer, too old or damaged); null where it can. */
  readonly unread: string | null;
}

export interface Rebuilt {
  readonly group: string;
  readonly records: number;
  readonly keys: number;
  /** The first differences, at most ten. */
  readonly differences: readonly Difference[];
  /** Stored values that this code cannot read: each is a difference. */
  readonly unread: number;
  /** Values that were stored and are now, where the state was replaced; else null. */
  readonly replaced: Replaced | null;
}

export interface RebuildOptions {
  readonly onProgress?: (records: number) => void;
  /**
   * Puts what was made in place of what is stored, each partition at once, whatever version that has: so goes back who
   * cannot read what newer code has written. Nobody may work on the group meanwhile: a
   * partition whose stored state moves on keeps it, and the rebuild fails.
   */
  readonly replace?: boolean;
  /** Told what the decisions emit when they are made again; nobody else is. */
  readonly onRecords?: (records: readonly NewRecord[]) => void;
}

/** Differences that are worth showing. */
const most_differences = 10;

/**
 * Folds the log again, in the order of the group's journal, up to the batch that is stored. The group is held still
 * meanwhile, as far as this process works on it. Throws when the log no longer reaches back to the beginning, and
 * `group.elsewhere` where another process goes on faster than its state can be read.
 */
export async function rebuild(
  runtime: Runtime,
  group: string,
  { onProgress = () => undefined, replace = false, onRecords = () => undefined }: RebuildOptions = {},
): Promise<Rebuilt> {
  if (replace && runtime.started)
    throw new EngineError('group.stopped', `group ${group} runs`, 'stop the engine first: state is replaced at rest');
  return runtime.whilePaused(group, async () => {
    let [records, keys, unread] = [0, 0, 0];
    const differences: Difference[] = [];
    let replaced: Replaced | null = null;
    for (let partition = 0; partition < runtime.options.partitions; partition++) {
      const before = records;
      const counted = (done: number): void => {
        records = before + done;
        onProgress(records);
      };
      const { ledger, stored } = await rebuildPartition(runtime, group, partition, { onProgress: counted, onRecords });
      keys += stored.get('state')?.size ?? 0;
      for (const kind of ['state', 'part'] as const) {
        const compared = await compare(runtime, group, kind, { ledger, stored });
        unread += compared.unread;
        differences.push(...compared.differences.slice(0, most_differences - differences.length));
      }
      if (!replace) continue;
      const { seq } = await ledger.head();
      replaced = sum(replaced, await runtime.ledger.task(group, partition).replace(seq, ledger.entries()));
    }
    return { group, records, keys, differences, unread, replaced };
  });
}

const added = (a: StateCounts, b: StateCounts): StateCounts => ({
  state: a.state + b.state,
  part: a.part + b.part,
  active: a.active + b.active,
});

const sum = (so_far: Replaced | null, one: Replaced): Replaced =>
  so_far === null ? one : { before: added(so_far.before, one.before), after: added(so_far.after, one.after) };

/** Stored values by kind and key. */
type Stored = ReadonlyMap<StateKind, ReadonlyMap<string, Uint8Array>>;

interface RebuiltPartition {
  readonly ledger: MemoryTaskLedger;
  readonly stored: Stored;
}

/** Times that a partition is caught up with that another process works on. */
const most_tries = 20;

async function rebuildPartition(
  runtime: Runtime,
  group: string,
  partition: number,
  { onProgress, onRecords }: Required<Pick<RebuildOptions, 'onProgress' | 'onRecords'>>,
): Promise<RebuiltPartition> {
  const kept = runtime.ledger.task(group, partition);
  let { seq, run } = await kept.head();
  const ledger = runtime.beginning(group, partition, run);
  const task = await taskOn(runtime, group, partition, { ledger, onRecords });
  for (let tries = 0; tries < most_tries; tries++) {
    // What was journaled since it was opened is found by opening it again.
    if (tries > 0) await task.open();
    await foldTo(task, seq, { group, partition }, onProgress);
    while (!task.deliverer.idle) await task.nextTurn();
    const stored = await storedIn(kept);
    // Another process may have committed while it was read: it is caught up with, and read again.
    const now = await kept.head();
    if (now.seq === seq && now.run === run) return { ledger, stored };
    if (now.run !== run) break;
    ({ seq, run } = now);
  }
  throw new EngineError(
    'group.elsewhere',
    `group ${group}, partition ${partition}: another instance works on it and its state did not stand still`,
    'ask the instance that has the partition, or stop the instances that work on the group',
  );
}

async function storedIn(kept: TaskLedger): Promise<Stored> {
  const stored = new Map<StateKind, Map<string, Uint8Array>>();
  for (const kind of ['state', 'part'] as const) {
    const values = new Map<string, Uint8Array>();
    for await (const [key, bytes] of kept.scan(kind, '')) values.set(key, bytes);
    stored.set(kind, values);
  }
  return stored;
}

async function taskOn(
  runtime: Runtime,
  group: string,
  partition: number,
  { ledger, onRecords }: { readonly ledger: MemoryTaskLedger } & Required<Pick<RebuildOptions, 'onRecords'>>,
): Promise<Task> {
  const { faults: _faults, observe: _observe, rows: _rows, ...options } = runtime.options;
  const task = new Task({
    options: { ...options, rows: { send: () => Promise.resolve() } },
    anyCode: true,
    limits: { ...runtime.limits, outbox_bytes: Number.MAX_SAFE_INTEGER },
    log: readOnly(runtime.log, onRecords),
    processor: silent(runtime.processor(group)),
    partition,
    ledger,
    partitionOf: runtime.partitionOf,
    wake: () => undefined,
    fail: (error) => {
      throw error;
    },
  });
  await task.open();
  return task;
}

async function foldTo(
  task: Task,
  seq: number,
  { group, partition }: { readonly group: string; readonly partition: number },
  onProgress: (records: number) => void,
): Promise<void> {
  while (task.head.seq < seq) {
    if (!(await runBatch(task)))
      throw new EngineError(
        'log.cursor_ahead',
        `group ${group}, partition ${partition}: the log ends at batch ${task.head.seq}, the stored state is at ${seq}`,
        'restore the log, or reset the group',
      );
    onProgress(task.head.events_total);
    await task.nextTurn();
  }
}

/** A caller that asks nobody: it has no state, and what it was told is in the log. */
export function silent(processor: AnyProcessor): AnyProcessor {
  if (processor.call === undefined) return processor;
  const { wiring } = processor;
  return { wiring, decide: Object.fromEntries(wiring.reads.map(({ name }) => [name, () => ({ state: null })])) };
}

/** A log that keeps nothing: what a rebuild would emit was emitted when it happened. */
export function readOnly(log: Log, onRecords: (records: readonly NewRecord[]) => void = () => undefined): Log {
  return {
    partitions: log.partitions,
    range: (topic, partition) => rangeNow(log, topic, partition),
    isHole: (...gap) => log.isHole?.(...gap) ?? Promise.resolve(false),
    past: (topic, partition, offset) => log.past?.(topic, partition, offset) ?? offset,
    read: (topic, partition, offset, max_records): readonly LogRecord[] | Promise<readonly LogRecord[]> =>
      log.read(topic, partition, offset, max_records),
    append: (records) => Promise.resolve(onRecords(records)),
    appendFrom: () => Promise.resolve(),
    position: (source) => log.position(source),
    onAppend: () => () => undefined,
  };
}

/** A stored value, or why this code cannot read it: who goes back from newer code finds what that one wrote. */
function readOf(codec: StateCodec, bytes: Uint8Array): { readonly value: unknown; readonly unread: string | null } {
  try {
    return { value: codec.decode(bytes), unread: null };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { value: undefined, unread: error.message };
  }
}

async function compare(
  runtime: Runtime,
  group: string,
  kind: 'state' | 'part',
  { ledger, stored }: RebuiltPartition,
): Promise<Pick<Rebuilt, 'differences' | 'unread'>> {
  const { wiring } = runtime.processor(group);
  const codec = stateCodec(group, kind === 'state' ? wiring.state : (wiring.part ?? wiring.state));
  const again = new Map<string, Uint8Array>();
  for await (const [key, bytes] of ledger.scan(kind, '')) again.set(key, bytes);
  const differences: Difference[] = [];
  let count = 0;
  const differ = (key: string, values: Omit<Difference, 'key'>): void => {
    if (differences.length < most_differences) differences.push({ key: key.replaceAll(separator, ' / '), ...values });
  };
  for (const [key, bytes] of stored.get(kind) ?? []) {
    const made = again.get(key);
    again.delete(key);
    const { value, unread } = readOf(codec, bytes);
    const rebuilt = made === undefined ? undefined : codec.decode(made);
    if (unread !== null) count++;
    if (unread !== null || !isDeepStrictEqual(value, rebuilt)) differ(key, { stored: value, rebuilt, unread });
  }
  for (const [key, bytes] of again) differ(key, { stored: undefined, rebuilt: codec.decode(bytes), unread: null });
  return { differences, unread: count };
}
