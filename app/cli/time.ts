/** Times as the terminal shows them: UTC, to the minute or second. */

/** 2026-11-23 14:05 */
export const minute = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** 2026-11-23 14:05:31 */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
