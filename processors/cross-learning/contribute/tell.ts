/** What an account says to its niche, and when. */
import { detected } from '../../../learning/niche/detect.ts';
import type { Policy } from '../../../policy/policy.ts';
import { isNiche, type NicheContribution } from '../../../schemas/index.ts';
import { counted, done, skipped, type StepOutcome } from '../../cycle-step.ts';
import type { AccountState, FormulaPart, Told } from './state.ts';

export interface NicheOf {
  readonly niche: string;
  /** From 0 to 1; 1 where people set it. */
  readonly confidence: number;
  readonly source: 'people' | 'creatives';
}

/** The niche of an account: as people set it, else as its creatives have it; null where neither says. */
export function nicheOf({ setting, votes }: Pick<AccountState, 'setting' | 'votes'>): NicheOf | null {
  if (setting !== null && setting.niche !== null) return { niche: setting.niche, confidence: 1, source: 'people' };
  const found = detected(new Map(Object.entries(votes)));
  return found === null ? null : { niche: found.niche, confidence: found.confidence, source: 'creatives' };
}

export interface At {
  readonly account_id: string;
  readonly at_ms: number;
  readonly policy: Policy;
}

export interface Telling {
  readonly state: AccountState;
  readonly contributions: readonly NicheContribution[];
}

/** Where the account takes part; null where it does not agree, or its niche is not sure enough. */
function place(state: AccountState, { policy }: At): (Pick<Told, 'niche' | 'business_id'> & NicheOf) | null {
  const found = nicheOf(state);
  if (state.setting?.shares !== true || found === null || found.confidence < policy.niche.min_confidence) return null;
  return isNiche(found.niche) ? { ...found, business_id: state.setting.business_id } : null;
}

/** What is to be said now: that it left where it is no longer, and what it has learned since where it is. */
export function telling(state: AccountState, formula: FormulaPart | undefined, at: At): Telling {
  const { told } = state;
  const now = place(state, at);
  const stays = now !== null && told?.niche === now.niche && told.business_id === now.business_id;
  if (stays && !hasNews(state, told, formula, at.policy)) return { state, contributions: [] };
  const left = told === null || stays ? [] : [withdrawal(told, at)];
  if (now === null) return { state: told === null ? state : { ...state, told: null }, contributions: left };
  const next: Told = {
    niche: now.niche,
    business_id: now.business_id,
    impressions: state.impressions,
    experiments: formula?.experiments ?? 0,
  };
  return {
    state: { ...state, told: next },
    contributions: [...left, contribution(state, formula, { ...at, ...next, confidence: now.confidence })],
  };
}

/** What a cycle's step comes to: what was said, or why nothing was. */
export function toldOutcome(state: AccountState, said: readonly NicheContribution[], { policy }: At): StepOutcome {
  const found = nicheOf(state);
  const given = said.find(({ withdrawn }) => !withdrawn);
  if (given !== undefined) return done(said.length, `${given.niche} was told what ${counted(given.ads, 'ad')} came to`);
  if (said.length > 0) return done(said.length, 'what its niche was told before is taken back');
  if (state.setting?.shares !== true) return skipped('its people did not agree to learn with others');
  if (found === null) return skipped('its niche is not known');
  const { min_confidence } = policy.niche;
  if (found.confidence < min_confidence)
    return skipped(
      `its niche is not sure: ${found.niche} at ${found.confidence.toFixed(2)}, ${min_confidence} is needed`,
    );
  return skipped(`it has learned nothing since it told ${found.niche} last`);
}

/** Whether it has seen so much more, or other experiments, that it is worth saying. */
const hasNews = (
  { impressions }: AccountState,
  told: Told | null,
  formula: FormulaPart | undefined,
  { niche: { tell_growth } }: Policy,
): boolean =>
  impressions > (told?.impressions ?? 0) * (1 + tell_growth) ||
  (formula?.experiments ?? 0) !== (told?.experiments ?? 0);

const withdrawal = ({ niche, business_id }: Told, { account_id, at_ms, policy }: At): NicheContribution => ({
  niche,
  account_id,
  business_id,
  withdrawn: true,
  confidence: 0,
  ads: 0,
  impressions: 0,
  log_rate: null,
  traits: [],
  at_ms,
  policy_version: policy.version,
});

function contribution(
  { ads, impressions, clicks }: AccountState,
  formula: FormulaPart | undefined,
  { account_id, at_ms, policy, niche, business_id, confidence }: At & Told & { readonly confidence: number },
): NicheContribution {
  const counted = ads >= policy.niche.min_ads && impressions >= policy.niche.min_impressions && clicks > 0;
  return {
    niche,
    account_id,
    business_id,
    withdrawn: false,
    confidence,
    ads,
    impressions,
    log_rate: counted ? Math.log(clicks / impressions) : null,
    traits: counted ? (formula?.effects ?? []).map(({ trait, value, effect }) => ({ trait, value, effect })) : [],
    at_ms,
    policy_version: policy.version,
  };
}
