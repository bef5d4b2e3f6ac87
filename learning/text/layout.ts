/** The joint index space of all features of a headline, group after group, and a headline's vector in it. */
import { embed } from './embedding.ts';
import { subject_dimensions, use_dimensions, type Corpus } from './corpus.ts';
import { endingCounts, ending_names, lexiconCounts, tones, topics, wordClass } from './lexicon.ts';
import { characterBuckets, wordBuckets } from './ngrams.ts';
import { rival_names, rivalFeatures, type Contender } from './rivals.ts';
import { sparse, type SparseVector } from './sparse.ts';
import { style_names, stylometrics } from './style.ts';
import { normalise, tokenise } from './tokens.ts';

/** How a group's features are brought to one scale: each by itself, or all by one factor. */
export type Scaling = 'each' | 'together';

const sizes = {
  words: [2 ** 15, 'together'],
  word_pairs: [2 ** 17, 'together'],
  characters: [2 ** 18, 'together'],
  class_pairs: [2 ** 16, 'together'],
  style: [style_names.length, 'each'],
  topics: [topics.names.length, 'each'],
  tones: [tones.names.length + ending_names.length, 'each'],
  rivals: [rival_names.length, 'each'],
  subjects: [subject_dimensions, 'together'],
  uses: [use_dimensions, 'together'],
} as const satisfies Record<string, readonly [number, Scaling]>;

export type GroupName = keyof typeof sizes;

export interface Group {
  readonly name: GroupName;
  readonly scaling: Scaling;
  /** First index, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

function laidOut(): ReadonlyMap<GroupName, Group> {
  const groups = new Map<GroupName, Group>();
  let from = 0;
  const add = (name: GroupName): void => {
    const [size, scaling] = sizes[name];
    groups.set(name, { name, scaling, from, to: from + size });
    from += size;
  };
  add('words');
  add('word_pairs');
  add('characters');
  add('class_pairs');
  add('style');
  add('topics');
  add('tones');
  add('rivals');
  add('subjects');
  add('uses');
  return groups;
}

export const groups = laidOut();
/** Length of a headline's vector. */
export const feature_count = Math.max(...[...groups.values()].map(({ to }) => to));

const sizeOf = (name: GroupName): number => sizes[name][0];
const start = (name: GroupName): number => groups.get(name)?.from ?? 0;

function vectorOf(contender: Contender, rival_features: readonly number[], corpus: Corpus): SparseVector {
  const { text, tokens } = contender;
  const entries = new Map<number, number>();
  const buckets = (name: GroupName, found: ReadonlySet<number>): void => {
    for (const bucket of found) entries.set(start(name) + bucket, 1);
  };
  const values = (name: GroupName, found: ArrayLike<number>): void => {
    for (let i = 0; i < found.length; i++) entries.set(start(name) + i, found[i] ?? 0);
  };
  buckets('words', wordBuckets(tokens, 1, sizeOf('words')));
  buckets('word_pairs', wordBuckets(tokens, 2, sizeOf('word_pairs')));
  buckets('characters', characterBuckets(normalise(text), 3, 5, sizeOf('characters')));
  buckets('class_pairs', wordBuckets(tokens.map(wordClass), 2, sizeOf('class_pairs')));
  values('style', stylometrics(text, tokens));
  values('topics', lexiconCounts(topics, tokens));
  values('tones', [...lexiconCounts(tones, tokens), ...endingCounts(tokens)]);
  values('rivals', rival_features);
  if (corpus.subjects !== null) values('subjects', embed(corpus.subjects, tokens));
  if (corpus.uses !== null) values('uses', embed(corpus.uses, tokens));
  return sparse(entries);
}

/** Vectors of the different headlines of one test, in their order. */
export function headlineVectors(headlines: readonly string[], corpus: Corpus): readonly SparseVector[] {
  const contenders = headlines.map((text) => ({ text, tokens: tokenise(text) }));
  const rivals = rivalFeatures(contenders, corpus);
  return contenders.map((contender, i) => vectorOf(contender, rivals[i] ?? [], corpus));
}
