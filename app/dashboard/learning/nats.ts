/** Losses in nats: three decimals, and a true minus. */
export const nats = (value: number): string => `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(3)}`;

/** A difference with its sign, also where it is above zero. */
export const signed = (value: number): string => `${value > 0 ? '+' : ''}${nats(value)}`;
