/** Runs experiments of a world under the promoter's rule and its peers. Served on worker threads. */
import { blockHours } from '../../learning/evidence/block-length.ts';
import {
  difference,
  emptyPairs,
  isComplete,
  knownRate,
  leading,
  withBlock,
  withRestated,
} from '../../learning/evidence/blocks.ts';
import { probabilityBetter, zOfRates } from '../../learning/evidence/peers.ts';
import { shrunkenLift } from '../../learning/evidence/lift.ts';
import { generator, hash32 } from '../../learning/numeric.ts';
import type { EvidencePolicy } from '../../policy/evidence.ts';
import { serveJobs } from './pool.ts';
import { Account, type World } from './winners-world.ts';

export interface WinnersJob {
  readonly world: World;
  readonly seed: number;
  readonly runs: number;
  readonly days: number;
  readonly policy: EvidencePolicy;
  /** Minimum exposure and economic gate in force. */
  readonly gates: boolean;
  /** K of the family of one, of which this experiment is the only one with evidence. */
  readonly thresholds: readonly number[];
}

/** First day on which each rule announced, per run; 0: never. */
export interface WinnersResult {
  /** Per threshold, in the job's order. */
  readonly flywheel: readonly (readonly Announced[])[];
  readonly z_test: readonly Announced[];
  readonly p_best: readonly Announced[];
}

export interface Announced {
  readonly day: number;
  readonly arm: number;
}

const never: Announced = { day: 0, arm: -1 };
const z_critical = 1.959964;

/** One experiment as the promoter follows it: calibration, blocks, pairs. */
export class Promoter {
  #pairs;
  #trials: Float64Array;
  #successes: Float64Array;
  #hours = 0;
  #seen_trials = 0;
  #seen_successes = 0;
  #rate: number;
  #block_hours = 0;
  #calibration: number[] = [];
  #blocks = 0;
  #min_impressions = 0;
  readonly #totals: Float64Array;
  /** Values of recent blocks, for restatement. */
  #last: { values: number[]; trials: number[]; successes: number[] } | undefined;
  readonly #job: WinnersJob;

  constructor(job: WinnersJob) {
    this.#job = job;
    this.#pairs = emptyPairs(job.world.arms);
    this.#trials = new Float64Array(job.world.arms);
    this.#successes = new Float64Array(job.world.arms);
    this.#totals = new Float64Array(job.world.arms);
    this.#rate = job.world.rate;
  }

  /** Takes an hour; true when a block closed. */
  take(impressions: Float64Array, clicks: Float64Array): boolean {
    const { world, policy } = this.#job;
    for (let arm = 0; arm < world.arms; arm++) this.#totals[arm] = (this.#totals[arm] ?? 0) + (impressions[arm] ?? 0);
    this.#min_impressions = Math.min(...this.#totals);
    if (this.#block_hours === 0) {
      const share = (arm: number): number =>
        (impressions[arm] ?? 0) > 0 ? (clicks[arm] ?? 0) / (impressions[arm] ?? 1) : 0;
      this.#calibration.push(share(0) - share(1));
      this.#note(impressions, clicks);
      if (this.#calibration.length === policy.calibration_hours) this.#block_hours = blockHours(this.#calibration);
      return false;
    }
    if (this.#hours === 0) this.#rate = knownRate(this.#seen_successes, this.#seen_trials, world.rate);
    for (let arm = 0; arm < world.arms; arm++) {
      this.#trials[arm] = (this.#trials[arm] ?? 0) + (impressions[arm] ?? 0);
      this.#successes[arm] = (this.#successes[arm] ?? 0) + (clicks[arm] ?? 0);
    }
    this.#note(impressions, clicks);
    this.#hours++;
    const rule = { hours: this.#block_hours, expected_successes: policy.block_expected_clicks };
    if (!isComplete(this.#hours, [...this.#trials], this.#rate, rule)) return false;
    this.#close();
    return true;
  }

  #note(impressions: Float64Array, clicks: Float64Array): void {
    for (let arm = 0; arm < impressions.length; arm++) {
      this.#seen_trials += impressions[arm] ?? 0;
      this.#seen_successes += clicks[arm] ?? 0;
    }
  }

  #close(): void {
    const trials = [...this.#trials];
    const successes = [...this.#successes];
    const values = successes.map((n, arm) => n / (trials[arm] ?? 1));
    this.#pairs = withBlock(this.#pairs, values);
    this.#last = { values, trials, successes };
    this.#blocks++;
    this.#hours = 0;
    this.#trials.fill(0);
    this.#successes.fill(0);
  }

  /** Clicks of the block closed last that are seen only now. */
  restate(late: Float64Array): void {
    if (this.#last === undefined) return;
    const { values, trials, successes } = this.#last;
    const now = successes.map((n, arm) => n + (late[arm] ?? 0));
    const nowValues = now.map((n, arm) => n / (trials[arm] ?? 1));
    this.#pairs = withRestated(this.#pairs, values, nowValues);
    this.#last = { values: nowValues, trials, successes: now };
  }

  /** The leading arm and its e-value, −1 while the gates are shut. */
  look(): { readonly arm: number; readonly log_e: number } {
    const { world, policy, gates } = this.#job;
    const found = leading(this.#pairs, world.arms, policy.t_mixture_c2);
    if (found.arm < 0 || this.#blocks < policy.min_blocks) return { arm: -1, log_e: 0 };
    if (!gates) return found;
    if (this.#min_impressions < policy.min_impressions_per_arm) return { arm: -1, log_e: 0 };
    const rivals = [...Array(world.arms).keys()].filter((arm) => arm !== found.arm);
    const lows = rivals.map(
      (rival) =>
        shrunkenLift(difference(this.#pairs, found.arm, rival, world.arms), this.#rate, policy.lift_prior_sd).low,
    );
    return Math.min(...lows) >= policy.min_lift ? found : { arm: -1, log_e: 0 };
  }
}

/** The peers: totals so far, looked at every hour. */
class Peers {
  readonly impressions: Float64Array;
  readonly clicks: Float64Array;
  z: Announced = never;
  p_best: Announced = never;

  constructor(arms: number) {
    this.impressions = new Float64Array(arms);
    this.clicks = new Float64Array(arms);
  }

  take(impressions: Float64Array, clicks: Float64Array, day: number, least: number): void {
    for (let arm = 0; arm < impressions.length; arm++) {
      this.impressions[arm] = (this.impressions[arm] ?? 0) + (impressions[arm] ?? 0);
      this.clicks[arm] = (this.clicks[arm] ?? 0) + (clicks[arm] ?? 0);
    }
    if ((this.z.day > 0 && this.p_best.day > 0) || Math.min(...this.impressions) < least) return;
    const arms = impressions.length;
    for (let a = 0; a < arms; a++) {
      let least_z = Infinity;
      let least_p = 1;
      for (let b = 0; b < arms; b++) {
        if (a === b) continue;
        const of = (arm: number): readonly [number, number] => [this.clicks[arm] ?? 0, this.impressions[arm] ?? 0];
        least_z = Math.min(least_z, zOfRates(...of(a), ...of(b)));
        if (least_z > 1) least_p = Math.min(least_p, probabilityBetter(...of(a), ...of(b)));
        else least_p = 0;
      }
      if (this.z.day === 0 && least_z > z_critical) this.z = { day, arm: a };
      if (this.p_best.day === 0 && least_p > 0.95) this.p_best = { day, arm: a };
    }
  }
}

/** Hours that pass before late clicks are seen. */
const late_after_hours = 24;

function oneRun(job: WinnersJob, run: number): { flywheel: Announced[]; z: Announced; p: Announced } {
  const random = generator(hash32(`${job.world.name} ${run}`, job.seed));
  const account = new Account(job.world, random);
  const promoter = new Promoter(job);
  const peers = new Peers(job.world.arms);
  const flywheel: Announced[] = job.thresholds.map(() => never);
  const late = new Float64Array(job.world.arms);
  const least = job.gates ? job.policy.min_impressions_per_arm : 0;
  for (let hour = 1; hour <= job.days * 24; hour++) {
    const { impressions, clicks, late_clicks } = account.next();
    const day = Math.ceil(hour / 24);
    if (job.world.restated > 0) {
      for (let arm = 0; arm < late.length; arm++) late[arm] = (late[arm] ?? 0) + (late_clicks[arm] ?? 0);
      if (hour % late_after_hours === 0) {
        promoter.restate(late);
        late.fill(0);
      }
    }
    const closed = promoter.take(impressions, clicks);
    peers.take(impressions, clicks, day, least);
    if (!closed && job.world.restated === 0) continue;
    const { arm, log_e } = promoter.look();
    if (arm < 0) continue;
    job.thresholds.forEach((threshold, i) => {
      if (flywheel[i]?.day === 0 && log_e >= Math.log(threshold)) flywheel[i] = { day, arm };
    });
  }
  return { flywheel, z: peers.z, p: peers.p_best };
}

export function runWinners(job: WinnersJob): WinnersResult {
  const runs = Array.from({ length: job.runs }, (_, run) => oneRun(job, run));
  return {
    flywheel: job.thresholds.map((_, i) => runs.map((run) => run.flywheel[i] ?? never)),
    z_test: runs.map((run) => run.z),
    p_best: runs.map((run) => run.p),
  };
}

serveJobs(runWinners);
