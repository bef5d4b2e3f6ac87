/** The embedded engine: log, state and outbox in one LMDB file, one process, no server. */
import { join } from 'node:path';
import type { EngineOptions } from '../options.ts';
import { Runtime } from '../runtime.ts';
import { FolderLock } from './lock.ts';
import { LmdbLedger } from './lmdb-ledger.ts';
import { LmdbLog } from './lmdb-log.ts';
import { Store } from './store.ts';

export interface EmbeddedOptions extends EngineOptions {
  /** Folder that holds the store and its lock; made when absent. */
  readonly folder: string;
  readonly onFailure?: (error: unknown, task: { readonly group: string; readonly partition: number }) => void;
}

export interface Embedded {
  readonly engine: Runtime;
  readonly log: LmdbLog;
  readonly store: Store;
  readonly lock: FolderLock;
}

/** Opens the folder, which one process can have at a time, and makes an engine on it; `engine.stop()` closes both. */
export function openEmbedded(options: EmbeddedOptions): Embedded {
  const lock = FolderLock.take(options.folder, options.clock.now_ms());
  try {
    const store = Store.open(join(options.folder, 'engine'), options.partitions);
    const log = new LmdbLog(store, options.partitions, options.clock);
    const close = async (): Promise<void> => {
      await store.close();
      lock.release();
    };
    const engine = new Runtime(options, {
      log,
      ledger: new LmdbLedger(store, log),
      close,
      ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
    });
    return { engine, log, store, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}
