/** Brings what a process works on in line with the partitions that it was given: one after the other, by group. */
import type { RedisLedger } from './redis-ledger.ts';

export interface OwnershipOptions {
  readonly group: string;
  readonly ledger: RedisLedger;
  /** Begins to work on a partition whose ledger was claimed. */
  readonly take: (group: string, partition: number) => Promise<void>;
  readonly giveUp: (group: string, partition: number) => Promise<void>;
  /** A partition could not be taken, and is tried again while it is wanted. */
  readonly onTrouble: (error: unknown) => void;
  readonly pause_ms: number;
}

export class Ownership {
  readonly #options: OwnershipOptions;
  #wanted = new Set<number>();
  readonly #had = new Set<number>();
  /** Partitions that another owner claimed although they are wanted here. */
  readonly #lost = new Set<number>();
  #working: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  get owned(): readonly number[] {
    return [...this.#had].sort((a, b) => a - b);
  }

  /** These and no others from now on. */
  want(partitions: readonly number[]): void {
    this.#wanted = new Set(partitions);
    this.#reconcile();
  }

  /** Another owner claimed a partition: what this process has of it is worth nothing any more. */
  overtaken(partition: number): void {
    this.#lost.add(partition);
    this.#reconcile();
  }

  /** Gives up everything; resolves when it is done. */
  async stop(): Promise<void> {
    this.#wanted = new Set();
    this.#reconcile();
    await this.#working;
    this.#stopped = true;
  }

  #reconcile(): void {
    this.#again = true;
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      const { group, giveUp } = this.#options;
      for (const partition of [...this.#had].filter((one) => !this.#wanted.has(one) || this.#lost.has(one))) {
        this.#had.delete(partition);
        this.#lost.delete(partition);
        await giveUp(group, partition);
      }
      for (const partition of [...this.#wanted].filter((one) => !this.#had.has(one)).sort((a, b) => a - b))
        if (this.#wanted.has(partition)) await this.#take(partition);
    }
  }

  async #take(partition: number): Promise<void> {
    const { group, ledger, take, onTrouble, pause_ms } = this.#options;
    try {
      await ledger.task(group, partition).take();
      await take(group, partition);
      this.#had.add(partition);
    } catch (error) {
      onTrouble(error);
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
      this.#again = true;
    }
  }
}
