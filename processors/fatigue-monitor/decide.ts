/** The loop's handlers. */
import { accountLevel } from '../../learning/fatigue/level.ts';
import type { Policy } from '../../policy/policy.ts';
import { adFatigued, type AdFatigued } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { processor, type Decide } from '../../topology/processor.ts';
import { judged } from './judge.ts';
import { takeMetrics } from './on-metrics.ts';
import { adName, adOf, bookName, type AccountState, type AdPart, type Part } from './state.ts';
import { wiring } from './wiring.ts';

/** Days without impressions after which an ad is forgotten. */
const idle_days = 30;

export const decide: Decide<typeof wiring, Policy> = {
  'ad.metrics': (state, event, { parts, policy }) => takeMetrics(state, event, parts, policy.fatigue) ?? { state },

  'tick.hourly': (state, tick, { parts, policy, key }) => {
    const now_ms = tick.hour_ms + hour_ms;
    if (now_ms % day_ms !== 0) return { state };
    return endOfDay(state, parts, { account_id: key, now_ms, policy });
  },
};

export const fatigueMonitor = processor(wiring, decide);

interface At {
  readonly account_id: string;
  /** End of the day, UTC epoch milliseconds. */
  readonly now_ms: number;
  readonly policy: Policy;
}

/** Judges every ad that was shown on the day, tells those whose status changed, and forgets what is old. */
function endOfDay(state: AccountState, parts: ReadonlyMap<string, Part>, { account_id, now_ms, policy }: At) {
  const today = Math.floor(now_ms / day_ms) - 1;
  const rules = policy.fatigue;
  const changed = new Map<string, Part | null>();
  const told: AdFatigued[] = [];
  const ads = state.ads.flatMap((ad_id) => {
    const known = adOf(parts, ad_id);
    if (known === undefined) return [];
    const whole = withoutOld(known, today - rules.window_days + 1, ad_id, changed);
    // Days that are not over are left out.
    return [{ ad_id, whole, ad: { ...whole, days: whole.days.filter(({ day }) => day <= today) } }];
  });
  const level = accountLevel(ads.map(({ ad }) => ad.days));
  const kept: string[] = [];
  for (const { ad_id, ad, whole } of ads) {
    if ((whole.days.at(-1)?.day ?? 0) < today - idle_days) {
      forget(ad_id, whole, changed);
      continue;
    }
    kept.push(ad_id);
    // What was not shown has nothing new to say.
    if (ad.days.at(-1)?.day !== today) continue;
    const { status, told: words } = judged(ad, level, rules);
    if (status === ad.status) continue;
    changed.set(adName(ad_id), { ...whole, status });
    const { campaign_id, adset_id } = ad;
    told.push({ account_id, ad_id, campaign_id, adset_id, ...words, at_ms: now_ms, policy_version: policy.version });
  }
  return {
    state: kept.length === state.ads.length ? state : { ads: kept },
    parts: changed,
    emit: told.map((one) => adFatigued.event(one)),
  };
}

/** The ad without days before `oldest`, whose books are deleted. */
function withoutOld(ad: AdPart, oldest: number, ad_id: string, changed: Map<string, Part | null>): AdPart {
  const gone = ad.days.filter(({ day }) => day < oldest);
  if (gone.length === 0) return ad;
  for (const { day } of gone) for (const context of ad.contexts) changed.set(bookName(ad_id, day, context), null);
  const left = { ...ad, days: ad.days.filter(({ day }) => day >= oldest) };
  changed.set(adName(ad_id), left);
  return left;
}

function forget(ad_id: string, { days, contexts }: AdPart, changed: Map<string, Part | null>): void {
  changed.set(adName(ad_id), null);
  for (const { day } of days) for (const context of contexts) changed.set(bookName(ad_id, day, context), null);
}
