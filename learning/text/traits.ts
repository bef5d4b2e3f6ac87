/** Traits of a headline (its DNA, learning/dna) as hashed features, one for each value of each trait that is known. */
import { headlineOnly } from '../dna/creative.ts';
import { extract } from '../dna/extract.ts';
import { wordBuckets } from './ngrams.ts';

/** Extraction takes about a millisecond, and the same headlines are asked for at every relearning. */
const known = new Map<string, ReadonlySet<number>>();
const most_known = 50_000;

/** Buckets of the values of a headline's traits; what could not be told has none. `size` is a power of two. */
export function traitBuckets(headline: string, size: number): ReadonlySet<number> {
  const key = `${size} ${headline}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const values = extract(headlineOnly(headline))
    .traits.filter(({ value }) => value !== 'unknown')
    .map(({ trait, value }) => `${trait}=${value}`);
  const buckets = wordBuckets(values, 1, size);
  if (known.size >= most_known) known.clear();
  known.set(key, buckets);
  return buckets;
}
