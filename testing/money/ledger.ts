/** Daily budgets as the platform's history has them, at one moment after another. */
import { day_ms } from '../../schemas/values.ts';
import type { Entry } from './platform.ts';
import type { Stage, StageOwner } from './stage.ts';

/** Amounts of each owner at a moment, by the platform's history. */
export class Ledger {
  readonly #platform: Stage;
  readonly amounts = new Map<string, number>();
  readonly levels = new Map<string, { readonly at_ms: number; readonly minor: number }[]>();

  constructor(platform: Stage) {
    this.#platform = platform;
    for (const { owner_id, daily_minor } of platform.owners.values()) {
      const first = platform.history.find((entry) => entry.owner_id === owner_id && entry.ad_id === null);
      const minor = first === undefined ? (daily_minor ?? 0) : Number(first.from);
      this.amounts.set(owner_id, minor);
      this.levels.set(owner_id, [{ at_ms: 0, minor }]);
    }
  }

  apply({ owner_id, to, at_ms }: Entry): void {
    this.amounts.set(owner_id, Number(to));
    this.levels.get(owner_id)?.push({ at_ms, minor: Number(to) });
  }

  lowest(owner_id: string, at_ms: number): number {
    const levels = this.levels.get(owner_id) ?? [];
    const inside = levels.filter((_, i) => (levels[i + 1]?.at_ms ?? Infinity) > at_ms - day_ms);
    return Math.min(...inside.map(({ minor }) => minor));
  }

  /** Sum of the daily budgets of some owners. */
  sum(isOne: (owner: StageOwner) => boolean): number {
    let sum = 0;
    for (const owner of this.#platform.owners.values()) if (isOne(owner)) sum += this.amounts.get(owner.owner_id) ?? 0;
    return sum;
  }
}
