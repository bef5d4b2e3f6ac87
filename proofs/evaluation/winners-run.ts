/** Runs experiments of a world under the promoter's rule and its peers. Served on worker threads. */
import { generator, hash32 } from '../../learning/numeric.ts';
import type { EvidencePolicy } from '../../policy/evidence.ts';
import { serveJobs } from './pool.ts';
import { Follower } from './winners-follow.ts';
import { Peers } from './winners-peers.ts';
import { Account, type World } from './winners-world.ts';

/** Whether minimum exposure and the economic gate are in force. */
export const gates = ['off', 'on'] as const;
export type Gates = (typeof gates)[number];

export interface WinnersJob {
  readonly world: World;
  readonly seed: number;
  readonly runs: number;
  readonly days: number;
  readonly policies: Readonly<Record<Gates, EvidencePolicy>>;
  /** e-values needed for families of which this experiment is the only one with evidence. */
  readonly thresholds: readonly number[];
}

export interface Announced {
  /** First day on which the rule announced; 0: never. */
  readonly day: number;
  readonly arm: number;
}

const never: Announced = { day: 0, arm: -1 };

/** First announcements of one run. */
export interface RunOutcome {
  /** Per threshold, in the job's order. */
  readonly flywheel: readonly Announced[];
  readonly z_test: Announced;
  readonly p_best: Announced;
}

export type WinnersResult = Readonly<Record<Gates, readonly RunOutcome[]>>;

/** What one run has announced so far under one setting of the gates. */
class Outcome {
  flywheel: Announced[];
  z_test = never;
  p_best = never;
  readonly #thresholds: readonly number[];
  readonly #policy: EvidencePolicy;

  constructor({ thresholds }: WinnersJob, policy: EvidencePolicy) {
    this.#thresholds = thresholds;
    this.#policy = policy;
    this.flywheel = thresholds.map(() => never);
  }

  lookAt(follower: Follower, day: number): void {
    const { arm, e_value } = follower.look(this.#policy);
    if (arm < 0) return;
    this.#thresholds.forEach((threshold, i) => {
      if (this.flywheel[i]?.day === 0 && e_value >= threshold) this.flywheel[i] = { day, arm };
    });
  }

  lookAtPeers(peers: Peers, day: number): void {
    if (this.z_test.day > 0 && this.p_best.day > 0) return;
    if (peers.least_impressions < this.#policy.min_impressions_per_arm) return;
    const { z_test, p_best } = peers.look();
    if (this.z_test.day === 0 && z_test >= 0) this.z_test = { day, arm: z_test };
    if (this.p_best.day === 0 && p_best >= 0) this.p_best = { day, arm: p_best };
  }
}

/** Hours after which late clicks are seen. */
const late_after_hours = 24;

function oneRun(job: WinnersJob, run: number): Record<Gates, RunOutcome> {
  const { world, policies } = job;
  const account = new Account(world, generator(hash32(`${world.name} ${run}`, job.seed)));
  const follower = new Follower(world, policies.on);
  const peers = new Peers(world.arms);
  const outcomes = { off: new Outcome(job, policies.off), on: new Outcome(job, policies.on) };
  const late: Float64Array[] = [];
  for (let hour = 0; hour < job.days * 24; hour++) {
    const { impressions, clicks, late_clicks } = account.next();
    const day = Math.ceil((hour + 1) / 24);
    if (world.restated > 0) {
      late.push(late_clicks.slice());
      const seen = late[hour - late_after_hours];
      if (seen !== undefined) follower.restate(hour - late_after_hours, seen);
    }
    const closed = follower.pass(impressions, clicks);
    peers.pass(impressions, clicks);
    for (const name of gates) {
      if (closed || world.restated > 0) outcomes[name].lookAt(follower, day);
      outcomes[name].lookAtPeers(peers, day);
    }
  }
  return outcomes;
}

export function runWinners(job: WinnersJob): WinnersResult {
  const runs = Array.from({ length: job.runs }, (_, run) => oneRun(job, run));
  const plain = ({ flywheel, z_test, p_best }: RunOutcome): RunOutcome => ({ flywheel, z_test, p_best });
  return { off: runs.map(({ off }) => plain(off)), on: runs.map(({ on }) => plain(on)) };
}

serveJobs(runWinners);
