/** The recorded history of a data folder, to read: the folder is not taken, its owner may go on writing. */
import { join } from 'node:path';
import { emittedFirst, type RecordedHistory } from '../backtest/recorded.ts';
import type { EngineOptions } from '../options.ts';
import { readOnly } from '../state/rebuild.ts';
import { LmdbLog } from './lmdb-log.ts';
import { Store } from './store.ts';

export function openHistory(options: EngineOptions & { readonly folder: string }): RecordedHistory {
  const store = Store.openToRead(join(options.folder, 'engine'), options.partitions);
  const log = new LmdbLog(store, options.partitions, options.clock);
  holdRanges(log, options);
  return { options, log: readOnly(log), close: () => store.close() };
}

/** Asks for every range once, which the log then keeps. */
function holdRanges(log: LmdbLog, options: EngineOptions): void {
  for (const topic of emittedFirst(options))
    for (let partition = 0; partition < options.partitions; partition++) log.range(topic, partition);
}
