/** What the server saw: every call, every write and its effect, and what no client may ever do. */
import { localDate } from './clock.ts';
import type { GraphAccount } from './world.ts';

export interface SeenCall {
  readonly at_ms: number;
  readonly method: string;
  /** Without version, query and token. */
  readonly path: string;
  readonly account_id: string | null;
  /** Which tenant's token it carried; −1 for none that is known. */
  readonly tenant: number;
  readonly status: number;
}

export interface SeenWrite {
  readonly at_ms: number;
  readonly owner_id: string;
  readonly field: 'daily_budget' | 'lifetime_budget' | 'status' | 'name';
  readonly before: string | null;
  readonly after: string;
  readonly applied: boolean;
}

/** A budget or status that became another, as this server counts: whoever changed it, and whenever it was asked for. */
export interface SeenEffect {
  readonly at_ms: number;
  /** When the request came; the same as `at_ms` but where it was done later. */
  readonly sent_ms: number;
  readonly by: 'client' | 'human';
  readonly account_id: string;
  /** The campaign's, ad set's or ad's. */
  readonly id: string;
  readonly field: SeenWrite['field'];
  readonly before: string | null;
  readonly after: string;
  /** Daily budgets of the account once it was done, summed. */
  readonly authorised_minor: number;
  /** The highest daily budget that each of them had on the account's day, summed. */
  readonly highest_minor: number;
}

export class Seen {
  readonly calls: SeenCall[] = [];
  readonly effects: SeenEffect[] = [];
  readonly writes: SeenWrite[] = [];
  /** Requests that carried another tenant's token than the one their object belongs to. */
  readonly violations: string[] = [];
  readonly #highest = new Map<string, number>();

  /** Writes of an owner, those that were not applied too. */
  writesOf(owner_id: string): readonly SeenWrite[] {
    return this.writes.filter((write) => write.owner_id === owner_id);
  }

  callsOf(account_id: string): readonly SeenCall[] {
    return this.calls.filter((call) => call.account_id === account_id);
  }

  /** Keeps the highest budget that an owner had on a day of its account: what the platform may deliver on. */
  budget(account: GraphAccount, owner_id: string, minor: number, now_ms: number): void {
    const name = `${owner_id} ${localDate(now_ms, account.time_zone)}`;
    this.#highest.set(name, Math.max(this.#highest.get(name) ?? 0, minor));
  }

  /** Minor units; undefined where the owner's budget was not set on that day, `2026-03-29`. */
  highestBudget(owner_id: string, date: string): number | undefined {
    return this.#highest.get(`${owner_id} ${date}`);
  }
}
