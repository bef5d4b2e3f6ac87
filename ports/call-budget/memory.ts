/** The budget of calls of one process. */
import type { CallBudget, CallBudgetOptions } from './port.ts';

interface Account {
  points: number;
  at_ms: number;
  paused_until_ms: number;
}

export class MemoryCallBudget implements CallBudget {
  readonly #options: CallBudgetOptions;
  readonly #now_ms: () => number;
  readonly #accounts = new Map<string, Account>();

  constructor(options: CallBudgetOptions, now_ms: () => number) {
    this.#options = options;
    this.#now_ms = now_ms;
  }

  take(account_id: string, points: number, keep = 0): Promise<number> {
    const account = this.#of(account_id);
    const now_ms = this.#now_ms();
    const { points: most, period_ms } = this.#options;
    account.points = Math.min(most, account.points + (Math.max(0, now_ms - account.at_ms) * most) / period_ms);
    account.at_ms = now_ms;
    if (account.paused_until_ms > now_ms) return Promise.resolve(account.paused_until_ms - now_ms);
    // A call dearer than all there ever is would wait for ever.
    const price = Math.min(points, most);
    const needed = Math.min(most, price + keep);
    if (account.points < needed) return Promise.resolve(Math.ceil(((needed - account.points) * period_ms) / most));
    account.points -= price;
    return Promise.resolve(0);
  }

  pause(account_id: string, for_ms: number): Promise<void> {
    const account = this.#of(account_id);
    account.paused_until_ms = Math.max(account.paused_until_ms, this.#now_ms() + for_ms);
    return Promise.resolve();
  }

  #of(account_id: string): Account {
    let account = this.#accounts.get(account_id);
    if (account === undefined) {
      account = { points: this.#options.points, at_ms: this.#now_ms(), paused_until_ms: 0 };
      this.#accounts.set(account_id, account);
    }
    return account;
  }
}
