/** Brings what a process works on in line with the partitions that it was given, by group. */
import { isPassing } from '../client/passing.ts';
import type { RedisLedger } from '../redis/ledger.ts';

export interface OwnershipOptions {
  readonly group: string;
  readonly ledger: RedisLedger;
  /** Begins to work on a partition whose ledger was claimed. */
  readonly take: (group: string, partition: number) => Promise<void>;
  readonly giveUp: (group: string, partition: number) => Promise<void>;
  /** A partition could not be taken, and is tried again while it is wanted. */
  readonly onTrouble: (error: unknown) => void;
  /** A partition cannot be taken, and could not be the next time either: there is something to choose. */
  readonly onFailure: (error: unknown, partition: number) => void;
  readonly pause_ms: number;
  /** How often it asks whether what it has is still its own, milliseconds. */
  readonly check_ms: number;
}

export class Ownership {
  readonly #options: OwnershipOptions;
  #wanted = new Set<number>();
  readonly #had = new Set<number>();
  /** Partitions that another owner claimed although they are wanted here. */
  readonly #lost = new Set<number>();
  #working: Promise<void> | undefined;
  #again = false;
  #stopping = false;
  #checking: NodeJS.Timeout | undefined;

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  get owned(): readonly number[] {
    return [...this.#had].sort((a, b) => a - b);
  }

  /**
   * These and no others from now on. None while it stops: brokers may deal out once more before they hear that this member
   * leaves, and what it then took nobody would hand over.
   */
  want(partitions: readonly number[]): void {
    if (this.#stopping) return;
    this.#wanted = new Set(partitions);
    this.#reconcile();
    this.#checking ??= setInterval(() => void this.#check(), this.#options.check_ms).unref();
  }

  /**
   * In a rebalance that this member missed another may have had a partition that it had before and has after it. What
   * that one committed last, and did not send, is sent by whoever takes the partition: so it is taken again.
   */
  async #check(): Promise<void> {
    const { group, ledger, onTrouble } = this.#options;
    for (const partition of this.#had)
      try {
        const isOwner = await ledger.task(group, partition).isOwner();
        if (!isOwner && this.#had.has(partition)) this.overtaken(partition);
      } catch (error) {
        onTrouble(error);
      }
  }

  /** Another owner claimed a partition: what this process has of it is worth nothing any more. */
  overtaken(partition: number): void {
    this.#lost.add(partition);
    this.#reconcile();
  }

  /** These are worked on already: their ledgers were claimed, and their tasks run. */
  began(partitions: readonly number[]): void {
    this.#wanted = new Set(partitions);
    for (const partition of partitions) this.#had.add(partition);
  }

  /** The connection to the ledger ended, and with it what was claimed on it: what is had is claimed anew. */
  disconnected(): void {
    for (const partition of this.#had) if (!this.#isClaimed(partition)) this.#lost.add(partition);
    this.#reconcile();
  }

  #isClaimed(partition: number): boolean {
    return this.#options.ledger.task(this.#options.group, partition).isClaimed;
  }

  /** Gives up everything; resolves when it is done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#checking);
    this.#wanted = new Set();
    this.#reconcile();
    await this.#working;
  }

  #reconcile(): void {
    this.#again = true;
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    // What asks from here on finds it working; what asks after its last look finds it done.
    await Promise.resolve();
    while (this.#again) {
      this.#again = false;
      const gone = [...this.#had].filter((one) => !this.#wanted.has(one) || this.#lost.has(one));
      await Promise.all(gone.map((partition) => this.#giveUp(partition)));
      const missing = [...this.#wanted].filter((one) => !this.#had.has(one)).sort((a, b) => a - b);
      // Side by side: each may have to wait for an owner that is dead.
      await Promise.all(missing.map((partition) => this.#take(partition)));
    }
    this.#working = undefined;
  }

  async #giveUp(partition: number): Promise<void> {
    const { group, ledger, giveUp, onTrouble } = this.#options;
    this.#had.delete(partition);
    this.#lost.delete(partition);
    try {
      await giveUp(group, partition);
    } catch (error) {
      // What it could not finish is done by whoever has the partition next.
      onTrouble(error);
    } finally {
      await ledger.task(group, partition).handOver();
    }
  }

  async #take(partition: number): Promise<void> {
    const { group, ledger, take, onTrouble, onFailure, pause_ms } = this.#options;
    try {
      await ledger.task(group, partition).take();
      await take(group, partition);
      this.#had.add(partition);
      // It may have been lost while it was opened.
      if (!this.#isClaimed(partition)) this.overtaken(partition);
    } catch (error) {
      if (!isPassing(error)) {
        this.#wanted.delete(partition);
        onFailure(error, partition);
        return;
      }
      onTrouble(error);
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
      this.#again = true;
    }
  }
}
