/** Lets calls of an account through as fast as its limits allow: slower when they are nearly used, not at all when they are. */
import type { CallBudget } from '../../call-budget/port.ts';
import { MetaError } from './errors.ts';
import type { Usage } from './usage.ts';

/** Real time, or a test's. */
export interface MetaClock {
  now_ms(): number;
  sleep(ms: number): Promise<void>;
}

/** From this share of a limit on each call waits, percent; at the other nobody calls until it is less. */
const slow_from = 75;
const stop_from = 95;
/** Wait of a call just below the stop. */
const slowest_ms = 5_000;
/** How long nobody calls where the answer does not say it. */
const pause_ms = 60_000;

export class Gate {
  readonly #budget: CallBudget;
  readonly #clock: MetaClock;
  readonly #percent = new Map<string, number>();

  constructor(budget: CallBudget, clock: MetaClock) {
    this.#budget = budget;
    this.#clock = clock;
  }

  /**
   * Resolves when a call may be made.
   * @param keep points of the budget that are left to others
   * @throws MetaError `throttled` where that takes longer than `patience_ms`
   */
  async enter(account_id: string, points: number, patience_ms: number, keep = 0): Promise<void> {
    const until_ms = this.#clock.now_ms() + patience_ms;
    const percent = this.#percent.get(account_id) ?? 0;
    const slow_ms = Math.min(1, Math.max(0, (percent - slow_from) / (stop_from - slow_from))) * slowest_ms;
    if (slow_ms > 0 && slow_ms <= patience_ms) await this.#clock.sleep(slow_ms);
    for (;;) {
      const wait_ms = await this.#budget.take(account_id, points, keep).catch(unasked);
      if (wait_ms === 0) return;
      if (this.#clock.now_ms() + wait_ms > until_ms) throw tooLong(account_id, wait_ms);
      await this.#clock.sleep(wait_ms);
    }
  }

  /** Takes in what an answer's headers say. */
  async learn(account_id: string, usage: Usage | null): Promise<void> {
    if (usage === null) return;
    this.#percent.set(account_id, usage.percent);
    if (usage.percent >= stop_from) await this.pause(account_id, usage.regain_ms ?? pause_ms);
  }

  /** Nobody calls for a while. Where the others cannot be told, they meet the same refusal. */
  async pause(account_id: string, for_ms: number): Promise<void> {
    await this.#budget.pause(account_id, for_ms).catch(() => undefined);
  }
}

/** Without the budget that is shared nobody knows what the others call: then no call is made. */
const unasked = (error: unknown): never => {
  const why = error instanceof Error ? error.message : String(error);
  throw new MetaError(`the budget of calls cannot be asked: ${why}`, {
    kind: 'throttled',
    code: null,
    subcode: null,
    retry_after_ms: null,
  });
};

const tooLong = (account_id: string, retry_after_ms: number): MetaError =>
  new MetaError(`${account_id}: its budget of calls is used, the next in ${Math.ceil(retry_after_ms / 1_000)} s`, {
    kind: 'throttled',
    code: null,
    subcode: null,
    retry_after_ms,
  });
