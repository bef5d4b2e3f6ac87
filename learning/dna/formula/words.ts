/** Effects and changes of traits in words. */
import type { Effect } from './effects.ts';
import type { Suggestion } from './score.ts';

export const counted = (experiments: number): string =>
  `${experiments} ${experiments === 1 ? 'experiment' : 'experiments'}`;

/** An effect on the log of the click rate as a change of clicks. */
const percent = (log: number): string => {
  const share = 100 * Math.expm1(log);
  return `${share < 0 ? '−' : '+'}${Math.abs(share).toFixed(Math.abs(share) < 9.95 ? 1 : 0)} %`;
};

/** A log effect as a change of clicks, with its interval. */
export const lift = ({ effect, low, high }: Effect): string =>
  `${percent(effect)} clicks (95 %: ${percent(low)} to ${percent(high)})`;

type Change = Pick<Suggestion, 'from' | 'to' | 'experiments'> & { readonly trait: string } & Effect;

const plain = (name: string): string => name.replaceAll('_', ' ');
/** "hook question"; of traits that are there or not the trait alone, "exclamation". */
export const traitWords = (trait: string, value: string): string =>
  value === 'yes' ? plain(trait) : `${plain(trait)} ${plain(value)}`;

function whatToDo({ trait, from, to }: Change): string {
  if (from === null) return to === null ? `leave ${plain(trait)} as it is` : `add ${traitWords(trait, to)}`;
  return to === null ? `leave out ${traitWords(trait, from)}` : `${traitWords(trait, to)} instead of ${plain(from)}`;
}

/** A change to a creative: what is to be done, and what that goes with. */
export const changeWords = (change: Change): string =>
  `${whatToDo(change)}: goes with ${lift(change)}, from ${counted(change.experiments)}`;
