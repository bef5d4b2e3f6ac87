/** What a corpus teaches about words without any outcome: how rare they are and which company they keep. */
import { learnEmbedding, wordCounts, type Embedding } from './embedding.ts';
import { tokenise, withoutMarkup } from './tokens.ts';

export interface Corpus {
  readonly counts: ReadonlyMap<string, number>;
  readonly words: number;
  /** Wide windows: words of one subject are near. */
  readonly subjects: Embedding | null;
  /** Narrow windows: words of one use are near. */
  readonly uses: Embedding | null;
}

export const subject_dimensions = 100;
export const use_dimensions = 60;

export const empty_corpus: Corpus = { counts: new Map(), words: 0, subjects: null, uses: null };

/** Learns from texts, each of them once however often it is given. Markup is left out. */
export function learnCorpus(texts: readonly string[], seed: number): Corpus {
  const tokens = [...new Set(texts)].map((text) => tokenise(withoutMarkup(text)));
  const counts = wordCounts(tokens);
  return {
    counts,
    words: [...counts.values()].reduce((sum, n) => sum + n, 0),
    subjects: learnEmbedding(tokens, { window: 8, dimensions: subject_dimensions, seed }),
    uses: learnEmbedding(tokens, { window: 2, dimensions: use_dimensions, seed: seed + 1 }),
  };
}

/** Negative logarithm of a word's share of the corpus, in nats, one added to every count. */
export const rarity = ({ counts, words }: Corpus, word: string): number =>
  Math.log((words + 1) / ((counts.get(word) ?? 0) + 1));
