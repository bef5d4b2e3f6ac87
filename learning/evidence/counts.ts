/**
 * Evidence from counts alone, for users who were assigned at random one by one: given all clicks of two arms, each click
 * is of the first arm with the probability of its share of impressions, whatever the hour was like (J. Turner, A. Ly and
 * P. Grünwald, arXiv 2106.02693). Where an auction delivers, hours vary more than counts do and this is not valid.
 */

/** Nodes of the mixture over the log of the rate ratio, in standard deviations. */
const nodes = Array.from({ length: 41 }, (_, i) => (i - 20) / 4);
const density = nodes.map((z) => Math.exp((-z * z) / 2));
const total = density.reduce((sum, w) => sum + w, 0);
const log_weights = density.map((w) => Math.log(w / total));

/**
 * log of ∫ Π [θ/(πθ+1−π)]^c₁ [1/(πθ+1−π)]^c₀ dN(log θ; 0, sd²), θ the ratio of rates, π the first arm's share of
 * impressions: an e-value for "the rates are equal", at any time.
 */
export function logConditional(c1: number, i1: number, c0: number, i0: number, sd: number): number {
  if (i1 <= 0 || i0 <= 0) return 0;
  const share = i1 / (i1 + i0);
  let highest = -Infinity;
  const terms = nodes.map((z, i) => {
    const log_ratio = sd * z;
    const term = c1 * log_ratio - (c1 + c0) * Math.log(share * Math.exp(log_ratio) + 1 - share) + (log_weights[i] ?? 0);
    if (term > highest) highest = term;
    return term;
  });
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - highest);
  return highest + Math.log(sum);
}

/** The same for "the first arm's rate is not higher": nothing where it is not seen to be higher. */
export const logUpwardConditional = (c1: number, i1: number, c0: number, i0: number, sd: number): number =>
  c1 * i0 > c0 * i1 ? logConditional(c1, i1, c0, i0, sd) : -Infinity;
