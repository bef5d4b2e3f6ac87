/** The group's handlers, given the key that noise is drawn by: a secret of whoever runs the program. */
import { pointOf } from '../../../learning/niche/point.ts';
import { valueName } from '../../../learning/dna/formula/columns.ts';
import type { Policy } from '../../../policy/policy.ts';
import { nichePatternUpdated, type NicheContribution, type NichePatternUpdated } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { processor, type Decide } from '../../../topology/processor.ts';
import { columns, counted, patternOf } from './release.ts';
import {
  businessName,
  initialBusiness,
  type BusinessPart,
  type Member,
  type NicheState,
  type StoredPoint,
} from './state.ts';
import { isRelease, wiring } from './wiring.ts';

const known_columns: ReadonlySet<string> = new Set(columns);

/** @param noise_key whoever knows it can take the noise off */
const decideWith = (noise_key: string): Decide<typeof wiring, Policy> => ({
  'niche.contribution': (state, event, { parts, at_ms }) => {
    const { niche, account_id, business_id } = event;
    const business = businessName(niche, business_id);
    const part = withSaid(parts.get(business) ?? initialBusiness(), event);
    const isMember = state.members.some((one) => one.account_id === account_id);
    const members = withMember(state.members, event.withdrawn ? null : business, account_id);
    return {
      state: members === state.members ? state : { ...state, members },
      parts: new Map([[business, part]]),
      emit: told(state, event, { isMember, at_ms }).map((one) => nichePatternUpdated.event(one)),
    };
  },

  'tick.hourly': (state, tick, { parts, policy, key: niche }) => {
    const at_ms = tick.hour_ms + hour_ms;
    if (!isRelease(at_ms, policy.niche.release_hours) || state.members.length === 0) return { state };
    const businesses = new Map([...parts].map(([name, part]) => [name, counted(part)]));
    const last = patternOf(state, [...businesses.values()], { niche, noise_key, at_ms, policy });
    return {
      state: { ...state, releases: state.releases + 1, last },
      parts: businesses,
      emit: state.members.map(({ account_id }) => nichePatternUpdated.event({ account_id, ...last })),
    };
  },
});

export const nicheAggregator = (noise_key: string): ReturnType<typeof processor<typeof wiring, Policy>> =>
  processor(wiring, decideWith(noise_key));

/**
 * The business with what one of its accounts says now. Where an account leaves, where the business was counted is
 * forgotten too, since the account is in it: the others begin anew with what is left of the business's path.
 */
function withSaid(part: BusinessPart, event: NicheContribution): BusinessPart {
  const others = part.accounts.filter(({ account_id }) => account_id !== event.account_id);
  if (event.withdrawn) return { ...part, accounts: others, counted: {} };
  return { ...part, accounts: [...others, { account_id: event.account_id, said: saidBy(event) }] };
}

function saidBy({ log_rate, traits }: NicheContribution): StoredPoint | null {
  if (log_rate === null) return null;
  const effects = new Map(traits.map(({ trait, value, effect }) => [valueName(trait, value), effect]));
  return Object.fromEntries(pointOf({ log_rate, effects }, known_columns));
}

/** Members with the account in the business's part, or without it; the same list where nothing changes. */
function withMember(members: readonly Member[], business: string | null, account_id: string): readonly Member[] {
  const known = members.find((one) => one.account_id === account_id);
  if ((known?.business ?? null) === business) return members;
  const others = members.filter((one) => one !== known);
  if (business === null) return others;
  return [...others, { account_id, business }].sort((a, b) => (a.account_id < b.account_id ? -1 : 1));
}

/** One that joins is told the last release; one that leaves, that there is nothing to be had any more. */
function told(
  { last, releases }: NicheState,
  { niche, account_id, withdrawn, policy_version }: NicheContribution,
  { isMember, at_ms }: { readonly isMember: boolean; readonly at_ms: number },
): readonly NichePatternUpdated[] {
  if (!withdrawn) return isMember || last === null ? [] : [{ account_id, ...last }];
  if (!isMember) return [];
  return [
    {
      account_id,
      niche,
      release: releases,
      status: 'left',
      businesses: 0,
      needed: last?.needed ?? 0,
      traits: [],
      mean_rate: null,
      mean_rate_log_sd: null,
      accounts_log_sd: null,
      at_ms,
      policy_version,
    },
  ];
}
