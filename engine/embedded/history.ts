/** The recorded history of a data folder, to read: the folder is not taken, its owner may go on writing. */
import { join } from 'node:path';
import type { EngineOptions } from '../options.ts';
import type { Log } from '../ports.ts';
import { readOnly } from '../rebuild.ts';
import { LmdbLog } from './lmdb-log.ts';
import { Store } from './store.ts';

export interface RecordedHistory {
  /** What the history was decided with, processors included. */
  readonly options: EngineOptions;
  /** The log as it was when it was opened; it takes nothing. */
  readonly log: Log;
  readonly close: () => Promise<void>;
}

export function openHistory(options: EngineOptions & { readonly folder: string }): RecordedHistory {
  const store = Store.openToRead(join(options.folder, 'engine'), options.partitions);
  const log = new LmdbLog(store, options.partitions, options.clock);
  holdRanges(log, options);
  return { options, log: readOnly(log), close: () => store.close() };
}

/**
 * Asks for every range once, which the log then keeps. What groups emit comes first: while the owner goes on, a
 * decision may then lack in the log that is read, but never what it was made on.
 */
function holdRanges(log: LmdbLog, { topology, partitions }: EngineOptions): void {
  const emitted = topology.processors.flatMap(({ wiring }) => wiring.emits);
  for (const { name } of [...emitted, ...topology.topics])
    for (let partition = 0; partition < partitions; partition++) log.range(name, partition);
}
