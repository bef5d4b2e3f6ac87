/** What promotions of an account earn, as far as it can be said, and what is missing where it cannot. */
import { spansOf, type Compared } from '../../../learning/promotion/change.ts';
import { differenceOf, mean, type Change, type Difference } from '../../../learning/promotion/difference.ts';
import { dayOf } from '../../snapshots/book.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { PromotionMeasured } from '../../../schemas/index.ts';
import { day_ms } from '../../../schemas/values.ts';
import { count, signedPercent } from '../words.ts';
import type { Applied, Winner } from './state.ts';

type Results = PromotionMeasured['earned'][number]['results'];

/** What an ad is run for, by the metric of its experiment. */
export const resultsOf = (metric: Winner['metric']): Results =>
  metric === 'link_ctr' ? 'link_clicks' : metric === 'roas' || metric === 'profit' ? 'value_minor' : 'conversions';

/** A winner whose days have passed. */
export interface Settled {
  readonly winner: Winner;
  readonly compared: Compared;
  /** Share of the days after in which it was promoted. */
  readonly dose: number;
}

/** Share of a time in which any of the raises stood. */
export function doseOf(applied: readonly Applied[], from_ms: number, to_ms: number): number {
  const spans = applied
    .map((one) => [Math.max(from_ms, one.from_ms), Math.min(to_ms, one.to_ms ?? to_ms)] as const)
    .filter(([from, to]) => to > from)
    .sort((a, b) => a[0] - b[0]);
  let [sum, until] = [0, from_ms];
  for (const [from, to] of spans) {
    sum += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return sum / (to_ms - from_ms);
}

export function settledOf(winners: readonly Winner[], policy: Policy): readonly Settled[] {
  return winners.flatMap((winner): readonly Settled[] => {
    const { outcome, applied, detected_ms } = winner;
    if (outcome === null || outcome === 'not_delivered') return [];
    const { after } = spansOf(dayOf(detected_ms), policy.promotion);
    const dose = doseOf(applied, after.first_day * day_ms, (after.last_day + 1) * day_ms);
    return [{ winner, compared: outcome, dose }];
  });
}

const isHeldOut = ({ winner }: Settled): boolean => winner.is_held_out;

/** The difference in one of the numbers that are compared. */
function difference(settled: readonly Settled[], of: (compared: Compared) => number): Difference | null {
  const changes = (some: readonly Settled[]): readonly Change[] =>
    some.map(({ compared, dose }) => ({ change: of(compared), dose }));
  return differenceOf(changes(settled.filter((one) => !isHeldOut(one))), changes(settled.filter(isHeldOut)));
}

export interface Measured {
  readonly results: Difference | null;
  readonly spend: Difference | null;
  readonly efficiency: Difference | null;
  /** Why nothing is said; null where something is. */
  readonly missing: string | null;
  readonly counts: Pick<PromotionMeasured, 'promoted' | 'applied' | 'held_out' | 'waiting' | 'not_delivered'>;
  readonly settled: readonly Settled[];
}

/** @param winners of one account */
export function measuredOf(winners: readonly Winner[], policy: Policy): Measured {
  const settled = settledOf(winners, policy);
  const drawn = settled.filter((one) => !isHeldOut(one));
  const counts = {
    promoted: drawn.length,
    applied: drawn.filter(({ dose }) => dose > 0).length,
    held_out: settled.length - drawn.length,
    waiting: winners.filter(({ outcome }) => outcome === null).length,
    not_delivered: winners.filter(({ outcome }) => outcome === 'not_delivered').length,
  };
  const early = tooEarly(counts, policy);
  const results = early === null ? difference(settled, (one) => one.results) : null;
  const missing =
    early ??
    (results === null
      ? `only ${count(counts.applied)} of ${count(counts.promoted)} were promoted: that tells nothing`
      : null);
  return {
    results,
    spend: results === null ? null : difference(settled, (one) => one.spend),
    efficiency: results === null ? null : difference(settled, (one) => one.results - one.spend),
    missing,
    counts,
    settled,
  };
}

function tooEarly(
  { promoted, applied, held_out, waiting }: Measured['counts'],
  { promotion: { min_promoted, min_held_out, holdout_share } }: Policy,
): string | null {
  if (holdout_share === 0 && held_out < min_held_out) return 'no winner is held out: promotion.holdout_share is 0';
  if (promoted >= min_promoted && applied === 0)
    return `none of ${count(promoted)} winners was promoted: their budgets were not raised`;
  const lacks = [
    promoted < min_promoted ? `${count(promoted)} of ${count(min_promoted)} winners to be promoted` : '',
    held_out < min_held_out ? `${count(held_out)} of ${count(min_held_out)} held out` : '',
  ].filter((part) => part !== '');
  if (lacks.length === 0) return null;
  const coming = waiting === 0 ? '' : `; ${count(waiting)} more will have`;
  return `the days after have passed for ${lacks.join(' and ')}${coming}`;
}

/** What there would not have been without promotions: of a total, 1 − exp(−effect · dose). */
const share = (effect: number, dose: number): number => -Math.expm1(-effect * dose);

function earnedOf({ settled, results }: Measured): PromotionMeasured['earned'] {
  if (results === null) return [];
  const applied = settled.filter(({ dose }) => dose > 0);
  const kinds = [...new Set(applied.map(({ winner }) => resultsOf(winner.metric)))].sort();
  return kinds.map((kind) => {
    const own = applied.filter(({ winner }) => resultsOf(winner.metric) === kind);
    const at = (effect: number): number =>
      own.reduce((sum, { compared, dose }) => sum + compared.results_after * share(effect, dose), 0);
    const after = own.reduce((sum, { compared }) => sum + compared.results_after, 0);
    return { results: kind, after, earned: at(results.effect), low: at(results.low), high: at(results.high) };
  });
}

const interval = ({ effect, low, high }: Difference): string =>
  `${signedPercent(Math.expm1(effect))} (95 %: ${signedPercent(Math.expm1(low))} to ${signedPercent(Math.expm1(high))})`;

function reasonOf({ results, spend, efficiency, missing, counts }: Measured): string {
  if (results === null) return `Too early to say what promotions earn: ${missing ?? ''}.`;
  const said = results.low > 0 ? 'more' : results.high < 0 ? 'fewer' : 'neither more nor fewer, as far as can be told';
  const cost = spend === null ? '' : `, ${interval(spend)} spend`;
  const each = efficiency === null ? '' : `, ${interval(efficiency)} results per spend`;
  return (
    `${count(counts.promoted)} winners to be promoted, ${count(counts.applied)} of them promoted, against ` +
    `${count(counts.held_out)} held out at random: ${said} results: ${interval(results)} results a day${cost}${each}.`
  );
}

const unknown = { effect: null, low: null, high: null };
const ends = (difference: Difference | null): Pick<Difference, 'effect' | 'low' | 'high'> | typeof unknown =>
  difference ?? unknown;

/** The event that says so. */
export function measuredEvent(
  measured: Measured,
  { account_id, at_ms, policy_version }: Pick<PromotionMeasured, 'account_id' | 'at_ms' | 'policy_version'>,
): PromotionMeasured {
  const { missing, counts, settled } = measured;
  const [results, spend, efficiency] = [ends(measured.results), ends(measured.spend), ends(measured.efficiency)];
  const applied = settled.filter(({ dose }) => dose > 0);
  const cost = (effect: number | null): number | null =>
    effect === null
      ? null
      : applied.reduce((sum, { compared, dose }) => sum + compared.spend_after_minor * share(effect, dose), 0);
  return {
    account_id,
    status: measured.results === null ? 'too_early' : 'measured',
    missing,
    ...counts,
    results_effect: results.effect,
    results_low: results.low,
    results_high: results.high,
    spend_effect: spend.effect,
    spend_low: spend.low,
    spend_high: spend.high,
    efficiency_effect: efficiency.effect,
    efficiency_low: efficiency.low,
    efficiency_high: efficiency.high,
    before_after: applied.length === 0 ? null : mean(applied.map(({ compared }) => compared.results)),
    earned: earnedOf(measured),
    spent_minor: cost(spend.effect),
    spent_low_minor: cost(spend.low),
    spent_high_minor: cost(spend.high),
    reason: reasonOf(measured),
    at_ms,
    policy_version,
  };
}
