/** The embedded engine: log, state and outbox in one LMDB file, one process, no server. */
import { join } from 'node:path';
import type { EngineOptions } from '../options.ts';
import { Runtime } from '../runtime.ts';
import { KeptTexts } from './kept-texts.ts';
import { FolderLock } from './lock.ts';
import { LmdbLedger } from './lmdb-ledger.ts';
import { LmdbLog } from './lmdb-log.ts';
import { trim, type Trimmed } from './retention.ts';
import { Snapshots } from './snapshots.ts';
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
  readonly kept: KeptTexts;
  /** Cuts the log to what its topics keep; to be called now and then. */
  readonly trim: () => Promise<readonly Trimmed[]>;
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
    const ledger = new LmdbLedger(store, log);
    const snapshots = new Snapshots(store, ledger);
    const engine = new Runtime(options, {
      log,
      ledger,
      close,
      beginning: (group, partition) => snapshots.open(group, partition),
      forgetBeginning: (group, partition) => snapshots.forget(group, partition),
      ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
    });
    const trimLog = (): Promise<readonly Trimmed[]> =>
      trim({ runtime: engine, log, store, snapshots, now_ms: options.clock.now_ms() });
    return { engine, log, store, lock, kept: new KeptTexts(store), trim: trimLog };
  } catch (error) {
    lock.release();
    throw error;
  }
}
