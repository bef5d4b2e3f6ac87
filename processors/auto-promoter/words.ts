/** Numbers in sentences. */

/** 12345 as `12,345`. */
export const count = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** An e-value: two digits while it is small, whole numbers beyond. */
export const evidence = (e: number): string => (e < 100 ? e.toPrecision(2) : e < 1e9 ? count(e) : e.toExponential(1));

/** 0.0153 as `1.53 %`. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

/** 0.12 as `+12 %`. */
export const signedPercent = (share: number): string =>
  `${share < 0 ? '−' : '+'}${Math.abs(Math.round(share * 1000) / 10)} %`;
