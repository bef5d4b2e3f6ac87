/** The end of a day: every ad that was shown on it is judged, those whose status changed are told, what is old is forgotten. */
import { no_refresh, type Refresh } from '../../learning/fatigue/refresh.ts';
import type { FatiguePolicy } from '../../policy/fatigue.ts';
import type { Policy } from '../../policy/policy.ts';
import { adFatigued, type AdFatigued } from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import type { Decision } from '../../topology/processor.ts';
import { judged, type Judged } from './judge.ts';
import { levelsOf, type Levels } from './levels.ts';
import { proposed, type Knowledge } from './propose.ts';
import { adName, adOf, bookName, type AccountState, type AdPart, type Part } from './state.ts';
import type { wiring } from './wiring.ts';

/** Days without impressions after which an ad is forgotten. */
const idle_days = 30;

export interface At {
  readonly account_id: string;
  /** End of the day, UTC epoch milliseconds. */
  readonly now_ms: number;
  readonly policy: Policy;
}

export function endOfDay(
  state: AccountState,
  parts: ReadonlyMap<string, Part>,
  { account_id, now_ms, policy }: At,
): Decision<typeof wiring> {
  const today = Math.floor(now_ms / day_ms) - 1;
  const changed = new Map<string, Part | null>();
  const ads = state.ads.flatMap((ad_id): readonly KnownAd[] => {
    const known = adOf(parts, ad_id);
    if (known === undefined) return [];
    return [{ ad_id, ad: withoutOld(known, today - policy.fatigue.window_days + 1, ad_id, changed) }];
  });
  const isIdle = ({ ad }: KnownAd): boolean => (ad.days.at(-1)?.day ?? 0) < today - idle_days;
  for (const one of ads.filter(isIdle)) forget(one.ad_id, one.ad, changed);
  const kept = ads.filter((one) => !isIdle(one));
  const judgements = judgedOn(today, kept, levelOn(today, ads), policy.fatigue);
  const turned = judgements.filter(({ status, ad }) => status !== ad.status);
  for (const { ad_id, ad, status } of turned) changed.set(adName(ad_id), { ...ad, status });
  const knowledge: Knowledge = {
    winners: state.winners,
    parts,
    statuses: new Map(judgements.map(({ ad_id, status }) => [ad_id, status])),
    least_experiments: policy.dna.least_experiments,
  };
  const told = turned.map(({ ad_id, ad: { campaign_id, adset_id }, told: words }): AdFatigued => {
    const ids = { account_id, ad_id, campaign_id, adset_id };
    return { ...ids, ...words, ...remedyOf(ad_id, words, knowledge), at_ms: now_ms, policy_version: policy.version };
  });
  return {
    state: kept.length === state.ads.length ? state : { ...state, ads: kept.map(({ ad_id }) => ad_id) },
    parts: changed,
    emit: told.map((one) => adFatigued.event(one)),
  };
}

export interface KnownAd {
  readonly ad_id: string;
  readonly ad: AdPart;
}

/** Days that are not over are left out. */
export const upTo = (today: number, { days }: AdPart): AdPart['days'] => days.filter(({ day }) => day <= today);

/** How the account did day by day, by all its ads. */
export const levelOn = (today: number, ads: readonly KnownAd[]): Levels =>
  levelsOf(ads.map(({ ad }) => upTo(today, ad)));

/** Those that were shown on the day: what was not has nothing new to say. */
export const judgedOn = (
  today: number,
  ads: readonly KnownAd[],
  level: Levels,
  rules: FatiguePolicy,
): readonly (Judged & KnownAd)[] =>
  ads.flatMap(({ ad_id, ad }) => {
    const days = upTo(today, ad);
    return days.at(-1)?.day === today ? [{ ad_id, ad, ...judged({ ...ad, days }, level, rules) }] : [];
  });

/** What a creative that tires may be made anew from. An audience that has seen it too often needs others who see it. */
export const remedyOf = (
  ad_id: string,
  { proposal }: Pick<Judged['told'], 'proposal'>,
  knowledge: Knowledge,
): Refresh => (proposal === 'refresh_creative' || proposal === 'rotate' ? proposed(ad_id, knowledge) : no_refresh);

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
