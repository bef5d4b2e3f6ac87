/**
 * `evaluate cross`: what a niche's release is worth to a new account in its first week, against none; and how well an
 * attacker tells whether one business is in the releases of a year.
 */
import { attackAuc } from '../../learning/privacy/continual.ts';
import { defaultPolicy } from '../../policy/document.ts';
import type { Measure } from '../measures.ts';
import { attacked, attacks, distanceOf, type Attack, type AttackJob, type AttackOutcome } from './cross-attack.ts';
import { firstWeek, type CrossJob, type CrossOutcome } from './cross-run.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';
import { runJobs } from './pool.ts';

/** Area under the attacker's curve that is allowed. */
const allowed_auc = 0.6;
/** Businesses of a niche; 0 is the control. */
const sizes = [0, 100, 300, 1_000] as const;
/** Noise of the policy, and noise so small that an attack must be seen to work. */
const noises = [defaultPolicy.niche.noise_multiplier, 1];

interface Scale {
  readonly attack_worlds: number;
  readonly weeks: number;
}
const scaleOf = (quick: boolean): Scale =>
  quick ? { attack_worlds: 100, weeks: 2 } : { attack_worlds: 2_000, weeks: 120 };
const worlds_per_job = 100;

/** Share of pairs of worlds that the score tells apart, with the interval of Hanley and McNeil (1982). */
function aucOf({ within, without }: AttackOutcome): {
  readonly value: number;
  readonly low: number;
  readonly high: number;
} {
  let wins = 0;
  for (const a of within) for (const b of without) wins += a > b ? 1 : a === b ? 0.5 : 0;
  const auc = wins / (within.length * without.length);
  const [q1, q2] = [auc / (2 - auc), (2 * auc ** 2) / (1 + auc)];
  const variance =
    (auc * (1 - auc) + (within.length - 1) * (q1 - auc ** 2) + (without.length - 1) * (q2 - auc ** 2)) /
    (within.length * without.length);
  const half = 1.96 * Math.sqrt(Math.max(0, variance));
  return { value: auc, low: Math.max(0, auc - half), high: Math.min(1, auc + half) };
}

function attackMeasures(attack: Attack, noise_multiplier: number, outcome: AttackOutcome): readonly Measure[] {
  const labels = { attack, noise_multiplier: String(noise_multiplier) };
  const n = outcome.within.length + outcome.without.length;
  const limit = noise_multiplier === defaultPolicy.niche.noise_multiplier ? { target: allowed_auc } : {};
  const unit = 'area under the curve of the likelihood ratio';
  return [
    { name: 'attack_auc', labels, ...aucOf(outcome), n, unit, ...limit },
    { name: 'attack_auc_in_theory', labels, value: attackAuc(distanceOf({ attack, noise_multiplier })), unit },
  ];
}

/** Mean over worlds with its 95 % interval. */
function meanOf(values: readonly number[]): Pick<Measure, 'value' | 'low' | 'high' | 'n'> {
  const n = values.length;
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / Math.max(1, n - 1);
  const half = 1.96 * Math.sqrt(variance / n);
  return { value, low: value - half, high: value + half, n };
}

function weekMeasures(outcomes: ReadonlyMap<number, readonly CrossOutcome[]>): readonly Measure[] {
  const without = outcomes.get(0) ?? [];
  const loss_unit = 'nats per 1,000 impressions, over the true rates';
  const regret_unit = 'clicks per 1,000 impressions';
  return sizes.flatMap((businesses): readonly Measure[] => {
    const own = outcomes.get(businesses) ?? [];
    const labels = { businesses: String(businesses) };
    const figures: readonly Measure[] = [
      { name: 'excess_loss', labels, ...meanOf(own.map(({ excess_loss }) => excess_loss)), unit: loss_unit },
      { name: 'regret', labels, ...meanOf(own.map(({ regret }) => regret)), unit: regret_unit },
    ];
    if (businesses === 0) return figures;
    const change = (of: (one: CrossOutcome) => number): Pick<Measure, 'value' | 'low' | 'high' | 'n'> =>
      meanOf(own.map((one, i) => of(one) - of(without[i] ?? one)));
    return [
      { name: 'released', labels, ...meanOf(own.map(({ released }) => Number(released))), unit: 'share of worlds' },
      { name: 'traits_released', labels, ...meanOf(own.map(({ traits }) => traits)), unit: 'effects' },
      ...figures,
      { name: 'loss_change', labels, ...change(({ excess_loss }) => excess_loss), unit: loss_unit },
      { name: 'regret_change', labels, ...change(({ regret }) => regret), unit: regret_unit },
    ];
  });
}

async function run({ seed, quick, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  const scale = scaleOf(quick);
  const kinds = attacks.flatMap((attack) => noises.map((noise_multiplier) => ({ attack, noise_multiplier })));
  const attackJobs = kinds.map((kind) =>
    Array.from({ length: scale.attack_worlds / worlds_per_job }, (_, k): AttackJob => {
      return { ...kind, seed, first_world: k * worlds_per_job, worlds: worlds_per_job };
    }),
  );
  const weekJobs = sizes.flatMap((businesses) =>
    Array.from({ length: scale.weeks }, (_, world): CrossJob => ({ seed, world, businesses })),
  );
  const outcomes = quick
    ? attackJobs.flat().map(attacked)
    : await runJobs<AttackJob, AttackOutcome>(new URL('./cross-attack.ts', import.meta.url), attackJobs.flat(), {
        onDone: (done, total) => onProgress?.(`cross: ${done} of ${total} jobs of ${worlds_per_job} attacks`),
      });
  const weeks = quick
    ? await inTurn(weekJobs)
    : await runJobs<CrossJob, CrossOutcome>(new URL('./cross-run.ts', import.meta.url), weekJobs, {
        onDone: (done, total) => onProgress?.(`cross: ${done} of ${total} first weeks`),
      });
  const per_kind = scale.attack_worlds / worlds_per_job;
  return [
    ...kinds.flatMap(({ attack, noise_multiplier }, i) => {
      const own = outcomes.slice(i * per_kind, (i + 1) * per_kind);
      const all = { within: own.flatMap(({ within }) => within), without: own.flatMap(({ without }) => without) };
      return attackMeasures(attack, noise_multiplier, all);
    }),
    ...weekMeasures(
      new Map(sizes.map((size, i) => [size, weeks.slice(i * scale.weeks, (i + 1) * scale.weeks)] as const)),
    ),
  ];
}

async function inTurn(jobs: readonly CrossJob[]): Promise<readonly CrossOutcome[]> {
  const outcomes: CrossOutcome[] = [];
  for (const job of jobs) outcomes.push(await firstWeek(job));
  return outcomes;
}

export const cross: Evaluation = {
  name: 'cross',
  description: 'What a niche is worth to a new account, and how well an attacker tells who is in it',
  run,
};
