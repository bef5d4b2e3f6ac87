/**
 * Winners of an account, their days before and after, and what promotions do to them. A winner is chosen because it
 * looked good, so that the days before flatter it; a random part is held out; of the rest most are promoted, some late.
 */
import { comparedOf, spansOf, type Compared, type PromotionDay } from '../../learning/promotion/change.ts';
import type { Change } from '../../learning/promotion/difference.ts';
import { normal, poisson, type Random } from '../../learning/numeric.ts';
import { defaultPromotionPolicy } from '../../policy/promotion.ts';

export interface World {
  readonly winners: number;
  readonly holdout_share: number;
  /** Log change of results that a promotion makes in the mean, and its standard deviation between winners. */
  readonly effect: number;
  readonly effect_sd: number;
  /** Results of a winner in a day, in the mean. */
  readonly results_per_day: number;
  /** Share of those to be promoted that are. */
  readonly applied_share: number;
}

/** A promotion raises the daily budget by a fifth. */
const budget_step = Math.log(1.2);
const cost_minor = 60;
/** Standard deviations of logs: of true advantages over rivals, of days, of what becomes of an ad in a month. */
const [advantage_sd, daily_sd, drift_sd] = [0.2, 0.15, 0.1];
/** Change of the whole account from before to after: a season. */
const season = -0.15;
/** Days of the test that a winner is chosen by, which are those before. */
const test_days = defaultPromotionPolicy.before_days;
/** Observed log advantage that is announced. */
const announced_from = 0.15;
const announced_day = 1_000;

interface Drawn {
  readonly days: readonly PromotionDay[];
  readonly true_effect: number;
}

function dayOf(day: number, log_rate: number, log_spend: number, random: Random): PromotionDay {
  const mean = Math.exp(log_rate + daily_sd * normal(random) - daily_sd ** 2 / 2);
  return { day, results: poisson(mean, random), spend_minor: Math.round(Math.exp(log_spend)) };
}

/** Days of one winner: test periods are drawn until one is announced. */
function winnerOf(world: World, starts_on: number | null, random: Random): Drawn {
  const { before, after } = spansOf(announced_day, defaultPromotionPolicy);
  const spend = Math.log(world.results_per_day * cost_minor);
  for (;;) {
    const base = Math.log(world.results_per_day) + advantage_sd * normal(random);
    const days: PromotionDay[] = [];
    for (let day = before.first_day; day <= before.last_day; day++) days.push(dayOf(day, base, spend, random));
    const total = days.reduce((sum, { results }) => sum + results, 0);
    if (Math.log((total + 0.5) / test_days / world.results_per_day) < announced_from) continue;
    const true_effect = world.effect + world.effect_sd * normal(random);
    const later = base + season + drift_sd * normal(random);
    for (let day = after.first_day; day <= after.last_day; day++) {
      const promoted = starts_on !== null && day >= starts_on;
      days.push(dayOf(day, later + (promoted ? true_effect : 0), spend + (promoted ? budget_step : 0), random));
    }
    return { days, true_effect };
  }
}

export interface Account {
  readonly drawn: readonly Change[];
  readonly held_out: readonly Change[];
  /** Changes of the drawn before anything is compared, and what each promotion truly did. */
  readonly true_effects: readonly number[];
}

const compared = ({ days }: Drawn): Compared => {
  const found = comparedOf(
    days,
    spansOf(announced_day, defaultPromotionPolicy),
    defaultPromotionPolicy.delivered_share,
  );
  if (found === null) throw new Error('a simulated winner is delivered on every day');
  return found;
};

/** One account with its winners, as the group would compare them. */
export function accountOf(world: World, random: Random): Account {
  const { after } = spansOf(announced_day, defaultPromotionPolicy);
  const drawn: Change[] = [];
  const held_out: Change[] = [];
  const true_effects: number[] = [];
  for (let i = 0; i < world.winners; i++) {
    const held = random() < world.holdout_share;
    const applied = !held && random() < world.applied_share;
    const starts_on = applied ? after.first_day + Math.floor(3 * random()) : null;
    const winner = winnerOf(world, starts_on, random);
    const days = after.last_day - after.first_day + 1;
    const dose = starts_on === null ? 0 : (after.last_day - starts_on + 1) / days;
    (held ? held_out : drawn).push({ change: compared(winner).results, dose });
    if (!held) true_effects.push(applied ? winner.true_effect : 0);
  }
  return { drawn, held_out, true_effects };
}
