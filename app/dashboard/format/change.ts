/** Relative changes with their sign, to one decimal so that a column of them lines up: −27.0 %, +5.3 %. */
export const change = (fraction: number): string =>
  `${fraction < 0 ? '−' : '+'}${Math.abs(fraction * 100).toFixed(1)} %`;

/** "−36.0 % to −17.0 %". */
export const changeRange = (low: number, high: number): string => `${change(low)} to ${change(high)}`;
