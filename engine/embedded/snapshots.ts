/**
 * Copies of a task's ledger. The log is cut only behind a snapshot of every group that reads it, so that state can
 * always be made again: from the snapshot and what the log still holds.
 */
import { MemoryTaskLedger } from '../driver/memory-ledger.ts';
import type { StateKind, TaskHead } from '../ledger.ts';
import type { Runtime } from '../runtime.ts';
import { unpack } from '../state-codec.ts';
import { keyText, ledgerKey, type Kind } from './keys.ts';
import type { LmdbLedger } from './lmdb-ledger.ts';
import { headShape } from './shapes.ts';
import type { Store } from './store.ts';

/** Entries copied per transaction: few enough that other work gets its turn. */
const copied_at_once = 2_000;

const copied: readonly (StateKind | 'head')[] = ['state', 'part', 'active', 'head'];

export class Snapshots {
  readonly #store: Store;
  readonly #ledger: LmdbLedger;

  constructor(store: Store, ledger: LmdbLedger) {
    this.#store = store;
    this.#ledger = ledger;
  }

  /** The head of a task's snapshot; undefined while there is none. */
  head(group: string, partition: number): TaskHead | undefined {
    const bytes = this.#store.snapshots.get(ledgerKey(this.#ledger.idOf(group), partition, 'head', ''));
    return bytes === undefined ? undefined : headShape.parse(unpack(bytes));
  }

  /** Replaces the snapshot of each partition of a group by its present state; the group is held still meanwhile. */
  take(runtime: Runtime, group: string): Promise<void> {
    return runtime.whilePaused(group, async () => {
      for (let partition = 0; partition < runtime.options.partitions; partition++)
        await this.#copy(this.#ledger.idOf(group), partition);
    });
  }

  async #copy(group: number, partition: number): Promise<void> {
    const { snapshots } = this.#store;
    // The head goes first and comes back last: a copy that was cut short is no snapshot.
    for (const kind of ['head', 'state', 'part', 'active'] as const) {
      const old = [...snapshots.getKeys(range(group, partition, kind))];
      for (let i = 0; i < old.length; i += copied_at_once)
        await this.#store.write(() => {
          for (const key of old.slice(i, i + copied_at_once)) snapshots.removeSync(key);
        });
    }
    for (const kind of copied) {
      const entries = [...this.#store.ledgerEntries(range(group, partition, kind))];
      for (let i = 0; i < entries.length; i += copied_at_once)
        await this.#store.write(() => {
          for (const [key, value] of entries.slice(i, i + copied_at_once)) snapshots.putSync(key, value);
        });
    }
  }

  /** A ledger in memory that begins at the snapshot; undefined while there is none. */
  open(group: string, partition: number): MemoryTaskLedger | undefined {
    const head = this.head(group, partition);
    if (head === undefined) return undefined;
    const ledger = new MemoryTaskLedger(undefined, head);
    for (const kind of ['state', 'part', 'active'] as const)
      for (const { key, value } of this.#store.snapshots.getRange(range(this.#ledger.idOf(group), partition, kind)))
        ledger.restore(kind, keyText(key), Uint8Array.from(value));
    return ledger;
  }
}

/** All entries of one kind. */
function range(group: number, partition: number, kind: Kind): { readonly start: Buffer; readonly end: Buffer } {
  const start = ledgerKey(group, partition, kind, '');
  return { start, end: Buffer.concat([start, Buffer.from([0xff])]) };
}
