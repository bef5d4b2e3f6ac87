/** Word vectors learned from the corpus's own text, and what a text is in them: the sum of its words' directions. */
import { mutualInformation } from './cooccurrence.ts';
import { isWord } from './tokens.ts';
import { leadingVectors } from './truncated-svd.ts';

export interface Embedding {
  readonly dimensions: number;
  /** Word → row. */
  readonly rows: ReadonlyMap<string, number>;
  /** Unit vectors row by row. */
  readonly vectors: Float32Array;
}

export interface EmbeddingOptions {
  /** Words to each side that count as context. */
  readonly window: number;
  readonly dimensions: number;
  readonly seed: number;
}

/** Occurrences below which a word gets no vector. */
const rare_below = 5;

/** How often each word stands in the texts. */
export function wordCounts(texts: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const token of text) if (isWord(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

function toUnitLength(vectors: Float32Array, dimensions: number): void {
  for (let from = 0; from < vectors.length; from += dimensions) {
    const row = vectors.subarray(from, from + dimensions);
    const norm = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)) || 1;
    for (let c = 0; c < dimensions; c++) row[c] = (row[c] ?? 0) / norm;
  }
}

/** Vectors of the words that stand in the texts at least five times; none when too few words do. */
export function learnEmbedding(
  texts: readonly (readonly string[])[],
  { window, dimensions, seed }: EmbeddingOptions,
): Embedding | null {
  const frequent = [...wordCounts(texts)].filter(([, n]) => n >= rare_below).map(([word]) => word);
  if (frequent.length < 4 * dimensions) return null;
  const rows = new Map(frequent.map((word, row) => [word, row]));
  const numbered = texts.map((text) => Int32Array.from(text.filter(isWord), (token) => rows.get(token) ?? -1));
  const vectors = leadingVectors(mutualInformation(numbered, rows.size, window), dimensions, seed);
  toUnitLength(vectors, dimensions);
  return { dimensions, rows, vectors };
}

/** Sum of the vectors of a text's words. */
export function embed({ dimensions, rows, vectors }: Embedding, tokens: readonly string[]): Float64Array {
  const sum = new Float64Array(dimensions);
  for (const token of tokens) {
    const row = rows.get(token);
    if (row === undefined) continue;
    for (let c = 0; c < dimensions; c++) sum[c] = (sum[c] ?? 0) + (vectors[row * dimensions + c] ?? 0);
  }
  return sum;
}

/** Cosine of two vectors; 0 where one of them is zero. */
export function cosine(a: Float64Array, b: Float64Array): number {
  let inner = 0;
  let square_a = 0;
  let square_b = 0;
  for (let c = 0; c < a.length; c++) {
    const x = a[c] ?? 0;
    const y = b[c] ?? 0;
    inner += x * y;
    square_a += x * x;
    square_b += y * y;
  }
  return square_a === 0 || square_b === 0 ? 0 : inner / Math.sqrt(square_a * square_b);
}
