/** What an experiment could show, before it is declared. */
import { generator } from '../../learning/numeric.ts';
import { threshold } from '../../learning/evidence/e-bh.ts';
import {
  daysToFind,
  most_days,
  quantile,
  smallestLift,
  successesOfOneLook,
  type Plan,
} from '../../learning/evidence/plan.ts';
import type { EvidencePolicy } from '../../policy/evidence.ts';
import { ruleOf } from './evidence/on-declared.ts';

export interface Question {
  readonly design: 'randomised' | 'parallel';
  readonly primary_metric: 'link_ctr' | 'cvr';
  /** Rate that is expected of the metric, fraction. */
  readonly rate: number;
  readonly ads: number;
  /** Impressions of each ad in a day, or link clicks where the metric is of clicks. */
  readonly trials_per_day: number;
  readonly days: number;
  /** Relative lift that is hoped for. */
  readonly lift: number;
}

export interface Outlook {
  /** Least relative lift that nine in ten experiments find within the days; Infinity for none. */
  readonly smallest_lift: number;
  /** Days within which half, and nine in ten, find the lift that is hoped for; Infinity beyond `most_days`. */
  readonly days_of_half: number;
  readonly days_of_most: number;
  /** Days of a z-test that is looked at once, at its end, and at nothing else. */
  readonly days_of_one_look: number;
  readonly successes_of_one_look: number;
}

const half = 0.5;
const most = 0.9;
const runs = 200;
const seed = 1;
const hours_per_day = 24;

/** Answers by running the rule that a declaration would get on drawn experiments; takes a second or two. */
export function outlookOf(question: Question, policy: EvidencePolicy): Outlook {
  const { lift, rate, trials_per_day, days } = question;
  const plan = planOf(question, policy);
  const found = daysToFind(plan, lift, most_days, runs, generator(seed));
  const successes = successesOfOneLook(lift);
  return {
    smallest_lift: smallestLift(plan, { days, power: most, runs }, () => generator(seed)),
    days_of_half: quantile(found, half),
    days_of_most: quantile(found, most),
    days_of_one_look: successes / (trials_per_day * rate),
    successes_of_one_look: successes,
  };
}

function planOf({ design, primary_metric, rate, ads, trials_per_day }: Question, policy: EvidencePolicy): Plan {
  const declaration = {
    design,
    provenance: 'live',
    primary_metric,
    guardrail_metrics: [],
    expected_rate: rate,
    arms: new Array<null>(ads).fill(null),
  } as const;
  const rule = ruleOf(declaration, policy);
  return {
    rule,
    maturity_hours: rule.maturity_hours,
    rate,
    trials_per_hour: trials_per_day / hours_per_day,
    needed: threshold(policy.planned_experiments, policy.alpha, 1),
    min_blocks: policy.min_blocks,
    // An ad with so many clicks had more impressions than that.
    min_impressions: primary_metric === 'link_ctr' ? policy.min_impressions_per_arm : 0,
  };
}
