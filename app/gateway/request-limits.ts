/** How much a request may hold. */

/** Largest body that is taken as a whole: some ten thousand events. A stream of events may be of any length. */
export const body_limit_bytes = 4 * 1024 * 1024;
