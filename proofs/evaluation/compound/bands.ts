/** Whether what accounts are told of their improvement holds: how often bands cover, and when it is too early to say. */
import { clopperPearson } from '../../../learning/numeric.ts';
import type { Measure } from '../../measures.ts';
import { bootstrapped, mean } from './figures.ts';
import type { CompoundOutcome, Told } from './run.ts';

/** Days ahead that bands are held against. */
const horizon_days = 30;
/** Days between two that are asked; those of one account resemble each other. */
const every_days = 10;
/** Days before and after over which a true level is the mean: one day has few ads. */
const around_days = 7;
/** A horizon may be this many times as long as the history. */
const most_ahead = 2;

/** Whether each band of an account held the true level 30 days later; those whose month is not over are left out. */
export function held({ told, gains }: Pick<CompoundOutcome, 'told' | 'gains'>): readonly boolean[] {
  const last = Math.max(...gains.map(({ day }) => day));
  return told.flatMap(({ day, points }) => {
    const at = day + horizon_days;
    const point = points.find((one) => one.horizon_days === horizon_days);
    if (day % every_days !== 0 || at + around_days > last) return [];
    if (point === undefined || point.low === null || point.high === null) return [];
    const truth = mean(gains.filter((one) => Math.abs(one.day - at) <= around_days).map(({ gain }) => gain));
    return [point.low <= truth && truth <= point.high];
  });
}

/** Whether each point that is too far ahead for its history, or had better be, is answered so. */
const tooEarly = (told: readonly Told[]): readonly boolean[] =>
  told.flatMap(({ history_days, points }) =>
    points
      .filter((point) => point.horizon_days > most_ahead * history_days)
      .map(({ status, gain, low, high }) => status === 'too_early' && gain === null && low === null && high === null),
  );

const share = (values: readonly boolean[]): number => mean(values.map(Number));

export function bandMeasures(whole: readonly CompoundOutcome[]): readonly Measure[] {
  const bands = whole.map(held);
  const early = whole.flatMap(({ told }) => tooEarly(told));
  const answered = early.filter(Boolean).length;
  const asked = bands.flat().length;
  return [
    ...(asked === 0
      ? []
      : [
          {
            name: 'band_coverage',
            labels: { band: '80 %', horizon_days: String(horizon_days) },
            ...bootstrapped(bands.length, 1, (drawn) => share(drawn.flatMap((i) => bands[i] ?? []))),
            n: asked,
            unit: 'share of bands that held the true level; .7 to .9 is wanted',
          },
        ]),
    {
      name: 'too_early',
      labels: { horizon: 'over twice the history' },
      value: answered / Math.max(1, early.length),
      ...clopperPearson(answered, early.length),
      n: early.length,
      unit: 'share answered with too early',
      target: 1,
    },
  ];
}
