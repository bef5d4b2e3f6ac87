/**
 * What a headline is beside its rivals of the same test: how near to them, how long among them, what it alone says.
 * All headlines of a test are known before it starts, so this is known at prediction too.
 */
import { rarity, type Corpus } from './corpus.ts';
import { cosine, embed } from './embedding.ts';
import { isWord } from './tokens.ts';

export interface Contender {
  readonly text: string;
  readonly tokens: readonly string[];
}

export const rival_names = [
  'mean_jaccard',
  'length_rank',
  'longest',
  'shortest',
  'mean_cosine',
  'share_of_words_shared',
  'words_of_its_own',
  'share_of_words_shared_by_all',
  'mean_rarity',
  'total_rarity',
] as const;

interface Field {
  readonly contenders: readonly Contender[];
  readonly sets: readonly ReadonlySet<string>[];
  readonly vectors: readonly Float64Array[];
  /** Word → contenders that have it. */
  readonly holders: ReadonlyMap<string, number>;
  readonly corpus: Corpus;
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, x) => sum + x, 0) / values.length;

/** Size of the intersection over size of the union. */
function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both++;
  const either = a.size + b.size - both;
  return either === 0 ? 0 : both / either;
}

const except = <T>(values: readonly T[], i: number): readonly T[] => values.filter((_, j) => j !== i);

function featuresOf({ contenders, sets, vectors, holders, corpus }: Field, i: number): readonly number[] {
  const own = sets[i] ?? new Set<string>();
  const vector = vectors[i] ?? new Float64Array();
  const length = contenders[i]?.text.length ?? 0;
  const shorter = contenders.filter(({ text }) => text.length < length).length;
  const rank = shorter / Math.max(1, contenders.length - 1);
  const shared = [...own].filter((word) => (holders.get(word) ?? 0) > 1).length;
  const by_all = [...own].filter((word) => holders.get(word) === contenders.length).length;
  const rarities = [...own].filter(isWord).map((word) => rarity(corpus, word));
  return [
    mean(except(sets, i).map((other) => jaccard(own, other))),
    rank,
    rank === 1 ? 1 : 0,
    rank === 0 ? 1 : 0,
    mean(except(vectors, i).map((other) => cosine(vector, other))),
    shared / Math.max(1, own.size),
    own.size - shared,
    by_all / Math.max(1, own.size),
    mean(rarities),
    rarities.reduce((sum, x) => sum + x, 0),
  ];
}

/** Features of each contender, in the order of `rival_names`. The contenders are the different headlines of one test. */
export function rivalFeatures(contenders: readonly Contender[], corpus: Corpus): readonly (readonly number[])[] {
  const sets = contenders.map(({ tokens }) => new Set(tokens));
  const { subjects } = corpus;
  const vectors = contenders.map(({ tokens }) => (subjects === null ? new Float64Array() : embed(subjects, tokens)));
  const holders = new Map<string, number>();
  for (const set of sets) for (const word of set) holders.set(word, (holders.get(word) ?? 0) + 1);
  return contenders.map((_, i) => featuresOf({ contenders, sets, vectors, holders, corpus }, i));
}
