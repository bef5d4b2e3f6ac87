/**
 * Co-occurrence of words as shifted-free positive pointwise mutual information (Levy, Goldberg & Dagan, "Improving
 * distributional similarity with lessons learned from word embeddings", TACL 2015): counts within a window, weighted
 * 1 / distance; context frequencies to the power .75.
 */

/** A square sparse matrix as triples. */
export interface Triples {
  readonly size: number;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

const context_power = 0.75;

/** Weighted counts of ordered pairs, keyed `row * size + column`. -1 stands for a word without a row. */
function pairCounts(texts: readonly Int32Array[], size: number, window: number): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (key: number, weight: number): void => void counts.set(key, (counts.get(key) ?? 0) + weight);
  for (const text of texts)
    for (let i = 0; i < text.length; i++) {
      const a = text[i] ?? -1;
      if (a < 0) continue;
      for (let j = i + 1; j < text.length && j <= i + window; j++) {
        const b = text[j] ?? -1;
        if (b < 0) continue;
        add(a * size + b, 1 / (j - i));
        add(b * size + a, 1 / (j - i));
      }
    }
  return counts;
}

/** PPMI(a, b) = max(0, ln(n_ab · Σ n_c^.75 / (n_a · n_b^.75))) of all pairs of words that meet in a window. */
export function mutualInformation(texts: readonly Int32Array[], size: number, window: number): Triples {
  const counts = pairCounts(texts, size, window);
  const totals = new Float64Array(size);
  for (const [key, n] of counts) {
    const a = Math.floor(key / size);
    totals[a] = (totals[a] ?? 0) + n;
  }
  const contexts = totals.map((n) => n ** context_power);
  const all = contexts.reduce((sum, n) => sum + n, 0);
  const keys: number[] = [];
  const values: number[] = [];
  for (const [key, n] of counts) {
    const a = Math.floor(key / size);
    const value = Math.log((n * all) / ((totals[a] ?? 1) * (contexts[key % size] ?? 1)));
    if (value <= 0) continue;
    keys.push(key);
    values.push(value);
  }
  return {
    size,
    rows: Int32Array.from(keys, (key) => Math.floor(key / size)),
    columns: Int32Array.from(keys, (key) => key % size),
    values: Float64Array.from(values),
  };
}
