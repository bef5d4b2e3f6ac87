/** The group's handlers. */
import { valueName, weighedValues } from '../../../learning/dna/formula/columns.ts';
import { normalQuantile } from '../../../learning/numeric.ts';
import type { Policy } from '../../../policy/policy.ts';
import { dnaFormulaUpdated, type NichePatternUpdated } from '../../../schemas/index.ts';
import { processor, type Decide } from '../../../topology/processor.ts';
import { patternAfter } from '../../niche-pattern.ts';
import { applicationFrom, outcomesOf } from './applications.ts';
import { count } from './on-evidence.ts';
import {
  adName,
  applicationName,
  experimentName,
  niche_name,
  nicheEffects,
  sums_name,
  sumsOf,
  told_name,
  toldOf,
  type AdPart,
  type NichePart,
  type Part,
} from './state.ts';
import { effectsToTell, formulaFrom, isDue } from './tell.ts';
import { propose } from './variations.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  'dna.extracted': (state, event, { parts, policy, at_ms }) => {
    const { ad_id, extractor_version, fingerprint, traits } = event;
    const ad: AdPart = { kind: 'ad', extractor_version, fingerprint, values: weighedValues(traits) };
    const kept = new Map<string, Part>([[adName(ad_id), ad]]);
    const application = applicationFrom({ event, ad, parts, policy: policy.dna, at_ms });
    if (application !== null) kept.set(applicationName(ad_id), application);
    return {
      state: extractor_version > state.extractor_version ? { ...state, extractor_version } : state,
      parts: kept,
    };
  },

  'evidence.changed': (state, event, { parts, policy, at_ms }) => {
    const counted = count(event, parts, policy.dna);
    if (counted === null) return { state };
    const { sums, experiment } = counted;
    const judged = { event, experiment, sums: sums ?? sumsOf(parts), parts, policy: policy.dna, at_ms };
    const kept = new Map<string, Part>([[experimentName(event.experiment_id), experiment], ...outcomesOf(judged)]);
    if (sums === null) return { state, parts: kept };
    kept.set(sums_name, { kind: 'sums', sums });
    if (!isDue(state, sums, policy.dna)) return { state, parts: kept };
    const formula = formulaFrom(sums, policy.dna, nicheEffects(parts));
    const on = { account_id: event.account_id, at_ms, policy };
    const worked_out = { ...state, worked_out_at: sums.all_impressions };
    const { state: next, emit: variations } = propose(worked_out, state.waiting, parts, formula, on);
    const traits = effectsToTell(formula, toldOf(parts), policy.dna);
    if (traits === null) return { state: next, parts: kept, emit: variations };
    const effects = Object.fromEntries(traits.map(({ trait, value, effect }) => [valueName(trait, value), effect]));
    return {
      state: next,
      parts: kept.set(told_name, { kind: 'told', effects }),
      emit: [
        dnaFormulaUpdated.event({
          account_id: event.account_id,
          experiments: sums.all_experiments,
          ads: sums.all_arms,
          extractor_version: state.extractor_version,
          traits,
          at_ms,
          policy_version: policy.version,
        }),
        ...variations,
      ],
    };
  },

  // What it changes in effects is told with the account's next evidence: it is of use where there is some.
  'niche.pattern.updated': (state, event, { parts }) => {
    const before = parts.get(niche_name);
    const next = patternAfter(before?.kind === 'niche' ? before : null, event, nichePart);
    return { state, parts: new Map([[niche_name, next]]) };
  },

  'winner.detected': (state, { account_id, experiment_id, ad_id, lift, at_ms }, { parts, policy }) =>
    propose(
      state,
      [{ ad_id, experiment_id, lift }],
      parts,
      formulaFrom(sumsOf(parts), policy.dna, nicheEffects(parts)),
      {
        account_id,
        at_ms,
        policy,
      },
    ),

  'winner.withdrawn': (state, { ad_id }) =>
    state.waiting.some((one) => one.ad_id === ad_id)
      ? { state: { ...state, waiting: state.waiting.filter((one) => one.ad_id !== ad_id) } }
      : { state },
};

const z = normalQuantile(0.975);

/** Effects that are larger than the noise they were released with. */
const nichePart = ({ niche, traits }: NichePatternUpdated): NichePart => ({
  kind: 'niche',
  niche,
  effects: Object.fromEntries(
    traits
      .filter(({ status }) => status === 'released')
      .map(({ trait, value, effect, low, high }) => [valueName(trait, value), { effect, sd: (high - low) / (2 * z) }]),
  ),
});

export const creativeDnaFormula = processor(wiring, decide);
