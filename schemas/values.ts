/** Units and small values that schemas share. */

export const hour_ms = 3_600_000;
export const day_ms = 24 * hour_ms;
export const days = (n: number): number => n * day_ms;
