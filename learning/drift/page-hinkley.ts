/**
 * Page–Hinkley, two-sided (E. Page, Biometrika 41, 1954; D. Hinkley, Biometrika 58, 1971): how far standardised errors
 * have run above or below their own mean. A drift is told once; then it starts anew.
 */

export interface PageHinkley {
  /** Values since the last drift, and their mean. */
  readonly count: number;
  readonly mean: number;
  /** Sums of what exceeds the mean by more than the tolerance, never below 0; upwards and downwards. */
  readonly up: number;
  readonly down: number;
}

export const started: PageHinkley = { count: 0, mean: 0, up: 0, down: 0 };

export interface PageHinkleyRule {
  /** δ: how far from the mean an error may be without counting, standard deviations. */
  readonly tolerance: number;
  /** λ: sum from which it is a drift. */
  readonly threshold: number;
  /** Values before a drift is told. */
  readonly least: number;
}

export interface Step {
  readonly state: PageHinkley;
  /** 1 where errors ran up, −1 where they ran down, 0 for none. */
  readonly drift: -1 | 0 | 1;
}

/** Standardised errors are clipped here: one wild day is no drift. */
const most = 4;

/** Takes one standardised error. The state with a drift is the one that was before it starts anew. */
export function step({ count, mean, up, down }: PageHinkley, error: number, rule: PageHinkleyRule): Step {
  const value = Math.max(-most, Math.min(most, error));
  // The mean before this value: a step is not hidden in a mean that has taken it in already.
  const from = count < rule.least ? 0 : mean;
  const state: PageHinkley = {
    count: count + 1,
    mean: mean + (value - mean) / (count + 1),
    up: Math.max(0, up + value - from - rule.tolerance),
    down: Math.max(0, down - value + from - rule.tolerance),
  };
  if (state.count < rule.least) return { state, drift: 0 };
  return { state, drift: state.up > rule.threshold ? 1 : state.down > rule.threshold ? -1 : 0 };
}
