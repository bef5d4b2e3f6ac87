/** Which niche an account is of, from its creatives: each gives one vote, and how sure the outcome is. */
import { normalQuantile } from '../numeric.ts';
import { niche_words } from './words.ts';

export type NicheName = keyof typeof niche_words;
const names = Object.keys(niche_words).filter((name): name is NicheName => name in niche_words);

const word_pattern = /[\p{L}\p{N}]+/gu;

/** The niche with most of its words in the copy, each counted once; null where none has, or two have as many. */
export function voteOf(copy: string): NicheName | null {
  const words = new Set(copy.toLowerCase().match(word_pattern) ?? []);
  let best: { readonly name: NicheName | null; readonly hits: number } = { name: null, hits: 0 };
  for (const name of names) {
    let hits = 0;
    for (const word of words) if (niche_words[name].has(word)) hits++;
    if (hits > best.hits) best = { name, hits };
    else if (hits === best.hits) best = { name: null, hits };
  }
  return best.name;
}

export interface Detected {
  readonly niche: string;
  /** Lower end of a one-sided 90 % interval (Wilson 1927) of the niche's share among creatives that speak of any. */
  readonly confidence: number;
  readonly votes: number;
  readonly of_votes: number;
}

const z = normalQuantile(0.9);

/** The niche with most votes; null where no creative speaks of one, or two have as many. */
export function detected(votes: ReadonlyMap<string, number>): Detected | null {
  const of_votes = [...votes.values()].reduce((sum, one) => sum + one, 0);
  const [first, second] = [...votes].sort(([, a], [, b]) => b - a);
  if (first === undefined || first[1] === 0 || first[1] === second?.[1]) return null;
  const [niche, count] = first;
  const share = count / of_votes;
  const centre = share + z ** 2 / (2 * of_votes);
  const spread = z * Math.sqrt((share * (1 - share)) / of_votes + z ** 2 / (4 * of_votes ** 2));
  return { niche, confidence: (centre - spread) / (1 + z ** 2 / of_votes), votes: count, of_votes };
}
