/** A corpus without maps, for storage. */
import { type Corpus } from '../text/corpus.ts';
import type { Embedding } from '../text/embedding.ts';

interface PlainEmbedding {
  readonly dimensions: number;
  /** In the order of their rows. */
  readonly words: readonly string[];
  readonly vectors: Float32Array;
}

export interface PlainCorpus {
  readonly counts: readonly (readonly [word: string, n: number])[];
  readonly words: number;
  readonly subjects: PlainEmbedding | null;
  readonly uses: PlainEmbedding | null;
}

const plain = (embedding: Embedding | null): PlainEmbedding | null =>
  embedding === null
    ? null
    : { dimensions: embedding.dimensions, words: [...embedding.rows.keys()], vectors: embedding.vectors };

const embeddingOf = (stored: PlainEmbedding | null): Embedding | null =>
  stored === null
    ? null
    : {
        dimensions: stored.dimensions,
        rows: new Map(stored.words.map((word, row) => [word, row])),
        vectors: stored.vectors,
      };

export const plainCorpus = ({ counts, words, subjects, uses }: Corpus): PlainCorpus => ({
  counts: [...counts],
  words,
  subjects: plain(subjects),
  uses: plain(uses),
});

export const corpusOf = ({ counts, words, subjects, uses }: PlainCorpus): Corpus => ({
  counts: new Map(counts),
  words,
  subjects: embeddingOf(subjects),
  uses: embeddingOf(uses),
});
