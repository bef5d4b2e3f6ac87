/** Runs accounts of a world through the fetcher's own judgement, beside the seed's rule. Served on worker threads. */
import { defaultPolicy } from '../../policy/document.ts';
import type { Policy } from '../../policy/policy.ts';
import { judged } from '../../processors/actuals-fetcher/judge.ts';
import { countDue, scoredRows, type Tick } from '../../processors/actuals-fetcher/on-tick.ts';
import {
  adName,
  initialAccount,
  type AccountState,
  type Followed,
  type Part,
} from '../../processors/actuals-fetcher/state.ts';
import { day_ms } from '../../schemas/values.ts';
import { DriftAccount, first_ms, type DriftWorld } from './drift-world.ts';
import { serveJobs } from './pool.ts';

/**
 * What tells that predictions went wrong: Page–Hinkley on standardised errors; accuracy whose interval lies below the
 * threshold; and the seed's rule, agreement below 80 % whatever it could be.
 */
export const drift_rules = ['page_hinkley', 'accuracy', 'fixed_80'] as const;
export type DriftRule = (typeof drift_rules)[number];

export interface DriftJob {
  readonly world: DriftWorld;
  readonly ads: number;
  readonly stable_days: number;
  /** Days after the drift began, 0 in stable worlds. */
  readonly drifting_days: number;
  readonly seed: number;
  readonly first_run: number;
  readonly runs: number;
  readonly policy?: Partial<Policy['accuracy']>;
}

/** Alarms by rule; a rule is not asked again for as many days as a new model is waited for. */
export interface RuleOutcome {
  /** Alarms in stable days after the first ones, in which no rule may speak yet. */
  readonly false_alarms: number;
  /** Days in which it could have spoken. */
  readonly windows: number;
  /** Days from each run's drift to its first alarm; null where none came. */
  readonly delays: readonly (number | null)[];
}

export type DriftOutcome = Readonly<Record<DriftRule, RuleOutcome>>;

/** Days before any rule speaks. */
const warm_up_days = 30;

class Tally {
  false_alarms = 0;
  windows = 0;
  readonly delays: (number | null)[] = [];
  #quiet_until = 0;
  #found: number | null = null;

  begin(): void {
    this.#quiet_until = 0;
    this.#found = null;
  }

  /** @param since days since the drift began, negative before */
  see(day: number, since: number, alarm: boolean, cooldown_days: number): void {
    if (day < warm_up_days) return;
    if (since < 0) this.windows++;
    if (since >= 0 && this.#found !== null) return;
    // A rule that cries all the time finds nothing: what it cried before the drift keeps it quiet for a while.
    if (!alarm || day < this.#quiet_until) return;
    this.#quiet_until = day + cooldown_days;
    if (since < 0) this.false_alarms++;
    else this.#found = since + 1;
  }

  end(): void {
    this.delays.push(this.#found);
  }
}

export function driftRuns(job: DriftJob): DriftOutcome {
  const policy: Policy = { ...defaultPolicy, accuracy: { ...defaultPolicy.accuracy, ...job.policy } };
  const tallies = { page_hinkley: new Tally(), accuracy: new Tally(), fixed_80: new Tally() };
  for (let run = job.first_run; run < job.first_run + job.runs; run++) {
    for (const rule of drift_rules) tallies[rule].begin();
    const account = new DriftAccount({ ...job, seed: job.seed * 1_000_003 + run });
    const fetcher = new Fetcher(policy);
    for (let day = 0; day < job.stable_days + job.drifting_days; day++) {
      const alarms = fetcher.pass(day, account.next());
      for (const rule of drift_rules)
        tallies[rule].see(day, day - job.stable_days, alarms[rule], policy.accuracy.retrain_cooldown_days);
    }
    for (const rule of drift_rules) tallies[rule].end();
  }
  const outcome = ({ false_alarms, windows, delays }: Tally): RuleOutcome => ({ false_alarms, windows, delays });
  return {
    page_hinkley: outcome(tallies.page_hinkley),
    accuracy: outcome(tallies.accuracy),
    fixed_80: outcome(tallies.fixed_80),
  };
}

/** The account's state as the fetcher keeps it, with days that mature at midnight. */
class Fetcher {
  readonly #policy: Policy;
  #state: AccountState = initialAccount();
  readonly #parts = new Map<string, Part>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  pass(day: number, matured: readonly Followed[]): Readonly<Record<DriftRule, boolean>> {
    const tick: Tick = { account_id: 'simulated', now_ms: first_ms + (day + 1) * day_ms, policy: this.#policy };
    for (const one of matured) {
      const { prediction_id } = one.prediction;
      this.#parts.set(adName(prediction_id), { kind: 'ad', followed: [one], books: [] });
    }
    const due = matured.map(({ prediction: { prediction_id } }) => ({
      ad_id: prediction_id,
      prediction_id,
      at_ms: tick.now_ms,
    }));
    const counted = countDue({ ...this.#state, due }, this.#parts, tick, false);
    const { state, measured, drifted } = judged(counted.state, scoredRows(this.#parts, counted.parts), tick);
    this.#state = state;
    // Nothing is restated here: an ad that was counted is done with.
    this.#parts.clear();
    for (const [name, part] of counted.parts) if (part?.kind === 'scored') this.#parts.set(name, part);
    const [cold] = measured;
    return {
      page_hinkley: drifted !== null,
      accuracy: cold?.status === 'poor',
      fixed_80: cold !== undefined && (cold.agreement ?? 1) < 0.8,
    };
  }
}

serveJobs(driftRuns);
