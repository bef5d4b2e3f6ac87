/** One experiment as the promoter follows it, hour by hour, without log and parts: the promoter's own functions. */
import { eValue, passHour, restatedClosed, restatedOpen, strongest } from '../../learning/evidence/course.ts';
import { counters } from '../../learning/evidence/metrics.ts';
import type { EvidencePolicy } from '../../policy/evidence.ts';
import { defaultPolicy } from '../../policy/document.ts';
import { takeDeclared } from '../../processors/auto-promoter/evidence/on-declared.ts';
import { report } from '../../processors/auto-promoter/evidence/report.ts';
import { statusOf } from '../../processors/auto-promoter/evidence/status.ts';
import { closedBlockAt, initialExperiment, type Following } from '../../processors/auto-promoter/evidence/state.ts';
import { mayBeAnnounced } from '../../processors/auto-promoter/promotion/gate.ts';
import { day_ms } from '../../schemas/values.ts';
import type { World } from './winners-world.ts';

export interface Look {
  /** Leading arm, and its e-value; −1 and 0 while nothing may be announced. */
  readonly arm: number;
  readonly e_value: number;
}

const nothing: Look = { arm: -1, e_value: 0 };

function declared(world: World, policy: EvidencePolicy): Following {
  const event = {
    account_id: 'a',
    experiment_id: 'e',
    campaign_id: 'c',
    name: world.name,
    design: world.design === 'archive' ? 'randomised' : world.design,
    primary_metric: 'link_ctr',
    guardrail_metrics: [],
    arms: Array.from({ length: world.arms }, (_, arm) => ({
      ad_id: String(arm),
      adset_id: String(arm),
      planned_share: 1 / world.arms,
    })),
    control_ad_id: null,
    start_ms: 20_000 * day_ms,
    planned_days: 90,
    expected_rate: world.rate,
    provenance: world.design === 'archive' ? 'replayed' : 'simulated',
  } as const;
  const { following } = takeDeclared(initialExperiment(), event, policy);
  if (following === null) throw new Error('a declared experiment is followed');
  return { ...following, origin_ms: event.start_ms };
}

export class Follower {
  #following: Following;
  #totals: number[];
  readonly #blocks = new Map<number, readonly number[]>();

  constructor(world: World, policy: EvidencePolicy) {
    this.#following = declared(world, policy);
    this.#totals = new Array<number>(world.arms * counters).fill(0);
  }

  /** Takes an hour; true when there is something new to look at. */
  pass(impressions: Float64Array, clicks: Float64Array): boolean {
    const { rule, course, block_starts } = this.#following;
    for (let arm = 0; arm < rule.arms; arm++) {
      this.#totals[arm * counters] = impressions[arm] ?? 0;
      this.#totals[arm * counters + 1] = clicks[arm] ?? 0;
    }
    const passed = passHour(rule, course, this.#totals);
    if (passed.closed === null) {
      this.#following = { ...this.#following, course: passed.course };
      return rule.evidence === 'counts';
    }
    this.#blocks.set(course.block.start, passed.closed);
    this.#following = {
      ...this.#following,
      course: passed.course,
      block_starts: [...block_starts, course.block.start],
    };
    return true;
  }

  /** More clicks of an hour are seen. */
  restate(hour: number, clicks: Float64Array): void {
    const following = this.#following;
    const difference = new Array<number>(this.#totals.length).fill(0);
    clicks.forEach((n, arm) => (difference[arm * counters + 1] = n));
    const at = closedBlockAt(following, hour);
    const start = following.block_starts[at];
    const block = start === undefined ? undefined : this.#blocks.get(start);
    if (start === undefined || block === undefined) {
      this.#following = { ...following, course: restatedOpen(following.rule, following.course, hour, difference) };
      return;
    }
    const restated = restatedClosed(following.rule, following.course, { hour, index: at }, block, difference);
    this.#blocks.set(start, restated.block);
    this.#following = { ...following, course: restated.course };
  }

  /** What may be announced under a policy's gates. */
  look(policy: EvidencePolicy): Look {
    const following = this.#following;
    // The peak bounds what the leader has now: most looks end here.
    if (eValue(strongest(following.course), following.rule, following.course) < 1 / policy.alpha) return nothing;
    const tick = {
      account_id: 'a',
      experiment_id: 'e',
      hour_ms: 20_000 * day_ms,
      policy: { ...defaultPolicy, evidence: policy },
    };
    const evidence = report(following, statusOf(following, policy), tick);
    if (!mayBeAnnounced(evidence, policy)) return nothing;
    return { arm: Number(evidence.leading_ad_id), e_value: evidence.e_value };
  }
}
