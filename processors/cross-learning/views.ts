/** What an account gives to its niche and gets of it, for people. Nothing is decided here. */
import { benchmarksOf, type Benchmarks } from '../../learning/niche/benchmarks.ts';
import type { NicheState, Pattern } from './aggregate/state.ts';
import type { AccountState, FormulaPart } from './contribute/state.ts';
import { nicheOf, type NicheOf } from './contribute/tell.ts';

/** Something to test, because it goes with more clicks in the niche. */
export interface Play {
  readonly trait: string;
  readonly value: string;
  /** On the log of the click rate, as the niche has it. */
  readonly effect: number;
  readonly low: number;
  readonly high: number;
  /** About how many businesses are behind it. */
  readonly businesses: number;
  /** Experiments in which the account itself compared it. */
  readonly own_experiments: number;
}

export interface NicheView {
  readonly account_id: string;
  readonly business_id: string | null;
  /** Whether its people agreed. */
  readonly shares: boolean;
  readonly niche: NicheOf | null;
  /** Creatives by the niche that they speak of, most first. */
  readonly votes: readonly { readonly niche: string; readonly creatives: number }[];
  /** All that it told its niche, as far as it stands: for who asks what is kept of him. Null where it told nothing. */
  readonly given: {
    readonly ads: number;
    readonly impressions: number;
    readonly rate: number | null;
    readonly effects: FormulaPart['effects'];
  } | null;
  /** The last release; null before the first, and for who does not share. */
  readonly pattern: Pattern | null;
  readonly benchmarks: Benchmarks | null;
  /** What to test first. */
  readonly playbook: readonly Play[];
  /** Where it stands, in words. */
  readonly words: string;
}

export interface Known {
  readonly state: AccountState;
  readonly formula: FormulaPart | undefined;
  readonly aggregate: NicheState | undefined;
}

export function nicheView(account_id: string, { state, formula, aggregate }: Known): NicheView {
  const pattern = patternFor(account_id, aggregate);
  const rate = state.impressions > 0 ? state.clicks / state.impressions : null;
  const found = {
    account_id,
    business_id: state.setting?.business_id ?? null,
    shares: state.setting?.shares ?? false,
    niche: nicheOf(state),
    votes: votesOf(state),
    given: givenBy(state, rate, formula?.effects ?? []),
    pattern,
    benchmarks: pattern === null ? null : benchmarksIn(pattern, rate),
    playbook: pattern === null ? [] : playbook(pattern, formula?.effects ?? []),
  };
  return { ...found, words: wordsOf(found, aggregate) };
}

const isMember = (account_id: string, aggregate: NicheState | undefined): aggregate is NicheState =>
  aggregate?.members.some((one) => one.account_id === account_id) === true;

const patternFor = (account_id: string, aggregate: NicheState | undefined): Pattern | null =>
  isMember(account_id, aggregate) ? aggregate.last : null;

const givenBy = (
  { told, ads }: AccountState,
  rate: number | null,
  effects: FormulaPart['effects'],
): NicheView['given'] => (told === null ? null : { ads, impressions: told.impressions, rate, effects });

const votesOf = ({ votes }: AccountState): NicheView['votes'] =>
  Object.entries(votes)
    .filter(([, creatives]) => creatives > 0)
    .map(([niche, creatives]) => ({ niche, creatives }))
    .sort((a, b) => b.creatives - a.creatives || (a.niche < b.niche ? -1 : 1));

const benchmarksIn = ({ mean_rate, accounts_log_sd }: Pattern, own: number | null): Benchmarks | null =>
  mean_rate === null || accounts_log_sd === null ? null : benchmarksOf(mean_rate, accounts_log_sd, own);

/** What goes with more clicks in the niche, what the account has compared least first, then the largest. */
function playbook({ traits, businesses }: Pattern, own: FormulaPart['effects']): readonly Play[] {
  return traits
    .filter(({ status, effect }) => status === 'released' && effect > 0)
    .map(({ trait, value, effect, low, high }) => {
      const compared = own.find((one) => one.trait === trait && one.value === value);
      return { trait, value, effect, low, high, businesses, own_experiments: compared?.experiments ?? 0 };
    })
    .sort((a, b) => Number(a.own_experiments > 0) - Number(b.own_experiments > 0) || b.effect - a.effect);
}

function wordsOf(view: Omit<NicheView, 'words'>, aggregate: NicheState | undefined): string {
  const { shares, niche, pattern } = view;
  if (!shares) return 'its people have not agreed to learn with others: it gives nothing and gets nothing';
  if (niche === null) return 'its creatives do not say of which niche it is; set it, or publish more of them';
  if (!isMember(view.account_id, aggregate))
    return `its niche, ${niche.niche}, is not sure enough (${niche.confidence.toFixed(2)}); set the niche, or publish more creatives`;
  if (pattern === null) return `takes part in ${niche.niche}; the first release comes at the end of the week`;
  if (pattern.status !== 'released')
    return `about ${pattern.needed} businesses of ${niche.niche} are needed, so that none of them can be told from what is released`;
  return `learns with about ${pattern.businesses} businesses of ${niche.niche}`;
}
