/** How a tired creative may be made anew: from what experiments say of its traits, and from winners that do not tire. */
import { leadsTo, toldChanges, toldDifference, type ToldEffect } from '../dna/formula/told.ts';
import { changeWords, counted } from '../dna/formula/words.ts';
import type { Suggestion } from '../dna/formula/score.ts';

/** A winner that is remembered and not tired. */
export interface FreshWinner {
  readonly ad_id: string;
  /** Lift over its best rival when it won, shrunken, fraction. */
  readonly lift: number;
  /** What it has, `trait=value`. */
  readonly values: readonly string[];
}

export interface Remembered {
  /** What the tired creative has; null where that is not known. */
  readonly values: readonly string[] | null;
  /** The account's formula as told; empty before any. */
  readonly effects: readonly ToldEffect[];
  readonly winners: readonly FreshWinner[];
  /** Experiments below which a change is not proposed. */
  readonly least_experiments: number;
}

/** A change of one trait; its effect is on the log of the click rate, with a 95 % interval. */
export interface Change {
  readonly trait: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly expected_effect: number;
  readonly low: number;
  readonly high: number;
  readonly experiments: number;
}

export interface Refresh {
  /** In words; null where nothing is known. */
  readonly refresh: string | null;
  /** Why nothing is proposed; null where something is. */
  readonly no_refresh: string | null;
  readonly like_ad_id: string | null;
  readonly like_lift: number | null;
  /** One a trait, that of the words first. */
  readonly changes: readonly Change[];
}

export const no_refresh: Refresh = {
  refresh: null,
  no_refresh: null,
  like_ad_id: null,
  like_lift: null,
  changes: [],
};

/** Changes that are proposed at most. */
const most_changes = 3;

/** What is proposed, or why nothing is. The same knowledge gives the same proposal. */
export function refreshOf({ values, effects, winners, least_experiments }: Remembered): Refresh {
  if (values === null || values.length === 0)
    return { ...no_refresh, no_refresh: 'Nothing is known of what its creative is made of.' };
  const like = mostUseful(winners, effects, values);
  const supported = toldChanges(effects, values, least_experiments);
  const first = supported.find((one) => like !== null && leadsTo(one, like.values)) ?? supported[0];
  if (first === undefined && like === null)
    return { ...no_refresh, no_refresh: reasonOf(effects, winners, least_experiments) };
  return {
    refresh: wordsOf(first ?? null, like, effects),
    no_refresh: null,
    like_ad_id: like?.ad_id ?? null,
    like_lift: like?.lift ?? null,
    changes:
      first === undefined
        ? []
        : oneATrait([first, ...supported])
            .slice(0, most_changes)
            .map(told),
  };
}

/** Of each trait the first. */
const oneATrait = (changes: readonly Suggestion[]): readonly Suggestion[] =>
  changes.filter(({ trait }, i) => changes.findIndex((one) => one.trait === trait) === i);

const told = ({ effect, trait, from, to, low, high, experiments }: Suggestion): Change => ({
  trait,
  from,
  to,
  expected_effect: effect,
  low,
  high,
  experiments,
});

/**
 * The winner that is made otherwise, in what goes with more clicks; before any trait is told apart, the one that won by
 * most. Null where none is.
 */
function mostUseful(
  winners: readonly FreshWinner[],
  effects: readonly ToldEffect[],
  values: readonly string[],
): FreshWinner | null {
  const other = winners
    .map((winner) => ({ winner, gain: toldDifference(effects, winner.values, values) }))
    .filter(({ winner, gain }) => differs(winner.values, values) && (effects.length === 0 || gain > 0));
  const [best] = other.toSorted(
    (a, b) => b.gain - a.gain || b.winner.lift - a.winner.lift || (a.winner.ad_id < b.winner.ad_id ? -1 : 1),
  );
  return best?.winner ?? null;
}

const differs = (a: readonly string[], b: readonly string[]): boolean =>
  a.length !== b.length || a.some((name) => !b.includes(name));

const none_told_apart = 'no experiment has told traits apart';

function reasonOf(effects: readonly ToldEffect[], winners: readonly FreshWinner[], least_experiments: number): string {
  if (effects.length === 0)
    return winners.length === 0
      ? `Nothing to go by: ${none_told_apart}, and no winner is remembered that does not tire.`
      : `Nothing to go by: ${none_told_apart}, and no remembered winner is made otherwise.`;
  return `No change of its traits is known to go with more clicks in ${counted(least_experiments)} or more, and no remembered winner differs from it in one that may.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function wordsOf(change: Suggestion | null, like: FreshWinner | null, effects: readonly ToldEffect[]): string {
  const lift = like === null ? '' : `${(like.lift * 100).toFixed(0)} % above its best rival, not tired`;
  if (change === null) {
    const unknown = effects.length === 0 ? none_told_apart : 'no single change is known to go with more clicks';
    return `Make it more like the winner ${like?.ad_id ?? ''} (${lift}). What of it to take is not known: ${unknown}.`;
  }
  const first = `${capital(changeWords(change))}; an association, not a cause.`;
  if (like === null) return first;
  const how = leadsTo(change, like.values) ? 'has it so' : 'differs from it most usefully';
  return `${first} The winner ${like.ad_id} (${lift}) ${how}.`;
}
