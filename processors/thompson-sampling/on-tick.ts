/** The end of an hour: priors and factors are fitted again, each live campaign gets its proposal, old parts go. */
import { allocate } from '../../learning/allocation/allocate.ts';
import { betaMean } from '../../learning/allocation/beta.ts';
import {
  delivering,
  longestTotals,
  posteriors,
  weighted,
  withHalfLives,
  type CampaignSums,
} from '../../learning/allocation/campaign.ts';
import { factors, fadedFactors } from '../../learning/allocation/factors.ts';
import {
  accountPrior,
  armPrior,
  liftedPriors,
  moments,
  type AccountPrior,
  type PriorOf,
} from '../../learning/allocation/prior.ts';
import type { Beta } from '../../learning/allocation/beta.ts';
import { generator, hash32 } from '../../learning/numeric.ts';
import type { Policy } from '../../policy/policy.ts';
import { isPaidForConversions, type AllocationProposed } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { withoutOldDays } from '../snapshots/ads.ts';
import { expected } from './expectation.ts';
import { expectedLifts } from './foreseen.ts';
import { campaignPartOf, keep_ms } from './on-metrics.ts';
import {
  campaignPartName,
  dayPartName,
  type AccountState,
  type CampaignEntry,
  type CampaignPart,
  type Part,
} from './state.ts';

/** What hours and contexts are like is forgotten by half in four weeks. */
const factor_half_life_hours = 28 * 24;
/** Forgotten campaigns whose moments still inform the account's prior. */
const most_past = 50;

export interface Tick {
  readonly account_id: string;
  readonly hour_ms: number;
  readonly at_ms: number;
  readonly seed: number;
  readonly policy: Policy;
}

export interface Ticked {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part | null>;
  readonly proposals: readonly AllocationProposed[];
}

/** Factors fitted to the sums, which fade by an hour. */
function withFittedFactors(state: AccountState): AccountState {
  const fade = 2 ** (-1 / factor_half_life_hours);
  const hours = fadedFactors(state.hours.sums, fade);
  const contexts = fadedFactors(state.contexts.sums, fade);
  return {
    ...state,
    hours: { sums: hours, factors: factors(hours) },
    contexts: { ...state.contexts, sums: contexts, factors: factors(contexts) },
  };
}

/** Rates that the arms' clicks are expected at until the next tick. */
const ratesOf = (sums: CampaignSums, priorOf: PriorOf): readonly number[] =>
  sums.arms.map((arm) =>
    posteriors(arm, sums.weights.length, priorOf(arm.arm)).reduce(
      (rate, beta, h) => rate + (sums.weights[h] ?? 0) * betaMean(beta),
      0,
    ),
  );

/** What is expected of a campaign's arms before their own data. */
interface Prior {
  /** Without predictions. */
  readonly usual: Beta;
  readonly of: PriorOf;
  /** By ad set, on the log scale. */
  readonly lifts: ReadonlyMap<string, number>;
}

function proposal(
  tick: Tick,
  campaign_id: string,
  sums: CampaignSums,
  prior: Prior,
  hourFactor: number,
): AllocationProposed {
  const { allocation: rules, version } = tick.policy;
  const seed = hash32(campaign_id, tick.seed);
  const split = allocate(sums, prior.of, rules, generator(seed)());
  return {
    account_id: tick.account_id,
    campaign_id,
    hour_ms: tick.hour_ms + hour_ms,
    seed,
    draws: rules.draws,
    exploration_share: rules.exploration_share,
    floor_share: split.floor_share,
    time_of_day_factor: hourFactor,
    effective_prior_impressions: prior.usual.a + prior.usual.b,
    arms: split.arms.map(({ arm, ...rest }) => ({
      adset_id: arm,
      ...rest,
      predicted_lift: Math.expm1(prior.lifts.get(arm) ?? 0),
    })),
    expected_loss: split.expected_loss,
    at_ms: tick.at_ms,
    policy_version: version,
  };
}

/** The account's prior from all its campaigns: those live, resting and forgotten. */
function fittedPrior(state: AccountState, parts: ReadonlyMap<string, Part>, policy: Policy): AccountPrior {
  const before = state.prior ?? accountPrior([], expected(state, policy.allocation));
  const current = state.campaigns.flatMap(({ campaign_id, moments: last }) => {
    const part = campaignPartOf(parts, campaignPartName(campaign_id));
    if (part === undefined) return last === null ? [] : [last];
    return [moments(longestTotals(part.sums), before)];
  });
  return accountPrior([...state.past, ...current], expected(state, policy.allocation));
}

interface Visited {
  readonly entry: CampaignEntry;
  readonly part: CampaignPart;
  readonly proposals: readonly AllocationProposed[];
}

/** One live campaign: half-lives weighted, rates refreshed, a proposal where there is something to split. */
function visited(
  tick: Tick,
  entry: CampaignEntry,
  part: CampaignPart,
  prior: AccountPrior,
  hourFactor: number,
): Visited {
  const { allocation: rules } = tick.policy;
  const kept = withHalfLives(part.sums, rules.half_lives_hours);
  const own = moments(longestTotals(kept), prior);
  const lifts = expectedLifts(part, rules.prediction_trust);
  const priorOf = liftedPriors(own, prior, lifts);
  const sums = weighted(kept, priorOf, rules.half_life_memory_hours);
  const shown = delivering(sums, rules.active_hours);
  // It splits by click rate, and click rate alone moves no money where conversions are paid for.
  const worth =
    !isPaidForConversions(part.objective) &&
    shown.arms.length > 1 &&
    longestTotals(shown).some(({ exposure }) => exposure > 0);
  return {
    entry: { ...entry, moments: own },
    part: { ...part, sums, rates: ratesOf(sums, priorOf) },
    proposals: worth
      ? [proposal(tick, entry.campaign_id, shown, { usual: armPrior(own, prior), of: priorOf, lifts }, hourFactor)]
      : [],
  };
}

/** Names of the books of a campaign's ads. */
const bookOf =
  (campaign_id: string) =>
  (ad_id: string, day: number, context: string): string =>
    dayPartName(campaign_id, ad_id, day, context);

/** State, parts and proposals after an hour. `parts` holds the campaigns that are live or over. */
export function takeTick(before: AccountState, parts: ReadonlyMap<string, Part>, tick: Tick): Ticked {
  const now_ms = tick.hour_ms + hour_ms;
  const oldest = Math.floor((now_ms - keep_ms) / day_ms);
  const prior = fittedPrior(before, parts, tick.policy);
  const state = withFittedFactors({ ...before, prior });
  const hourFactor = state.hours.factors[Math.floor(now_ms / hour_ms) % 24] ?? 1;
  const changed = new Map<string, Part | null>();
  const gone = new Map<string, null>();
  const past = [...state.past];
  const campaigns: CampaignEntry[] = [];
  const proposals: AllocationProposed[] = [];
  for (const entry of state.campaigns) {
    const name = campaignPartName(entry.campaign_id);
    const part = campaignPartOf(parts, name);
    if (part === undefined) {
      if (entry.keep_until_ms >= now_ms) campaigns.push(entry);
      continue;
    }
    if (entry.keep_until_ms < now_ms) {
      withoutOldDays(part.ads, Infinity, bookOf(entry.campaign_id), gone);
      gone.set(name, null);
      if (entry.moments !== null) past.push(entry.moments);
      continue;
    }
    const done = visited(tick, entry, part, prior, hourFactor);
    campaigns.push(done.entry);
    proposals.push(...done.proposals);
    changed.set(name, { ...done.part, ads: withoutOldDays(part.ads, oldest, bookOf(entry.campaign_id), gone) });
  }
  return {
    state: { ...state, campaigns, past: past.slice(-most_past) },
    parts: new Map([...changed, ...gone]),
    proposals,
  };
}
