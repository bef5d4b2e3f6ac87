/** Runs a task: batch after batch while there is something to do, asleep when there is not. */
import { runBatch } from './commit-path.ts';
import { messageOf } from './decode-batch.ts';
import { EngineError } from '../errors.ts';
import type { Task } from './task.ts';

/** Between looks at a loop that is to hold still. */
const pause_poll_ms = 2;

const stopped = (group: string, why: string): EngineError =>
  new EngineError('group.stopped', `group ${group} cannot be held still: ${why}`, 'try again when it runs');

export class TaskLoop {
  readonly task: Task;
  readonly #onSettled: () => void;
  readonly #onFailure: (error: unknown, task: Task) => void;
  #stopping = false;
  /** How many want it to hold still. */
  #pauses = 0;
  #woken = true;
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #failure: string | null = null;

  constructor(task: Task, onSettled: () => void, onFailure: (error: unknown, task: Task) => void) {
    this.task = task;
    this.#onSettled = onSettled;
    this.#onFailure = onFailure;
  }

  /** Why the task stopped; null while it runs. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Nothing to do and nothing on its way out. */
  get settled(): boolean {
    return this.#failure !== null || (this.#wake !== undefined && !this.#woken && this.task.deliverer.idle);
  }

  get asleep(): boolean {
    return this.#wake !== undefined;
  }

  start(): void {
    this.#running = this.#run();
  }

  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = messageOf(error);
    this.#stopping = true;
    this.wake();
    this.#onFailure(error, this.task);
    this.#onSettled();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopping) {
        // All else in the process has its turn; commits of one turn share a transaction.
        await this.task.nextTurn();
        if (this.#stopping) return;
        this.#woken = false;
        if (this.#pauses === 0 && (await runBatch(this.task))) continue;
        await this.task.idle();
        await this.#sleep();
      }
    } catch (error) {
      if (this.#stopping && error instanceof EngineError && error.code === 'group.stopped') return;
      this.fail(error);
    }
  }

  async #sleep(): Promise<void> {
    if (this.#woken || this.#stopping) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#onSettled();
    });
    this.#wake = undefined;
  }

  /**
   * Takes no further batch until `resume`; resolves when the one under way is committed. Rejects when that one waits
   * for a sink that is away, or the loop stops: `resume` is due all the same.
   */
  async pause(): Promise<void> {
    this.#pauses++;
    this.wake();
    while (!this.asleep && this.#failure === null) {
      const trouble = this.task.rows_trouble;
      if (this.#stopping) throw stopped(this.task.group, 'it stops');
      if (trouble !== null) throw stopped(this.task.group, `it waits for its sink (${trouble})`);
      await new Promise((resolve) => setTimeout(resolve, pause_poll_ms));
    }
  }

  resume(): void {
    this.#pauses--;
    this.wake();
  }

  /** Finishes the batch under way and what it sends; a batch whose rows the sink refuses is done again next time. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.task.hurry();
    this.wake();
    await this.#running;
    if (this.#failure === null) await this.task.close();
    else await this.task.abandon();
  }
}
