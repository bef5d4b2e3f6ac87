/** Makes a group's state again from the log and compares it with what is stored. Delivers nothing. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { MemoryTaskLedger } from './driver/memory-ledger.ts';
import { runBatch } from './commit-path.ts';
import { EngineError } from './errors.ts';
import type { AnyProcessor } from '../topology/processor.ts';
import { separator, type StateKind } from './ledger.ts';
import type { Log, LogRecord } from './ports.ts';
import { rangeNow } from './read-range.ts';
import type { Runtime } from './runtime.ts';
import { stateCodec } from './state-codec.ts';
import { Task } from './task.ts';

export interface Difference {
  readonly key: string;
  readonly stored: unknown;
  readonly rebuilt: unknown;
}

export interface Rebuilt {
  readonly group: string;
  readonly records: number;
  readonly keys: number;
  /** The first differences, at most ten. */
  readonly differences: readonly Difference[];
}

/** Differences that are worth showing. */
const most_differences = 10;

/**
 * Folds the log again, in the order of the group's journal, up to the batch that is stored. The group is held still
 * meanwhile. Throws when the log no longer reaches back to the beginning.
 */
export async function rebuild(
  runtime: Runtime,
  group: string,
  onProgress: (records: number) => void = () => undefined,
): Promise<Rebuilt> {
  return runtime.whilePaused(group, async () => {
    let records = 0;
    let keys = 0;
    const differences: Difference[] = [];
    for (let partition = 0; partition < runtime.options.partitions; partition++) {
      const before = records;
      const ledger = await rebuildPartition(runtime, group, partition, (done) => {
        records = before + done;
        onProgress(records);
      });
      for (const kind of ['state', 'part'] as const) {
        const compared = await compare(runtime, group, partition, kind, ledger);
        if (kind === 'state') keys += compared.keys;
        differences.push(...compared.differences.slice(0, most_differences - differences.length));
      }
    }
    return { group, records, keys, differences };
  });
}

async function rebuildPartition(
  runtime: Runtime,
  group: string,
  partition: number,
  onProgress: (records: number) => void,
): Promise<MemoryTaskLedger> {
  const stored = await runtime.ledger.task(group, partition).head();
  const ledger = runtime.beginning(group, partition, stored.run);
  const { faults: _faults, observe: _observe, rows: _rows, ...options } = runtime.options;
  const task = new Task({
    options: { ...options, rows: { send: () => Promise.resolve() } },
    anyCode: true,
    limits: { ...runtime.limits, outbox_bytes: Number.MAX_SAFE_INTEGER },
    log: readOnly(runtime.log),
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
  while (task.head.seq < stored.seq) {
    if (!(await runBatch(task)))
      throw new EngineError(
        'log.cursor_ahead',
        `group ${group}, partition ${partition}: the log ends at batch ${task.head.seq}, the stored state is at ${stored.seq}`,
        'restore the log, or reset the group',
      );
    onProgress(task.head.events_total);
    await nextTurn();
  }
  return ledger;
}

/** A caller that asks nobody: it has no state, and what it was told is in the log. */
function silent(processor: AnyProcessor): AnyProcessor {
  if (processor.call === undefined) return processor;
  const { wiring } = processor;
  return { wiring, decide: Object.fromEntries(wiring.reads.map(({ name }) => [name, () => ({ state: null })])) };
}

/** A log that takes nothing: what a rebuild would emit was emitted when it happened. */
export function readOnly(log: Log): Log {
  return {
    partitions: log.partitions,
    range: (topic, partition) => rangeNow(log, topic, partition),
    read: (topic, partition, offset, max_records): readonly LogRecord[] | Promise<readonly LogRecord[]> =>
      log.read(topic, partition, offset, max_records),
    append: () => Promise.resolve(),
    appendFrom: () => Promise.resolve(),
    position: (source) => log.position(source),
    onAppend: () => () => undefined,
  };
}

async function compare(
  runtime: Runtime,
  group: string,
  partition: number,
  kind: StateKind & ('state' | 'part'),
  rebuilt: MemoryTaskLedger,
): Promise<{ keys: number; differences: Difference[] }> {
  const { wiring } = runtime.processor(group);
  const codec = stateCodec(group, kind === 'state' ? wiring.state : (wiring.part ?? wiring.state));
  const again = new Map<string, Uint8Array>();
  for await (const [key, bytes] of rebuilt.scan(kind, '')) again.set(key, bytes);
  const differences: Difference[] = [];
  const differ = (key: string, stored: unknown, made: unknown): void => {
    if (differences.length < most_differences)
      differences.push({ key: key.replaceAll(separator, ' / '), stored, rebuilt: made });
  };
  let keys = 0;
  for await (const [key, bytes] of runtime.ledger.task(group, partition).scan(kind, '')) {
    keys++;
    const made = again.get(key);
    again.delete(key);
    const stored = codec.decode(bytes);
    const value = made === undefined ? undefined : codec.decode(made);
    if (!isDeepStrictEqual(stored, value)) differ(key, stored, value);
  }
  for (const [key, bytes] of again) differ(key, undefined, codec.decode(bytes));
  return { keys, differences };
}
