/** Paths of e-values of many experiments, day by day. Served on worker threads. */
import { generator, hash32 } from '../../learning/numeric.ts';
import type { EvidencePolicy } from '../../policy/evidence.ts';
import { serveJobs } from './pool.ts';
import { Follower } from './winners-follow.ts';
import { Account, nullWorlds, type World } from './winners-world.ts';

export interface PathsJob {
  readonly seed: number;
  readonly experiments: number;
  readonly days: number;
  /** Share of experiments in which the first arm is 20 to 40 % better. */
  readonly true_share: number;
  readonly policy: EvidencePolicy;
}

export interface PathsResult {
  readonly experiments: readonly {
    readonly truly_better: boolean;
    /** e-value of the leading arm at the end of each day; day 0 is the start. 0 while nothing may be announced. */
    readonly e_by_day: readonly number[];
  }[];
}

function path(job: PathsJob, i: number): PathsResult['experiments'][number] {
  const random = generator(hash32(`path ${i}`, job.seed));
  const truly_better = random() < job.true_share;
  const overdispersed = nullWorlds.find((one) => one.name === 'overdispersed') ?? nullWorlds[0];
  if (overdispersed === undefined) throw new Error('there are no worlds');
  const world: World = { ...overdispersed, lift: truly_better ? 0.2 + 0.2 * random() : 0 };
  const account = new Account(world, random);
  const follower = new Follower(world, job.policy);
  const e_by_day = [0];
  for (let hour = 1; hour <= job.days * 24; hour++) {
    const { impressions, clicks } = account.next();
    follower.pass(impressions, clicks);
    if (hour % 24 === 0) e_by_day.push(follower.look(job.policy).e_value);
  }
  return { truly_better, e_by_day };
}

export function runPaths(job: PathsJob): PathsResult {
  return { experiments: Array.from({ length: job.experiments }, (_, i) => path(job, i)) };
}

serveJobs(runPaths);
