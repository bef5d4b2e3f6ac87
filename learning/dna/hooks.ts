/** How a creative opens: the tactics, and the eight families they roll up to where there are too few data for tactics. */

export const hook_families = [
  'question',
  'problem',
  'curiosity',
  'contrarian',
  'proof',
  'offer',
  'identity',
  'story',
] as const;
export type HookFamily = (typeof hook_families)[number];

/** Tactic → family. `offer` is the family of all that asks to act: offers, urgency, orders to the reader. */
export const hook_tactics = {
  aspirational: 'identity',
  authority: 'proof',
  belief: 'identity',
  bold_claim: 'contrarian',
  challenge: 'identity',
  confession: 'story',
  contrarian: 'contrarian',
  contrast: 'contrarian',
  cta_first: 'offer',
  curiosity: 'curiosity',
  demographic_callout: 'identity',
  direct_address: 'identity',
  directive: 'offer',
  exclusivity: 'offer',
  explainer: 'curiosity',
  fomo: 'offer',
  how_to: 'curiosity',
  if_then: 'identity',
  listicle: 'curiosity',
  myth_busting: 'contrarian',
  offer_only: 'offer',
  price_anchor: 'offer',
  problem: 'problem',
  question: 'question',
  reasons_why: 'curiosity',
  relatability: 'identity',
  reverse_psychology: 'contrarian',
  risk_reversal: 'offer',
  shocking_statement: 'contrarian',
  social_proof: 'proof',
  statistic: 'proof',
  storytelling: 'story',
  urgency: 'offer',
  warning: 'problem',
} as const satisfies Record<string, HookFamily>;
export type HookTactic = keyof typeof hook_tactics;

export const hook_tactic_names: readonly HookTactic[] = Object.keys(hook_tactics).filter(
  (name): name is HookTactic => name in hook_tactics,
);
