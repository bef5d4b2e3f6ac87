/** What an ordinary test would say, for comparison: it decides nothing here. */

import { normalCdf } from '../../../learning/numeric.ts';

interface Arm {
  readonly impressions: number;
  readonly clicks: number;
}

const alpha = 0.05;

/** z of two proportions, pooled (Fleiss, Statistical Methods for Rates and Proportions, 3rd ed., §3.1). */
export function pooledZ(a: Arm, b: Arm): number {
  const n = a.impressions + b.impressions;
  if (a.impressions === 0 || b.impressions === 0) return 0;
  const pooled = (a.clicks + b.clicks) / n;
  const variance = pooled * (1 - pooled) * (1 / a.impressions + 1 / b.impressions);
  return variance > 0 ? (a.clicks / a.impressions - b.clicks / b.impressions) / Math.sqrt(variance) : 0;
}

/** Two-sided p-value of a z-test on totals that the best arm is no better than the runner-up; 1 without two arms. */
export function zTestP(arms: readonly Arm[]): number {
  const rate = ({ impressions, clicks }: Arm): number => (impressions === 0 ? 0 : clicks / impressions);
  let best: Arm | undefined;
  let second: Arm | undefined;
  for (const arm of arms) {
    if (best === undefined || rate(arm) > rate(best)) [best, second] = [arm, best];
    else if (second === undefined || rate(arm) > rate(second)) second = arm;
  }
  return best === undefined || second === undefined ? 1 : 2 * normalCdf(-pooledZ(best, second));
}

export interface ZTestClaims {
  /** Each experiment by itself at .05. */
  readonly unadjusted: number;
  /** Of all of them at a false discovery rate of .05, were each looked at once, at its end (Benjamini and Hochberg, 1995). */
  readonly adjusted: number;
}

/** How many winners z-tests would claim, given one p-value an experiment. */
export function zTestClaims(p_values: readonly number[]): ZTestClaims {
  const sorted = p_values.toSorted((a, b) => a - b);
  const adjusted = sorted.findLastIndex((p, i) => p <= (alpha * (i + 1)) / sorted.length) + 1;
  return { unadjusted: sorted.filter((p) => p <= alpha).length, adjusted };
}
