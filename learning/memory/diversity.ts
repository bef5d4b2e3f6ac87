/**
 * A few neighbours that are near and unlike each other: maximal marginal relevance (J. Carbonell and J. Goldstein,
 * SIGIR 1998). Each next one maximises λ·cos(query, it) − (1 − λ)·max cos(it, those taken).
 */
import { dot } from './embedding.ts';

export interface Candidate {
  /** Cosine with the query. */
  readonly score: number;
  readonly vector: Float32Array;
}

/** @param nearness λ in [0, 1]; 1 is plain ranking by score */
export function diverse<C extends Candidate>(candidates: readonly C[], limit: number, nearness: number): readonly C[] {
  const left = candidates.toSorted((a, b) => b.score - a.score);
  const taken: C[] = [];
  const nearest = left.map(() => 0);
  while (taken.length < limit && left.length > 0) {
    let best = 0;
    const worth = (i: number): number => nearness * (left[i]?.score ?? 0) - (1 - nearness) * (nearest[i] ?? 0);
    for (let i = 1; i < left.length; i++) if (worth(i) > worth(best)) best = i;
    const [next] = left.splice(best, 1);
    nearest.splice(best, 1);
    if (next === undefined) break;
    taken.push(next);
    left.forEach((one, i) => (nearest[i] = Math.max(nearest[i] ?? 0, dot(one.vector, next.vector))));
  }
  return taken;
}

/** Cosine from which a neighbour says something of a new creative. */
const least_alike = 0.2;

/**
 * What like winners lead to expect of the log of the click rate against the account's mean: the mean of their lifts,
 * each as often as it is alike, drawn to nothing by `doubt` neighbours that are like nothing. Null without any.
 */
export function expectedLogLift(
  neighbours: readonly { readonly score: number; readonly lift: number }[],
  doubt: number,
): number | null {
  let [weight, sum] = [0, 0];
  for (const { score, lift } of neighbours) {
    if (score < least_alike) continue;
    weight += score;
    sum += score * Math.log1p(Math.max(lift, -0.9));
  }
  return weight === 0 ? null : sum / (weight + doubt);
}
