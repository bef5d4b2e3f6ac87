/** How sure the rules are, from the tuning half of the hand-labelled headlines (`docs/dna.md`). */

/**
 * Share of right among what a rule said there, (right + 1) / (said + 2): a rule that said little is not sure. Measured
 * again with every change of a rule: `flywheel evaluate extraction` prints what to write here.
 */
export const measured: Readonly<Record<string, number>> = {};

/** Rules that nobody has measured yet. */
export const unmeasured = 0.6;
/** Counts and marks: right by definition, but for what is not a word or a mark in some texts. */
export const counted = 0.99;

export const confidenceOf = (trait: string, value: string): number => measured[`${trait}.${value}`] ?? unmeasured;
