/** Relative changes with their sign, to one decimal so that a column of them lines up: −27.0 %, +5.3 %. */
export const change = (fraction: number): string =>
  `${fraction < 0 ? '−' : '+'}${Math.abs(fraction * 100).toFixed(1)} %`;

/** "−36.0 % to −17.0 %". */
export const changeRange = (low: number, high: number): string => `${change(low)} to ${change(high)}`;

/** The same of an effect on the log of a rate. */
export const ofLog = (log: number): string => change(Math.expm1(log));
export const ofLogRange = (low: number, high: number): string => changeRange(Math.expm1(low), Math.expm1(high));
