/**
 * `evaluate compound`: what each loop is worth, by taking it out; and whether the program gets better than one that
 * stopped learning at its start, in what it predicts and in what comes of it. Accounts are simulated (`world.ts`), so
 * that predictions are held against true rates and choices against the best ad, not against luck.
 */
import type { Measure } from '../../measures.ts';
import type { Evaluation, EvaluationOptions } from '../evaluation.ts';
import { runJobs } from '../pool.ts';
import { bandMeasures } from './bands.ts';
import { bootstrapped, mean, meanFigure, stretchesToEqual, type Curve } from './figures.ts';
import { removals, type Removal } from './program.ts';
import { type CompoundJob, type CompoundOutcome, type LaunchRegret, type PredictionLoss } from './run.ts';

interface Scale {
  readonly days: number;
  /** Accounts that each loop is taken out of. */
  readonly accounts: number;
  /** Accounts of the whole program, these included: bands need many. */
  readonly whole: number;
}
const scaleOf = (quick: boolean): Scale =>
  quick ? { days: 18, accounts: 2, whole: 2 } : { days: 90, accounts: 10, whole: 20 };

// Accounts differ tenfold in their click rates, and losses with them: each is measured by its own clicks.
const loss_unit = 'nats per 100 clicks, over the true rates';
const regret_unit = 'share of clicks lost against the best ad';
/** Nats per 100 clicks, from nats per 1,000 impressions. */
const perClicks = ({ click_rate }: CompoundOutcome, loss: number): number => loss / (10 * click_rate);
/** Share of clicks, from clicks per 1,000 impressions. */
const shareOf = ({ click_rate }: CompoundOutcome, regret: number): number => regret / (1_000 * click_rate);
/** Days of a stretch of the improvement curves, and of the curves that are compared for equal loss. */
const period_days = 15;
const stretch_days = 10;

type Outcomes = ReadonlyMap<Removal, readonly CompoundOutcome[]>;

const late = (days: number) => ({ from: (days * 2) / 3, to: days });
const within =
  ({ from, to }: { readonly from: number; readonly to: number }) =>
  ({ day }: { readonly day: number }): boolean =>
    day >= from && day < to;

const lossOf = (losses: readonly PredictionLoss[], keep: (one: PredictionLoss) => boolean): number =>
  mean(losses.filter(keep).map(({ live }) => live));
const choiceOf = (regrets: readonly LaunchRegret[]): number => mean(regrets.map(({ choice }) => choice));
const known = (values: readonly (number | null)[]): readonly number[] => values.filter((value) => value !== null);
const splitOf = (regrets: readonly LaunchRegret[]): number => mean(known(regrets.map(({ split }) => split)));

/** Change that taking a loop out brings: without it less with all, in the same accounts. */
function changes(removed: Removal, outcomes: Outcomes, days: number): readonly Measure[] {
  const without = outcomes.get(removed) ?? [];
  const whole = outcomes.get('nothing') ?? [];
  const change = (of: (outcome: CompoundOutcome) => number) =>
    meanFigure(
      without.map((one, i) => {
        const same = whole[i];
        return same === undefined ? NaN : of(one) - of(same);
      }),
    );
  const inLate = within(late(days));
  const loss = (labels: Readonly<Record<string, string>>, keep: (one: PredictionLoss) => boolean): Measure => ({
    name: 'loss_change',
    labels: { removed, ...labels },
    ...change((one) => perClicks(one, lossOf(one.losses, keep))),
    unit: loss_unit,
  });
  return [
    loss({ predictions: 'all', days: 'all' }, () => true),
    loss({ predictions: 'all', days: 'last third' }, inLate),
    loss({ predictions: 'cold', days: 'last third' }, (one) => one.cold && inLate(one)),
    {
      name: 'regret_change',
      labels: { removed, decision: 'choice', days: 'last third' },
      ...change((one) => shareOf(one, choiceOf(one.regrets.filter(inLate)))),
      unit: regret_unit,
    },
    {
      name: 'regret_change',
      labels: { removed, decision: 'split', days: 'last third' },
      ...change((one) => shareOf(one, splitOf(one.regrets.filter(inLate)))),
      unit: regret_unit,
    },
  ];
}

const curveOf = (outcome: CompoundOutcome, days: number): Curve =>
  Array.from({ length: Math.ceil(days / stretch_days) }, (_, i) => {
    const inside = within({ from: i * stretch_days, to: (i + 1) * stretch_days });
    return perClicks(outcome, lossOf(outcome.losses, inside));
  });

/** Impressions of the account after which the whole program loses what the lesser one does at the end of its history. */
function equalLoss(removed: Removal, outcomes: Outcomes, { seed, days }: { seed: number; days: number }): Measure {
  const lesser = (outcomes.get(removed) ?? []).map((outcome) => curveOf(outcome, days));
  const whole = (outcomes.get('nothing') ?? []).slice(0, lesser.length).map((outcome) => curveOf(outcome, days));
  const a_day = outcomes.get(removed)?.[0]?.impressions_a_day ?? 0;
  const pick = (curves: readonly Curve[], drawn: readonly number[]): readonly Curve[] =>
    drawn.map((i) => curves[i] ?? []);
  const figure = bootstrapped(
    lesser.length,
    seed,
    (drawn) => a_day * Math.min(days, stretch_days * stretchesToEqual(pick(whole, drawn), pick(lesser, drawn))),
  );
  return {
    name: 'impressions_to_equal_loss',
    labels: { removed, program: 'whole' },
    ...figure,
    unit: `impressions; without it: the last third of ${(a_day * days).toLocaleString('en-US')}`,
  };
}

/** The two curves: what is lost by period, by the live program and by what stopped learning at its start. */
function curves(whole: readonly CompoundOutcome[], days: number): readonly Measure[] {
  const periods = Array.from({ length: Math.ceil(days / period_days) }, (_, i) => i * period_days);
  return periods.flatMap((from): readonly Measure[] => {
    const to = Math.min(days, from + period_days);
    const inside = within({ from, to });
    const labels = { days: `${from + 1} to ${to}` };
    const losses = (of: (one: PredictionLoss) => number) =>
      meanFigure(whole.map((one) => perClicks(one, mean(one.losses.filter(inside).map(of)))));
    const regrets = (of: (one: LaunchRegret) => number | null) =>
      meanFigure(whole.map((one) => shareOf(one, mean(known(one.regrets.filter(inside).map(of))))));
    const loss = (program: string, of: (one: PredictionLoss) => number): Measure => ({
      name: 'prediction_curve',
      labels: { program, ...labels },
      ...losses(of),
      unit: loss_unit,
    });
    const regret = (program: string, decision: string, of: (one: LaunchRegret) => number | null): Measure => ({
      name: 'outcome_curve',
      labels: { program, decision, ...labels },
      ...regrets(of),
      unit: regret_unit,
    });
    return [
      loss('live', ({ live }) => live),
      loss('frozen', ({ control }) => control),
      loss('account mean', ({ baseline }) => baseline),
      loss('frozen less live', ({ control, live }) => control - live),
      regret('live', 'choice', ({ choice }) => choice),
      regret('frozen', 'choice', ({ choice_control }) => choice_control),
      regret('frozen less live', 'choice', ({ choice, choice_control }) => choice_control - choice),
      regret('live', 'split', ({ split }) => split),
      regret('frozen', 'split', ({ split_control }) => split_control),
      regret('frozen less live', 'split', difference),
    ];
  });
}

const difference = ({ split, split_control }: LaunchRegret): number | null =>
  split === null || split_control === null ? null : split_control - split;

function jobsOf({ days, accounts, whole }: Scale, seed: number): readonly CompoundJob[] {
  return removals.flatMap((removed) =>
    Array.from({ length: removed === 'nothing' ? whole : accounts }, (_, i) => ({
      seed: seed * 1_000 + i,
      removed,
      days,
    })),
  );
}

async function run({ seed, quick, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  const scale = scaleOf(quick);
  const jobs = jobsOf(scale, seed);
  const found = await runJobs<CompoundJob, CompoundOutcome>(new URL('./run.ts', import.meta.url), jobs, {
    onDone: (done, total) => onProgress?.(`compound: ${done} of ${total} accounts of ${scale.days} days`),
  });
  const outcomes: Outcomes = new Map(
    removals.map((removed) => [removed, found.filter((_, i) => jobs[i]?.removed === removed)]),
  );
  return measuresOf(outcomes, { seed, days: scale.days });
}

/** All figures of these accounts. */
export function measuresOf(
  outcomes: Outcomes,
  { seed, days }: { readonly seed: number; readonly days: number },
): readonly Measure[] {
  const whole = outcomes.get('nothing') ?? [];
  const taken = removals.filter((removed) => removed !== 'nothing' && outcomes.has(removed));
  return [
    { name: 'winners', labels: {}, ...meanFigure(whole.map(({ winners }) => winners)), unit: 'an account' },
    {
      name: 'models',
      labels: {},
      ...meanFigure(whole.map(({ models }) => models)),
      unit: 'taken into use, an account',
    },
    ...taken.flatMap((removed) => [...changes(removed, outcomes, days), equalLoss(removed, outcomes, { seed, days })]),
    ...curves(whole, days),
    ...bandMeasures(whole),
  ];
}

export const compound: Evaluation = {
  name: 'compound',
  description: 'What each loop is worth by taking it out, and whether the program beats one that stopped learning',
  run,
};
