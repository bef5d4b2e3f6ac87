/** What a task is given: the group and partition it is, and the ports it works on. */
import type { AnyProcessor } from '../../topology/processor.ts';
import type { ReaderContext, TaskReader } from './batch-reader.ts';
import type { TaskLedger } from '../ledger.ts';
import type { EngineOptions, Limits, SeenFilter } from '../options.ts';
import type { Log } from '../ports.ts';
import type { Turns } from './turns.ts';

export interface TaskContext {
  readonly options: EngineOptions;
  readonly limits: Limits;
  readonly log: Log;
  readonly processor: AnyProcessor;
  readonly partition: number;
  readonly ledger: TaskLedger;
  readonly partitionOf: (key: string) => number;
  /** Takes batches that other code took too: a rebuild shows what this one makes of them. */
  readonly anyCode?: boolean;
  /** Gives it its batches in place of the log, and says which of these records were taken before: a backtest does. */
  readonly feed?: (context: ReaderContext) => { readonly reader: TaskReader; readonly seen: SeenFilter };
  /** Among the tasks of a process; left out for one that is alone. */
  readonly turns?: Turns;
  /** Something changed that may let the task go on. */
  readonly wake: () => void;
  readonly fail: (error: unknown) => void;
}

/** What a task reads and how much of it at once. */
export function readingOf(
  { options, log, processor, partition, anyCode }: TaskContext,
  batch_records: number,
  standsAlone: ReaderContext['standsAlone'],
): ReaderContext {
  const reads = processor.wiring.reads.map((topic) => topic.name);
  const topics = new Map(options.topology.topics.map((topic) => [topic.name, topic]));
  return {
    log,
    group: processor.wiring.group,
    partition,
    code: anyCode === true ? null : options.code,
    batch_records,
    compacted: (topic) => (topics.get(topic)?.retention.compactBy.length ?? 0) > 0,
    topics: reads.includes(options.policy.topic) ? reads : [...reads, options.policy.topic],
    standsAlone,
    journal: options.replace?.noJournal !== true,
  };
}
