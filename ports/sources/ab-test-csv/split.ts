/**
 * The archive has a test's totals, not its hours, and a replay needs hours. A test's readers are taken as one pool of
 * outcomes (package, clicked or not) that is drawn without replacement: each hour takes its share of readers at
 * random. So every total is kept exactly, packages stay exchangeable within an hour, and no trend is invented. Hours
 * get equal shares: the archive does not say when readers came, and a day shape would be made up.
 */
import { hypergeometric } from '../../../learning/hypergeometric.ts';
import type { Random } from '../../../learning/numeric.ts';

export interface Totals {
  readonly impressions: number;
  readonly clicks: number;
}

/** Impressions and clicks of arm `a` in hour `h` at index `h * arms + a`. */
export interface HourlySplit {
  readonly impressions: Int32Array;
  readonly clicks: Int32Array;
}

/** Splits the arms' totals over `hours`: a multivariate hypergeometric draw an hour, arm by arm. */
export function splitOverHours(arms: readonly Totals[], hours: number, random: Random): HourlySplit {
  const impressions = new Int32Array(hours * arms.length);
  const clicks = new Int32Array(hours * arms.length);
  const left = arms.map((arm) => ({ ...arm }));
  const total = arms.reduce((sum, arm) => sum + arm.impressions, 0);
  for (let h = 0; h < hours; h++) {
    let readers = Math.floor((total * (h + 1)) / hours) - Math.floor((total * h) / hours);
    let pool = left.reduce((sum, arm) => sum + arm.impressions, 0);
    for (const [a, arm] of left.entries()) {
      const shown = hypergeometric(pool, arm.impressions, readers, random);
      const clicked = hypergeometric(arm.impressions, arm.clicks, shown, random);
      impressions[h * arms.length + a] = shown;
      clicks[h * arms.length + a] = clicked;
      pool -= arm.impressions;
      readers -= shown;
      arm.impressions -= shown;
      arm.clicks -= clicked;
    }
  }
  return { impressions, clicks };
}
