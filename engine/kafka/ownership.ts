/** Brings what a process works on in line with the partitions that it was given: one after the other, by group. */
import { EngineError } from '../errors.ts';
import { isRecoverable } from './away.ts';
import type { RedisLedger } from './redis-ledger.ts';

export interface OwnershipOptions {
  readonly group: string;
  readonly ledger: RedisLedger;
  /** Begins to work on a partition whose ledger was claimed. */
  readonly take: (group: string, partition: number) => Promise<void>;
  readonly giveUp: (group: string, partition: number) => Promise<void>;
  /** A partition could not be taken, and is tried again while it is wanted. */
  readonly onTrouble: (error: unknown) => void;
  /** A partition cannot be taken, whoever tries: its log or its books are wrong. It is not tried again. */
  readonly onFailure: (error: unknown, partition: number) => void;
  readonly pause_ms: number;
}

export class Ownership {
  readonly #options: OwnershipOptions;
  #wanted = new Set<number>();
  readonly #had = new Set<number>();
  /** Partitions that another owner claimed although they are wanted here. */
  readonly #lost = new Set<number>();
  /** Partitions that cannot be taken. */
  readonly #broken = new Set<number>();
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
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    // What asks from here on finds it working; what asks after its last look finds it done.
    await Promise.resolve();
    while (this.#again && !this.#stopped) {
      this.#again = false;
      for (const partition of [...this.#had].filter((one) => !this.#wanted.has(one) || this.#lost.has(one)))
        await this.#giveUp(partition);
      for (const partition of [...this.#wanted].filter((one) => !this.#had.has(one)).sort((a, b) => a - b))
        if (this.#wanted.has(partition) && !this.#broken.has(partition)) await this.#take(partition);
    }
    this.#working = undefined;
  }

  async #giveUp(partition: number): Promise<void> {
    this.#had.delete(partition);
    this.#lost.delete(partition);
    try {
      await this.#options.giveUp(this.#options.group, partition);
    } catch (error) {
      // What it could not note is noted by whoever has it next.
      this.#options.onTrouble(error);
    }
  }

  async #take(partition: number): Promise<void> {
    const { group, ledger, take, onTrouble, onFailure, pause_ms } = this.#options;
    this.#lost.delete(partition);
    try {
      await ledger.take(group, partition);
      await take(group, partition);
      this.#had.add(partition);
    } catch (error) {
      if (!isPassing(error)) {
        this.#broken.add(partition);
        onFailure(error, partition);
        return;
      }
      onTrouble(error);
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
      this.#again = true;
    }
  }
}

/** What the engine itself says of a log or of books is not said by trying again. */
const isPassing = (error: unknown): boolean => !(error instanceof EngineError) || isRecoverable(error);
