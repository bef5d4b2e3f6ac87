/** What an ordinary test would say, for comparison: it decides nothing here. */

interface Arm {
  readonly impressions: number;
  readonly clicks: number;
}

/** Two-sided .05. */
const critical_z = 1.959963984540054;

/** z of two proportions, pooled (Fleiss, Statistical Methods for Rates and Proportions, 3rd ed., §3.1). */
export function pooledZ(a: Arm, b: Arm): number {
  const n = a.impressions + b.impressions;
  if (a.impressions === 0 || b.impressions === 0) return 0;
  const pooled = (a.clicks + b.clicks) / n;
  const variance = pooled * (1 - pooled) * (1 / a.impressions + 1 / b.impressions);
  return variance > 0 ? (a.clicks / a.impressions - b.clicks / b.impressions) / Math.sqrt(variance) : 0;
}

/** Whether an unadjusted z-test at .05 on totals would call the best arm better than the runner-up. */
export function claimedByZTest(arms: readonly Arm[]): boolean {
  const rate = ({ impressions, clicks }: Arm): number => (impressions === 0 ? 0 : clicks / impressions);
  let best: Arm | undefined;
  let second: Arm | undefined;
  for (const arm of arms) {
    if (best === undefined || rate(arm) > rate(best)) [best, second] = [arm, best];
    else if (second === undefined || rate(arm) > rate(second)) second = arm;
  }
  return best !== undefined && second !== undefined && pooledZ(best, second) > critical_z;
}
