/** Traits of what the copy means, in English: hook, trigger, emotion, offer, stage, call. */
import { confidenceOf, unmeasured } from './confidence.ts';
import { emotionsIn, sentimentOf } from './feeling.ts';
import { hasGap, tacticsIn } from './hook-rules.ts';
import { hook_families, hook_tactics, type HookFamily, type HookTactic } from './hooks.ts';
import { awarenessOf, callIn, offersIn } from './selling.ts';
import { found, type Trait, type ValueOf } from './taxonomy.ts';
import type { Copy } from './text.ts';

/** Trigger → tactics that pull it. The curiosity gap has a rule of its own. */
const triggers: readonly (readonly [Exclude<ValueOf<'trigger'>, 'curiosity_gap'>, readonly HookTactic[]])[] = [
  ['pain_agitation', ['problem', 'warning']],
  ['social_proof', ['social_proof', 'authority', 'statistic']],
  ['identity', ['direct_address', 'if_then', 'demographic_callout', 'relatability', 'belief']],
  ['urgency_stakes', ['urgency', 'fomo']],
  ['pattern_interrupt', ['contrarian', 'shocking_statement', 'reverse_psychology', 'contrast']],
  ['aspiration', ['aspirational']],
  ['myth_busting', ['myth_busting']],
];

function hookTraits(hooks: readonly Copy[]): readonly Trait[] {
  const tactics = new Set(hooks.flatMap(tacticsIn));
  const families = new Set([...tactics].map((tactic): HookFamily => hook_tactics[tactic]));
  const pulled = triggers.filter(([, by]) => by.some((tactic) => tactics.has(tactic))).map(([trigger]) => trigger);
  return [
    // Tactics are not labelled one by one: each is taken to be as sure as its family.
    ...[...tactics].map((tactic) => found('hook', tactic, confidenceOf('hook_family', hook_tactics[tactic]))),
    ...hook_families
      .filter((family) => families.has(family))
      .map((family) => found('hook_family', family, confidenceOf('hook_family', family))),
    ...(hooks.some(hasGap) ? [found('trigger', 'curiosity_gap', confidenceOf('trigger', 'curiosity_gap'))] : []),
    ...pulled.map((trigger) => found('trigger', trigger, unmeasured)),
  ];
}

function feelingTraits(hook: Copy): readonly Trait[] {
  const sentiment = sentimentOf(hook);
  return [
    ...emotionsIn(hook).map((emotion) => found('emotion', emotion, confidenceOf('emotion', emotion))),
    ...(sentiment === null ? [] : [found('sentiment', sentiment, unmeasured)]),
  ];
}

/** @param all everything that is written or said, in lower case */
function sellingTraits(all: string, call: Copy | null): readonly Trait[] {
  const stage = awarenessOf(all);
  return [
    ...offersIn(all).map((offer) => found('offer', offer, offer === 'none' ? 0.9 : 0.8)),
    ...(stage === null ? [] : [found('awareness', stage, unmeasured)]),
    ...(call === null ? [] : [found('call_wording', callIn(call.lower), 0.9)]),
  ];
}

/**
 * @param hooks what is met first: the headline or what stands for it, and the first sentence that is said
 * @param copies everything that is written or said
 * @param call the wording of the button
 */
export function meaningTraits(hooks: readonly Copy[], copies: readonly Copy[], call: Copy | null): readonly Trait[] {
  const [hook] = hooks;
  return [
    ...hookTraits(hooks),
    ...(hook === undefined ? [] : feelingTraits(hook)),
    ...(copies.length === 0 && call === null
      ? []
      : sellingTraits([...copies, ...(call === null ? [] : [call])].map(({ lower }) => lower).join(' \n '), call)),
  ];
}
