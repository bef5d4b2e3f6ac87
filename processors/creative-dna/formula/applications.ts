/** Ads made from other ads: what is expected when they are read, and what comes of it when their experiment is counted. */
import { expectedOf, predictedOf, resultOf } from '../../../learning/dna/formula/application.ts';
import { dispersionOf } from '../../../learning/dna/formula/posterior.ts';
import type { Sums } from '../../../learning/dna/formula/sums.ts';
import type { DnaPolicy } from '../../../policy/dna.ts';
import type { DnaExtracted, EvidenceChanged } from '../../../schemas/index.ts';
import {
  adOf,
  applicationName,
  applicationOf,
  nicheEffects,
  sumsOf,
  type AdPart,
  type ApplicationPart,
  type ExperimentPart,
  type Outcome,
  type Part,
  type ReadArm,
} from './state.ts';
import { formulaFrom } from './tell.ts';

type Parts = ReadonlyMap<string, Part>;

interface Making {
  readonly event: DnaExtracted;
  /** The ad as it was read just now. */
  readonly ad: AdPart;
  readonly parts: Parts;
  readonly policy: DnaPolicy;
  readonly at_ms: number;
}

/**
 * The application that an ad is. What was expected stands as it was said first: an expectation that moved with the data
 * would judge itself. Null where the ad was made from nothing, or nothing is to be said anew.
 */
export function applicationFrom({ event, ad, parts, policy, at_ms }: Making): ApplicationPart | null {
  const { ad_id } = event;
  const [made_from] = event.made_from;
  if (made_from === undefined) return null;
  const known = applicationOf(parts, ad_id);
  const stands = known?.made_from.ad_id === made_from.ad_id && known.expected !== null;
  if (known !== null && (stands || known.outcome !== null)) return null;
  const source = adOf(parts, made_from.ad_id);
  const expected =
    source?.extractor_version === ad.extractor_version
      ? expectedOf(formulaFrom(sumsOf(parts), policy, nicheEffects(parts)), ad.values, source.values)
      : null;
  return { kind: 'application', ad_id, made_from, expected, expected_ms: at_ms, outcome: null };
}

interface Counting {
  readonly event: EvidenceChanged;
  readonly experiment: ExperimentPart;
  readonly sums: Sums;
  readonly parts: Parts;
  readonly policy: DnaPolicy;
  readonly at_ms: number;
}

/** Applications among the ads of an experiment whose outcome changes with it; it is taken back where nothing counts. */
export function outcomesOf({ event, experiment, ...on }: Counting): readonly (readonly [string, ApplicationPart])[] {
  const { experiment_id } = event;
  const arms = experiment.counted === null ? [] : experiment.arms;
  return event.arms.flatMap(({ ad_id }): readonly (readonly [string, ApplicationPart])[] => {
    const application = applicationOf(on.parts, ad_id);
    if (application === null) return [];
    const outcome = outcomeOf(application, arms, experiment_id, on);
    const before = application.outcome;
    const other = before !== null && before.experiment_id !== experiment_id;
    // An experiment beside the ad that it was made from says more than one beside others, and no news is none.
    if (other && (outcome === null || (before.against === 'source' && outcome.against === 'rivals'))) return [];
    return outcome === null && before === null ? [] : [[applicationName(ad_id), { ...application, outcome }]];
  });
}

function outcomeOf(
  { ad_id, made_from, expected }: ApplicationPart,
  arms: readonly ReadArm[],
  experiment_id: string,
  { sums, policy, at_ms }: Pick<Counting, 'sums' | 'policy' | 'at_ms'>,
): Outcome | null {
  const ours = arms.find((arm) => arm.ad_id === ad_id);
  const source = arms.find((arm) => arm.ad_id === made_from.ad_id);
  if (ours === undefined) return null;
  const result = resultOf(ours, source === undefined ? arms.filter((arm) => arm !== ours) : [source]);
  if (result === null) return null;
  const { arm_sd, slope_sd } = policy;
  const scatter = { arm_sd, slope_sd, dispersion: dispersionOf(sums, policy) };
  const predicted = source === undefined || expected === null ? null : predictedOf(expected, ours, source, scatter);
  return { ...result, experiment_id, against: source === undefined ? 'rivals' : 'source', predicted, at_ms };
}
