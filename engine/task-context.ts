/** What a task is given: the group and partition it is, and the ports it works on. */
import type { AnyProcessor } from '../topology/processor.ts';
import type { TaskLedger } from './ledger.ts';
import type { EngineOptions, Limits } from './options.ts';
import type { Log } from './ports.ts';

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
  /** Something changed that may let the task go on. */
  readonly wake: () => void;
  readonly fail: (error: unknown) => void;
}
