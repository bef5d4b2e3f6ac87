/** An experiment's data went on: what it says of traits is put into the sums in place of what it said before. */
import { contrastOf, type Arm, type Working } from '../../../learning/dna/formula/contrast.ts';
import { withContrast, withoutContrast, type Sums } from '../../../learning/dna/formula/sums.ts';
import type { DnaPolicy } from '../../../policy/dna.ts';
import type { EvidenceChanged } from '../../../schemas/index.ts';
import { adOf, experimentOf, sumsOf, type ExperimentPart, type Part, type ReadArm } from './state.ts';

export interface Counted {
  readonly experiment: ExperimentPart;
  /** Null where they stay as they were. */
  readonly sums: Sums | null;
}

const unseen: ExperimentPart = { kind: 'experiment', arms: [], counted: null, changed: false };

/** What changes with the evidence; null where nothing does. */
export function count(event: EvidenceChanged, parts: ReadonlyMap<string, Part>, policy: DnaPolicy): Counted | null {
  const known = experimentOf(parts, event.experiment_id);
  const before = known ?? unseen;
  const arms = readArms(event, parts);
  const changed = before.changed || wasChanged(before.arms, arms);
  const next = changed || !comparable(event) || mixed(arms) ? [] : arms;
  if (known !== null && changed === before.changed && !movedEnough(before, next, event, policy)) return null;
  const working = { arm_sd: policy.arm_sd, slope_sd: policy.slope_sd, least_clicks: policy.least_clicks };
  const { sums, counted } = replaced(sumsOf(parts), before.counted, { arms: next, working });
  const experiment: ExperimentPart = { kind: 'experiment', arms, counted, changed };
  return { experiment, sums: counted === null && before.counted === null ? null : sums };
}

/**
 * Whether its ads can be compared by their clicks: they had separate audiences of one kind (platforms that choose who
 * sees which of several ads compare audiences), users were shared out as planned, and its successes are clicks.
 */
const comparable = ({ design, status, primary_metric }: EvidenceChanged): boolean =>
  design !== 'observational' && status !== 'blocked' && primary_metric === 'link_ctr';

function readArms({ arms }: EvidenceChanged, parts: ReadonlyMap<string, Part>): readonly ReadArm[] {
  return arms.flatMap(({ ad_id, impressions, clicks }): readonly ReadArm[] => {
    const ad = adOf(parts, ad_id);
    if (ad === null) return [];
    const { extractor_version, fingerprint, values } = ad;
    return [{ ad_id, impressions, clicks, extractor_version, fingerprint, values }];
  });
}

/** Whether an ad is another creative than it was, read by the same rules. */
const wasChanged = (before: readonly ReadArm[], now: readonly ReadArm[]): boolean =>
  now.some(({ ad_id, extractor_version, fingerprint }) => {
    const then = before.find((one) => one.ad_id === ad_id);
    return then?.extractor_version === extractor_version && then.fingerprint !== fingerprint;
  });

/** Whether its ads were read by different rules: differences between them might be differences of the rules. */
const mixed = (arms: readonly ReadArm[]): boolean =>
  new Set(arms.map(({ extractor_version }) => extractor_version)).size > 1;

const impressionsOf = (arms: readonly Arm[]): number => arms.reduce((sum, { impressions }) => sum + impressions, 0);

/** Whether what may be counted differs so much from what is counted that it is worth the work. */
function movedEnough(
  { counted, arms }: ExperimentPart,
  next: readonly ReadArm[],
  { restated }: EvidenceChanged,
  { recount_growth }: DnaPolicy,
): boolean {
  if ((counted === null) !== (next.length === 0)) return counted !== null || impressionsOf(next) > 0;
  if (counted === null) return false;
  const dna = (some: readonly ReadArm[]): string => some.map(({ fingerprint }) => fingerprint).join();
  if (restated || dna(arms) !== dna(next)) return true;
  const [before, now] = [impressionsOf(counted.arms), impressionsOf(next)];
  return now < before || now > before * (1 + recount_growth);
}

interface Given {
  readonly arms: readonly Arm[];
  readonly working: Working;
}

/** Sums with one state of an experiment in place of another; what says nothing is not counted. */
function replaced(
  sums: Sums,
  before: Given | null,
  now: Given,
): { readonly sums: Sums; readonly counted: Given | null } {
  const old = before === null ? null : contrastOf(before.arms, before.working);
  const rest = old === null ? sums : withoutContrast(sums, old);
  const contrast = contrastOf(now.arms, now.working);
  if (contrast === null) return { sums: rest, counted: null };
  const arms = now.arms.map(({ impressions, clicks, values }) => ({ impressions, clicks, values }));
  return { sums: withContrast(rest, contrast), counted: { arms, working: now.working } };
}
