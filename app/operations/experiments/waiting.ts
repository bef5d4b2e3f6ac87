/** What an experiment still waits for before it may be decided, and how long that takes at its pace. */
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import { isOfCounts } from '../../../processors/auto-promoter/evidence/on-declared.ts';
import type { ExperimentDeclared } from '../../../schemas/index.ts';
import { converts, type Metric } from '../../../learning/evidence/metrics.ts';
import type { WaitsFor } from '../operations.ts';

const hour_ms = 3_600_000;
const hours_per_day = 24;
/** The shortest block of an experiment whose blocks are not chosen yet, hours. */
const shortest_block = 24;

export interface Progress {
  readonly design: ExperimentDeclared['design'];
  readonly provenance: ExperimentDeclared['provenance'];
  readonly primary_metric: Metric;
  readonly start_ms: number;
  readonly at_ms: number;
  readonly blocks: number;
  /** 0 while the length of blocks is being chosen. */
  readonly block_hours: number;
  readonly needed_impressions: number;
  readonly arms: readonly { readonly impressions: number; readonly clicks: number }[];
}

export interface Waiting {
  /** What takes longest; null where nothing is missing. */
  readonly waits_for: WaitsFor | null;
  /** Null where the pace says nothing. */
  readonly days_left: number | null;
}

export const smallestArm = (arms: readonly { readonly impressions: number }[]): number =>
  arms.length === 0 ? 0 : Math.min(...arms.map(({ impressions }) => impressions));

export function waiting(progress: Progress, policy: EvidencePolicy): Waiting {
  const missing = [impressionsMissing(progress), blocksMissing(progress, policy)].filter((one) => one !== null);
  const [first, ...rest] = missing;
  if (first === undefined) return { waits_for: null, days_left: 0 };
  const longest = rest.reduce((most, one) => ((one.hours ?? Infinity) > (most.hours ?? Infinity) ? one : most), first);
  const { hours, ...waits_for } = longest;
  return { waits_for, days_left: hours === null ? null : hours / hours_per_day };
}

type Missing = WaitsFor & { readonly hours: number | null };

/** Hours of data so far. */
const hoursOf = ({ start_ms, at_ms }: Progress): number => Math.max(0, (at_ms - start_ms) / hour_ms);

function impressionsMissing(progress: Progress): Missing | null {
  const have = smallestArm(progress.arms);
  const need = progress.needed_impressions;
  if (have >= need) return null;
  const per_hour = have / Math.max(1, hoursOf(progress));
  return { what: 'impressions', have, need, hours: per_hour > 0 ? (need - have) / per_hour : null };
}

/** Calibration and blocks come one after the other: while it calibrates, all blocks are still to come. */
function blocksMissing(progress: Progress, policy: EvidencePolicy): Missing | null {
  const { blocks, block_hours } = progress;
  if (isOfCounts(progress)) return null;
  const slow = converts(progress.primary_metric);
  const calibration = policy.calibration_hours;
  const passed = hoursOf(progress) - (slow ? policy.conversion_maturity_hours : policy.maturity_hours);
  if (block_hours === 0 && calibration > 0) {
    const have = Math.min(calibration, Math.max(0, Math.floor(passed)));
    const hours = calibration - have + policy.min_blocks * blockHours(progress, shortest_block, policy);
    return { what: 'calibration', have, need: calibration, hours };
  }
  if (blocks >= policy.min_blocks) return null;
  const length = blockHours(progress, block_hours, policy);
  const open = passed - calibration - blocks * length;
  // What has passed of the open block counts; where that is more than a block, the pace is not what it was.
  const begun = open > 0 && open < length ? open : 0;
  return {
    what: 'blocks',
    have: blocks,
    need: policy.min_blocks,
    hours: (policy.min_blocks - blocks) * length - begun,
  };
}

/** How long a block takes: its least length, or longer where the smallest arm gets its clicks more slowly. */
function blockHours(progress: Progress, least: number, policy: EvidencePolicy): number {
  const { arms, design } = progress;
  const shown = arms.reduce((sum, { impressions }) => sum + impressions, 0);
  const clicked = arms.reduce((sum, { clicks }) => sum + clicks, 0);
  const per_hour = (smallestArm(arms) / Math.max(1, hoursOf(progress))) * (shown > 0 ? clicked / shown : 0);
  const expected = design === 'randomised' ? policy.randomised_block_expected_clicks : policy.block_expected_clicks;
  return per_hour > 0 ? Math.max(least, expected / per_hour) : least;
}
