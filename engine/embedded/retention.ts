/**
 * Cuts the embedded log to what its topics keep: records older than `keep_ms` go, compacted topics keep the last
 * record of each key. Nothing goes that a group has not read, or that no snapshot stands in for.
 */
import type { Topic } from '../../topology/topic.ts';
import { journalTopic } from '../options.ts';
import type { LogRecord } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { LmdbLog } from './lmdb-log.ts';
import type { Snapshots } from './snapshots.ts';
import type { Store } from './store.ts';

export interface Trimmed {
  readonly topic: string;
  readonly removed_records: number;
}

interface Context {
  readonly runtime: Runtime;
  readonly log: LmdbLog;
  readonly store: Store;
  readonly snapshots: Snapshots;
  readonly now_ms: number;
}

/** Applies every topic's retention once. Safe while the engine runs; cheap when nothing is due. */
export async function trim(context: Context): Promise<readonly Trimmed[]> {
  const trimmed: Trimmed[] = [];
  for (const topic of context.runtime.topology.topics) {
    let removed_records = 0;
    for (let partition = 0; partition < context.runtime.options.partitions; partition++)
      removed_records += await trimPartition(context, topic, partition);
    if (removed_records > 0) trimmed.push({ topic: topic.name, removed_records });
  }
  if (trimmed.length > 0) await trimJournals(context);
  return trimmed;
}

async function trimPartition(context: Context, topic: Topic, partition: number): Promise<number> {
  const { keep_ms, compactBy } = topic.retention;
  if (compactBy.length > 0) return compact(context, topic, compactBy, partition);
  if (keep_ms === 'forever') return 0;
  const expired = [...expiredChunks(context, topic.name, partition, context.now_ms - keep_ms)];
  const last = expired[expired.length - 1];
  if (last === undefined || !(await readBeyond(context, topic.name, partition, last.end))) return 0;
  await context.store.write(() =>
    context.log.removeNow(
      topic.name,
      partition,
      expired.map((chunk) => chunk.base),
    ),
  );
  return expired.reduce((sum, chunk) => sum + chunk.records, 0);
}

/** Chunks, oldest first, of which every record is older than `before_ms`; never the last of the partition. */
function* expiredChunks(
  context: Context,
  topic: string,
  partition: number,
  before_ms: number,
): Generator<{ readonly base: number; readonly end: number; readonly records: number }> {
  const { end: logEnd } = context.log.range(topic, partition);
  for (const { base, records } of context.log.chunks(topic, partition, 0)) {
    const newest = records[records.length - 1];
    if (newest === undefined || newest.appended_ms >= before_ms || newest.offset + 1 >= logEnd) return;
    yield { base, end: newest.offset + 1, records: records.length };
  }
}

/** Whether all groups that read the topic are past `offset` in a snapshot; takes snapshots where only the ledger is. */
async function readBeyond(
  { runtime, snapshots }: Context,
  topic: string,
  partition: number,
  offset: number,
): Promise<boolean> {
  for (const { wiring } of runtime.topology.processors) {
    if (topic !== runtime.options.policy.topic && !wiring.reads.some((read) => read.name === topic)) continue;
    const { inputs } = await runtime.ledger.task(wiring.group, partition).head();
    if ((inputs[topic]?.offset ?? 0) < offset) return false;
    const snapshot = snapshots.head(wiring.group, partition);
    if ((snapshot?.inputs[topic]?.offset ?? 0) < offset && !(await snapshots.take(runtime, wiring.group))) return false;
  }
  return true;
}

/** Share of a topic's records that must be superseded before compaction is worth its writes. */
const worth_compacting = 0.5;

async function compact(
  context: Context,
  topic: Topic,
  compactBy: readonly string[],
  partition: number,
): Promise<number> {
  const chunks = [...context.log.chunks(topic.name, partition, 0)].slice(0, -1);
  const newest = new Map<string, number>();
  let total = 0;
  for (const { records } of context.log.chunks(topic.name, partition, 0))
    for (const record of records) newest.set(compactionKey(context.runtime, record, compactBy), record.offset);
  const kept = (record: LogRecord): boolean =>
    newest.get(compactionKey(context.runtime, record, compactBy)) === record.offset;
  const superseded = chunks.reduce((sum, { records }) => {
    total += records.length;
    return sum + records.filter((record) => !kept(record)).length;
  }, 0);
  const end = chunks[chunks.length - 1]?.records.at(-1)?.offset;
  if (
    end === undefined ||
    superseded < total * worth_compacting ||
    !(await readBeyond(context, topic.name, partition, end + 1))
  )
    return 0;
  await context.store.write(() => {
    for (const { base, records } of chunks) {
      const rest = records.filter(kept);
      if (rest.length === 0) context.log.removeNow(topic.name, partition, [base]);
      else if (rest.length < records.length) context.log.replaceNow(topic.name, partition, base, rest);
    }
  });
  return superseded;
}

/** A record that cannot be read is kept: its own coordinates are its key. */
function compactionKey(runtime: Runtime, record: LogRecord, compactBy: readonly string[]): string {
  const { value } = runtime.decoded(record);
  return value === null
    ? `unread ${record.offset}`
    : JSON.stringify([record.key, ...compactBy.map((field): unknown => Reflect.get(value, field))]);
}

/** Journal lines that a snapshot stands in for. */
async function trimJournals({ runtime, log, store, snapshots }: Context): Promise<void> {
  for (const { wiring } of runtime.topology.processors)
    for (let partition = 0; partition < runtime.options.partitions; partition++) {
      const snapshot = snapshots.head(wiring.group, partition);
      if (snapshot === undefined) continue;
      const topic = journalTopic(wiring.group);
      const { start, end } = log.range(topic, partition);
      // One line per commit: the snapshot's line stands as many lines before the end as there were commits since.
      const head = await runtime.ledger.task(wiring.group, partition).head();
      const covered = end - (head.seq - snapshot.seq);
      const bases: number[] = [];
      for (const { base, records } of log.chunks(topic, partition, start)) {
        const next = (records[records.length - 1]?.offset ?? base) + 1;
        if (next > covered || next >= end) break;
        bases.push(base);
      }
      if (bases.length > 0) await store.write(() => log.removeNow(topic, partition, bases));
    }
}
