/** Predictions whose time has come. */
import type { Policy } from '../../policy/policy.ts';
import type { PredictionMade } from '../../schemas/index.ts';
import { memoryAgreed, traitEffect, type Known } from './experts.ts';
import { predicted } from './predict.ts';
import { partOf } from '../parts.ts';
import {
  adName,
  baseline_name,
  bookName,
  empty_baseline,
  formula_name,
  modelName,
  niche_name,
  recalls_name,
  type AccountState,
  type AdPart,
  type BaselinePart,
  type Due,
  type Part,
} from './state.ts';

export interface Made {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part | null>;
  readonly predictions: readonly PredictionMade[];
}

/** Makes every prediction of `due`; after the last one of an ad nothing of it is kept. */
export function predictDue(
  before: AccountState,
  due: readonly Due[],
  parts: ReadonlyMap<string, Part>,
  asked: { readonly account_id: string; readonly at_ms: number; readonly policy: Policy },
): Made {
  const changed = new Map<string, Part | null>();
  const predictions: PredictionMade[] = [];
  let state: AccountState = { ...before, due: before.due.filter((one) => !due.includes(one)) };
  for (const { ad_id, stage } of due) {
    const ad = partOf(parts, adName(ad_id), 'ad');
    if (ad === undefined) continue;
    if (stage === 'forgotten') {
      forget(ad_id, ad, changed);
      continue;
    }
    const known = { ad, ...knowledgeOf(state, new Map([...parts, ...present(changed)])) };
    const made = predicted(state, known, { ...asked, ad_id, stage });
    ({ state } = made);
    predictions.push(made.prediction);
    if (stage === 'cold') changed.set(baseline_name, withTraits(known));
    if (stage !== 'day_3') continue;
    const recalls = memoryAgreed(known, asked.policy.prediction);
    if (recalls !== null) changed.set(recalls_name, recalls);
    forget(ad_id, ad, changed);
  }
  return { state, parts: changed, predictions };
}

export const knowledgeOf = ({ registry: { champion } }: AccountState, parts: ReadonlyMap<string, Part>) =>
  ({
    baseline: partOf(parts, baseline_name, 'baseline'),
    recalls: partOf(parts, recalls_name, 'recalls'),
    formula: partOf(parts, formula_name, 'formula'),
    niche: partOf(parts, niche_name, 'niche'),
    model: champion === null ? undefined : partOf(parts, modelName(champion), 'model'),
  }) as const;

/** Ads that means over ads remember, about. */
export const remembered_ads = 50;

/** The baseline with one ad more in what traits lead to expect on average. */
function withTraits(known: Known): BaselinePart {
  const before = known.baseline ?? empty_baseline;
  const trait_ads = Math.min(before.trait_ads + 1, remembered_ads);
  return { ...before, trait_ads, trait_mean: before.trait_mean + (traitEffect(known) - before.trait_mean) / trait_ads };
}

const present = (changed: ReadonlyMap<string, Part | null>): readonly (readonly [string, Part])[] =>
  [...changed].flatMap(([name, part]) => (part === null ? [] : [[name, part] as const]));

function forget(ad_id: string, { books }: AdPart, changed: Map<string, Part | null>): void {
  changed.set(adName(ad_id), null);
  for (const { day, context } of books) changed.set(bookName(ad_id, day, context), null);
}
