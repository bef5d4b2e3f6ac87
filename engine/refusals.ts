/** Counts refusals of a task's handler, and stops a bug from draining a topic into dead letters. */
import { EngineError } from './errors.ts';
import type { Limits } from './options.ts';

/** Events over which the share of failures is taken. */
const window_events = 10_000;

export class FailureWindow {
  #handled = 0;
  #failed = 0;
  readonly #group: string;
  readonly #limits: Limits;

  constructor(group: string, limits: Limits) {
    this.#group = group;
    this.#limits = limits;
  }

  handled(events: number): void {
    this.#handled += events;
    if (this.#handled <= window_events) return;
    this.#handled /= 2;
    this.#failed /= 2;
  }

  /** Throws when too large a share of events failed; the batch is then not committed. */
  failed(message: string): void {
    this.#failed++;
    const { failure_count, failure_share } = this.#limits;
    if (this.#failed < failure_count || this.#failed <= failure_share * Math.max(this.#handled, window_events / 10))
      return;
    throw new EngineError(
      'group.too_many_failures',
      `group ${this.#group} stopped: its handler threw on ${Math.round(this.#failed)} of the last ${Math.round(this.#handled)} events, the last time with "${message}"`,
      'repair the handler and start again; nothing of this batch was committed',
    );
  }
}
