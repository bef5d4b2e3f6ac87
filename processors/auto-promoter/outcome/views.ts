/** The history of promotions, and what they earn, as people see them. */
import { spansOf } from '../../../learning/promotion/change.ts';
import { singleEffects, type Single } from '../../../learning/promotion/shrink.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { PromotionMeasured } from '../../../schemas/index.ts';
import { day_ms } from '../../../schemas/values.ts';
import { dayOf } from '../../snapshots/book.ts';
import { measuredEvent, measuredOf, type Measured } from './measure.ts';
import type { AccountState, Applied, Winner } from './state.ts';

export interface PromotionRow {
  readonly experiment_id: string;
  readonly ad_id: string;
  readonly metric: Winner['metric'];
  readonly is_held_out: boolean;
  readonly detected_ms: number;
  /** Lift that it won by, shrunken, with its interval, fraction. */
  readonly lift: { readonly value: number; readonly low: number; readonly high: number };
  /** When its budget was raised, and taken back. */
  readonly applied: readonly Applied[];
  readonly status: 'waiting' | 'compared' | 'not_delivered';
  /** When the days that it is compared on are over. */
  readonly until_ms: number;
  /** Log of its results a day, after against before; null while it waits. */
  readonly change: number | null;
  /** What its promotion did, drawn to the mean of all; null where it was not promoted or that cannot be said. */
  readonly effect: Single | null;
}

export interface PromotionsView extends Omit<PromotionMeasured, 'at_ms' | 'policy_version'> {
  /** Newest first. */
  readonly rows: readonly PromotionRow[];
}

export function promotionsView(
  account_id: string,
  { winners }: Pick<AccountState, 'winners'>,
  policy: Policy,
  limit = 100,
): PromotionsView {
  const measured = measuredOf(winners, policy);
  const {
    at_ms: _,
    policy_version: __,
    ...said
  } = measuredEvent(measured, { account_id, at_ms: 0, policy_version: '' });
  const effects = singlesOf(measured);
  const rows = winners.map((winner): PromotionRow => {
    const { experiment_id, ad_id, metric, is_held_out, detected_ms, lift, lift_low, lift_high, applied, outcome } =
      winner;
    const { after } = spansOf(dayOf(detected_ms), policy.promotion);
    return {
      ...{ experiment_id, ad_id, metric, is_held_out, detected_ms, applied },
      lift: { value: lift, low: lift_low, high: lift_high },
      status: outcome === null ? 'waiting' : outcome === 'not_delivered' ? outcome : 'compared',
      until_ms: (after.last_day + 1) * day_ms,
      change: outcome === null || outcome === 'not_delivered' ? null : outcome.results,
      effect: effects.get(winner) ?? null,
    };
  });
  return { ...said, rows: rows.reverse().slice(0, limit) };
}

/** Share of the days from which a winner counts as promoted when single promotions are told. */
const least_dose = 0.5;

function singlesOf({ settled, results }: Measured): ReadonlyMap<Winner, Single> {
  if (results === null) return new Map();
  const promoted = settled.filter(({ winner, dose }) => !winner.is_held_out && dose >= least_dose);
  const held_out = settled.filter(({ winner }) => winner.is_held_out);
  const changes = (of: Measured['settled']): readonly number[] => of.map(({ compared }) => compared.results);
  const singles = singleEffects(changes(promoted), changes(held_out), results) ?? [];
  return new Map(
    promoted.flatMap(({ winner }, i) => (singles[i] === undefined ? [] : [[winner, singles[i]] as const])),
  );
}
