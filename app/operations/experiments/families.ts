/**
 * What the next winner of a family needs. An experiment counts in the family that the promoter put it in when it was
 * declared; each winner that stands lowers what the next one needs.
 */
import { threshold, thresholdBeside } from '../../../learning/evidence/e-bh.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import { joinFamily } from '../../../processors/auto-promoter/promotion/join-family.ts';
import { initialAccount, type AccountState } from '../../../processors/auto-promoter/promotion/state.ts';
import { z } from 'zod';

export const declaredShape = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  design: z.string(),
  start_ms: z.number(),
});
type Declared = z.infer<typeof declaredShape>;

export const winnerShape = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  family: z.string(),
  e_value: z.number(),
  planned_experiments: z.number(),
  alpha: z.number(),
});
type Winner = z.infer<typeof winnerShape>;

const place = (account_id: string, id: string): string => `${account_id}\u0000${id}`;

export class Families {
  readonly #accounts = new Map<string, AccountState>();
  /** Family of each experiment. */
  readonly #members = new Map<string, string>();
  /** Winners that stand, by family and then by experiment. */
  readonly #winners = new Map<string, Map<string, Winner>>();

  /** In the order of the log: a family that is full sends whoever comes after to the next. */
  declare({ account_id, experiment_id, design, start_ms }: Declared, policy: EvidencePolicy): void {
    const at = place(account_id, experiment_id);
    if (design === 'observational' || this.#members.has(at)) return;
    const { state, member } = joinFamily(this.#accounts.get(account_id) ?? initialAccount(), start_ms, policy);
    this.#accounts.set(account_id, state);
    this.#members.set(at, member.family);
  }

  announced(winner: Winner): void {
    const at = place(winner.account_id, winner.family);
    const winners = this.#winners.get(at) ?? new Map<string, Winner>();
    this.#winners.set(at, winners.set(winner.experiment_id, winner));
  }

  withdrawn({ account_id, experiment_id, family }: Pick<Winner, 'account_id' | 'experiment_id' | 'family'>): void {
    this.#winners.get(place(account_id, family))?.delete(experiment_id);
  }

  /** The e-value at which the experiment would be announced now; `started_in` is the family of its start. */
  threshold(account_id: string, experiment_id: string, started_in: string, policy: EvidencePolicy): number {
    const family = this.#members.get(place(account_id, experiment_id)) ?? started_in;
    const winners = [...(this.#winners.get(place(account_id, family))?.values() ?? [])];
    // A family keeps the K and α that it began with: its winners name them.
    const [first] = winners;
    if (first === undefined) return threshold(policy.planned_experiments, policy.alpha, 1);
    const others = winners.filter((winner) => winner.experiment_id !== experiment_id).map(({ e_value }) => e_value);
    return thresholdBeside(others, first.planned_experiments, first.alpha);
  }
}
