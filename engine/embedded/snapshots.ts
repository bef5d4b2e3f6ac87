/**
 * Copies of a task's ledger. The log is cut only behind a snapshot of every group that reads it, so that state can
 * always be made again: from the snapshot and what the log still holds.
 */
import { MemoryTaskLedger } from '../driver/memory-ledger.ts';
import { EngineError } from '../errors.ts';
import type { StateKind, TaskHead } from '../ledger.ts';
import type { Runtime } from '../runtime.ts';
import { unpack } from '../state/codec.ts';
import { keyText, ledgerKey, type Kind } from './keys.ts';
import type { LmdbLedger } from './lmdb-ledger.ts';
import { headShape } from '../state/stored-shapes.ts';
import type { Store } from './store.ts';

/** Entries copied per transaction: few enough that other work gets its turn. */
const copied_at_once = 2_000;

const kinds = ['head', 'state', 'part', 'active'] as const satisfies readonly (StateKind | 'head')[];

/** Two generations of a snapshot have room side by side: the one in force, and the one being copied. */
type Generation = 0 | 1;
const generation_bit = 0x8000;

export class Snapshots {
  readonly #store: Store;
  readonly #ledger: LmdbLedger;

  constructor(store: Store, ledger: LmdbLedger) {
    this.#store = store;
    this.#ledger = ledger;
  }

  /** The head of a task's snapshot; undefined while there is none. */
  head(group: string, partition: number): TaskHead | undefined {
    const place = placeOf(this.#ledger.idOf(group), this.#inForce(group, partition));
    const bytes = this.#store.snapshots.get(ledgerKey(place, partition, 'head', ''));
    return bytes === undefined ? undefined : headShape.parse(unpack(bytes));
  }

  #inForce(group: string, partition: number): Generation {
    return this.#store.meta.get(generationKey(group, partition)) === '1' ? 1 : 0;
  }

  /**
   * Replaces the snapshot of each partition of a group by its present state; the group is held still meanwhile. False,
   * with the snapshot before left in force, when it cannot be held still now.
   */
  async take(runtime: Runtime, group: string): Promise<boolean> {
    try {
      await runtime.whilePaused(group, async () => {
        for (let partition = 0; partition < runtime.options.partitions; partition++) await this.#copy(group, partition);
      });
      return true;
    } catch (error) {
      if (error instanceof EngineError && error.code === 'group.stopped') return false;
      throw error;
    }
  }

  /** Copies into the generation that is not in force, then turns to it: a copy that is cut short changes nothing. */
  async #copy(group: string, partition: number): Promise<void> {
    const before = this.#inForce(group, partition);
    const after = before === 0 ? 1 : 0;
    await this.#clear(group, partition, after);
    const from = this.#ledger.idOf(group);
    const to = placeOf(from, after);
    for (const kind of kinds) {
      const entries = this.#store.ledgerEntries(range(from, partition, kind));
      for (const some of chunksOf(entries, copied_at_once))
        await this.#store.write(() => {
          for (const [key, value] of some)
            this.#store.snapshots.putSync(ledgerKey(to, partition, kind, keyText(key)), value);
        });
    }
    await this.#store.write(() => this.#store.meta.putSync(generationKey(group, partition), String(after)));
    await this.#clear(group, partition, before);
  }

  /** Forgets a task's snapshot. */
  async forget(group: string, partition: number): Promise<void> {
    for (const generation of [0, 1] as const) await this.#clear(group, partition, generation);
  }

  async #clear(group: string, partition: number, generation: Generation): Promise<void> {
    const { snapshots } = this.#store;
    const place = placeOf(this.#ledger.idOf(group), generation);
    for (const kind of kinds)
      for (const some of chunksOf(snapshots.getKeys(range(place, partition, kind)), copied_at_once))
        await this.#store.write(() => {
          for (const key of some) snapshots.removeSync(key);
        });
  }

  /** A ledger in memory that begins at the snapshot; undefined while there is none. */
  open(group: string, partition: number): MemoryTaskLedger | undefined {
    const head = this.head(group, partition);
    if (head === undefined) return undefined;
    const place = placeOf(this.#ledger.idOf(group), this.#inForce(group, partition));
    const ledger = new MemoryTaskLedger(undefined, head);
    for (const kind of ['state', 'part', 'active'] as const)
      for (const { key, value } of this.#store.snapshots.getRange(range(place, partition, kind)))
        ledger.restore(kind, keyText(key), Uint8Array.from(value));
    return ledger;
  }
}

/** The number that stands for a group in the keys of a generation. */
const placeOf = (group: number, generation: Generation): number => (generation === 0 ? group : group | generation_bit);

const generationKey = (group: string, partition: number): string => `snapshot:${group}:${partition}`;

/** Reads all before the first piece is given: what is read may be changed while the pieces are worked on. */
function* chunksOf<T>(all: Iterable<T>, size: number): Generator<readonly T[]> {
  const items = [...all];
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

/** All entries of one kind. */
function range(group: number, partition: number, kind: Kind): { readonly start: Buffer; readonly end: Buffer } {
  const start = ledgerKey(group, partition, kind, '');
  return { start, end: Buffer.concat([start, Buffer.from([0xff])]) };
}
