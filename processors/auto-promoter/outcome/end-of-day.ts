/** When a day is over: winners whose days have passed are compared, and what changed is told. */
import { comparedOf, spansOf, type PromotionDay } from '../../../learning/promotion/change.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { PromotionMeasured } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { dayOf } from '../../snapshots/book.ts';
import { restated_days } from './on-metrics.ts';
import { measuredEvent, measuredOf, resultsOf } from './measure.ts';
import { adOf, type AccountState, type AdDay, type Part, type Winner } from './state.ts';

export interface EndOfDay {
  readonly state: AccountState;
  readonly told: PromotionMeasured | null;
}

interface Now {
  readonly account_id: string;
  readonly now_ms: number;
  readonly policy: Policy;
}

const asDays = (days: readonly AdDay[], metric: Winner['metric']): readonly PromotionDay[] => {
  const kind = resultsOf(metric);
  return days.map((day) => ({ day: day.day, results: day[kind], spend_minor: day.spend_minor }));
};

/** The winner with what came of it; as it is where its days have not passed, or are too old to change. */
function judged(winner: Winner, days: readonly AdDay[], { now_ms, policy }: Now): Winner {
  const { before, after } = spansOf(dayOf(winner.detected_ms), policy.promotion);
  const { maturity_hours, conversion_maturity_hours } = policy.evidence;
  const maturity = winner.metric === 'link_ctr' ? maturity_hours : conversion_maturity_hours;
  const over_ms = (after.last_day + 1) * day_ms;
  if (now_ms < over_ms + maturity * hour_ms) return winner;
  const is_final = winner.outcome !== null && now_ms > over_ms + restated_days * day_ms;
  if (is_final) return winner;
  const outcome = comparedOf(asDays(days, winner.metric), { before, after }, policy.promotion.delivered_share);
  return { ...winner, outcome: outcome ?? 'not_delivered' };
}

export function endOfDay(before: AccountState, parts: ReadonlyMap<string, Part>, now: Now): EndOfDay {
  const { account_id, now_ms, policy } = now;
  const winners = before.winners.map((winner) => judged(winner, adOf(parts, winner.ad_id)?.days ?? [], now));
  const measured = measuredOf(winners, policy);
  const told = JSON.stringify([measured.counts, measured.missing === null]);
  const state = { winners, told };
  if (told === before.told || winners.length === 0) return { state, told: null };
  const event = measuredEvent(measured, { account_id, at_ms: now_ms, policy_version: policy.version });
  return { state, told: event };
}
