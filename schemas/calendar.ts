/** Times as people read them, and the days and months of UTC. */

/** `2026-11-27`. */
export const utcDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** `2026-11-27 14:05 UTC`. */
export const printTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Start of the month that a time is in, UTC epoch milliseconds. */
export function monthStart(ms: number): number {
  const at = new Date(ms);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
}

/** Start of the month after it. */
export function monthEnd(ms: number): number {
  const at = new Date(ms);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1);
}
