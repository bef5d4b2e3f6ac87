/** How sure the rules are: how often each was right on hand-labelled headlines (`docs/dna.md`). */

/**
 * Share of right among what a rule said there, (right + 1) / (said + 2), so that a rule that said little is not sure.
 * From the half of the labels that no rule was made with; `flywheel evaluate extraction` prints both halves. Measure
 * again after a change of rules.
 */
const measured: Readonly<Record<string, number>> = {
  'hook_family.question': 0.96,
  'hook_family.problem': 0.44,
  'hook_family.curiosity': 0.71,
  'hook_family.contrarian': 0.69,
  'hook_family.proof': 0.52,
  'hook_family.offer': 0.69,
  'hook_family.identity': 0.74,
  'hook_family.story': 0.64,
  'trigger.curiosity_gap': 0.67,
  'emotion.joy': 0.87,
  'emotion.fear': 0.45,
  'emotion.surprise': 0.63,
  'emotion.trust': 0.5,
  'emotion.anger': 0.5,
  'emotion.sadness': 0.47,
  'emotion.anticipation': 0.38,
  'question.yes': 0.96,
  'question.no': 0.99,
  'number.yes': 0.96,
  'number.no': 0.99,
  'second_person.yes': 0.96,
  'second_person.no': 0.99,
  'negation.yes': 0.97,
  'negation.no': 0.99,
  'listicle.yes': 0.8,
  'listicle.no': 0.99,
  'quote.yes': 0.89,
  'quote.no': 0.99,
};

/** Rules of meaning that nobody has measured: no surer than those that somebody has. */
export const unmeasured = 0.5;
/** Words and marks that are counted: a trait means just that. */
export const counted = 0.99;

export const confidenceOf = (trait: string, value: string): number => measured[`${trait}.${value}`] ?? unmeasured;
