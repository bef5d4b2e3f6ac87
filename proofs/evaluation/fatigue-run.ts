/** Runs accounts of a world through the monitor's own handlers, beside the seed's rule. Served on worker threads. */
import { defaultPolicy } from '../../policy/document.ts';
import type { Policy } from '../../policy/policy.ts';
import { decide } from '../../processors/fatigue-monitor/decide.ts';
import { isTired } from '../../processors/fatigue-monitor/judge.ts';
import { initialAccount, type AccountState, type Part } from '../../processors/fatigue-monitor/state.ts';
import { fatigueView } from '../../processors/fatigue-monitor/views.ts';
import type { AdFatigued, AdMetrics } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import {
  adsOf,
  days,
  FatigueAccount,
  tires_on,
  truthUntil,
  type FatigueWorld,
  type SimulatedDay,
} from './fatigue-world.ts';
import { serveJobs } from './pool.ts';

/** The loop with its default policy; and the rule of the system this one follows. */
export const fatigue_rules = ['flywheel', 'two-days-ago'] as const;
export type FatigueRule = (typeof fatigue_rules)[number];

export interface FatigueJob {
  readonly world: FatigueWorld;
  readonly impressions_per_day: number;
  readonly seed: number;
  readonly first_run: number;
  readonly runs: number;
}

export interface RuleRuns {
  /** Of each account: alarms about ads that do not tire. An alarm is a day on which an ad begins to be called tired. */
  readonly alarms: readonly number[];
  /** Days of such ads on which they were called tired, begun then or before, of all on which they were judged. */
  readonly tired_days: number;
  readonly judged_days: number;
  /** Days from each begin of a decline to the first alarm after it; null where none came. */
  readonly delays: readonly (number | null)[];
}

/** What was told of one account's ad that wears: days until the critical loss, with its interval. */
export interface Forecasts {
  /** Days on which it was called tired and had not lost so much yet. */
  readonly days: number;
  /** Of those, days on which an estimate was told, an interval with an upper end, and one that holds the truth. */
  readonly told: number;
  readonly bounded: number;
  readonly covered: number;
  /** The estimate on the day of the alarm less the truth; null where none was told. */
  readonly error_days: number | null;
}

export interface FatigueOutcome {
  readonly rules: Readonly<Record<FatigueRule, RuleRuns>>;
  /** Changes of status that were told of the tiring ad after its first alarm, of each account with one. */
  readonly changes: readonly number[];
  readonly forecasts: readonly Forecasts[];
}

/** First day of the simulation, days since the epoch. */
const first_day = 20_000;
const account_id = 'simulated';

class Tally {
  readonly alarms: number[] = [];
  tired_days = 0;
  judged_days = 0;
  readonly delays: (number | null)[] = [];
  #tired: boolean[] = [];
  #found: number | null = null;

  begin(): void {
    this.#tired = [];
    this.#found = null;
    this.alarms.push(0);
  }

  /** @param tires whether the ad does tire, which is no false alarm from its begin on */
  see(ad: number, day: number, tired: boolean, tires: boolean): void {
    const alarm = tired && this.#tired[ad] !== true;
    this.#tired[ad] = tired;
    if (tires && day >= tires_on) {
      if (alarm && this.#found === null) this.#found = day - tires_on + 1;
      return;
    }
    this.judged_days++;
    if (tired) this.tired_days++;
    if (alarm) this.alarms[this.alarms.length - 1] = (this.alarms.at(-1) ?? 0) + 1;
  }

  end(): void {
    this.delays.push(this.#found);
  }

  outcome(): RuleRuns {
    const { alarms, tired_days, judged_days, delays } = this;
    return { alarms, tired_days, judged_days, delays };
  }
}

export function fatigueRuns({ world, impressions_per_day, seed, first_run, runs }: FatigueJob): FatigueOutcome {
  const [ours, theirs] = [new Tally(), new Tally()];
  const changes: number[] = [];
  const forecasts: Forecasts[] = [];
  for (let run = first_run; run < first_run + runs; run++) {
    ours.begin();
    theirs.begin();
    const account = new FatigueAccount(world, impressions_per_day, seed * 1_000_003 + run);
    const monitor = new Monitor(defaultPolicy);
    const seen: (readonly SimulatedDay[])[] = [];
    const follow = new Follow(monitor);
    const tires = world === 'loses_30' || world === 'wears';
    for (let day = 0; day < days; day++) {
      seen.push(account.next());
      const told = monitor.pass(day, seen.at(-1) ?? []);
      for (let ad = 0; ad < adsOf(world); ad++) {
        ours.see(ad, day, monitor.isTired(ad), tires && ad === 0);
        theirs.see(ad, day, twoDaysAgo(seen, ad), tires && ad === 0);
      }
      if (tires && day >= tires_on) follow.see(day, told);
    }
    ours.end();
    theirs.end();
    if (follow.alarmed) changes.push(follow.changes);
    if (world === 'wears') forecasts.push(follow.forecasts());
  }
  return { rules: { flywheel: ours.outcome(), 'two-days-ago': theirs.outcome() }, changes, forecasts };
}

/** The rule of the system this one follows: click rate a fifth below that of two days before. */
function twoDaysAgo(seen: readonly (readonly SimulatedDay[])[], ad: number): boolean {
  const [before, , now] = seen.slice(-3).map((day) => day[ad]);
  if (before === undefined || now === undefined) return false;
  return now.clicks / now.impressions < 0.8 * (before.clicks / before.impressions);
}

const adId = (ad: number): string => `ad_${ad}`;

/** The account's state as the monitor keeps it: snapshots of a day, then the tick that ends it. */
class Monitor {
  readonly #policy: Policy;
  readonly #parts = new Map<string, Part>();
  readonly #tired = new Set<string>();
  #state: AccountState = initialAccount();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** What was told at the end of the day. */
  pass(day: number, ads: readonly SimulatedDay[]): readonly AdFatigued[] {
    ads.forEach((one, ad) => this.#take(decide['ad.metrics'](this.#state, metricsOf(ad, day, one), this.#context())));
    const tick = { hour_ms: (first_day + day + 1) * day_ms - hour_ms };
    const told = this.#take(decide['tick.hourly'](this.#state, tick, this.#context()));
    for (const { ad_id, status } of told)
      if (isTired(status)) this.#tired.add(ad_id);
      else this.#tired.delete(ad_id);
    return told;
  }

  isTired(ad: number): boolean {
    return this.#tired.has(adId(ad));
  }

  /** What people see of an ad once the day is over. */
  view(ad: number, day: number): ReturnType<typeof fatigueView>['ads'][number] | undefined {
    const at = { now_ms: (first_day + day + 1) * day_ms, policy: this.#policy };
    return fatigueView(this.#state, this.#parts, at).ads.find(({ ad_id }) => ad_id === adId(ad));
  }

  #context(): Parameters<(typeof decide)['ad.metrics']>[2] {
    // The monitor draws nothing and looks at no time but that of its events.
    const unused = { at_ms: 0, seed: 0, random: () => 0, stateKey: '' };
    return { ...unused, policy: this.#policy, key: account_id, parts: this.#parts };
  }

  #take({ state, parts, emit }: ReturnType<(typeof decide)['ad.metrics']>): readonly AdFatigued[] {
    this.#state = state ?? initialAccount();
    for (const [name, part] of parts ?? [])
      if (part === null) this.#parts.delete(name);
      else this.#parts.set(name, part);
    return (emit ?? []).map(({ value }) => value);
  }
}

function metricsOf(ad: number, day: number, { impressions, clicks, spend_minor }: SimulatedDay): AdMetrics {
  const window_start_ms = (first_day + day) * day_ms;
  const window_end_ms = window_start_ms + day_ms;
  return {
    account_id,
    campaign_id: 'campaign',
    adset_id: `set_${ad}`,
    ad_id: adId(ad),
    experiment_id: null,
    window_start_ms,
    window_end_ms,
    as_of_ms: window_end_ms,
    impressions,
    clicks,
    link_clicks: clicks,
    spend_minor,
    currency: 'USD',
    conversions: 0,
    conversion_value_minor: 0,
    reach: null,
    context: {},
  };
}

/** The ad that tires, from its first alarm on. */
class Follow {
  alarmed = false;
  changes = 0;
  readonly #monitor: Monitor;
  readonly #loss = defaultPolicy.fatigue.critical_loss;
  #days = 0;
  #told = 0;
  #bounded = 0;
  #covered = 0;
  #error: number | null = null;

  constructor(monitor: Monitor) {
    this.#monitor = monitor;
  }

  see(day: number, told: readonly AdFatigued[]): void {
    const news = told.filter(({ ad_id }) => ad_id === adId(0));
    if (this.alarmed) this.changes += news.length;
    const begins = !this.alarmed && this.#monitor.isTired(0);
    this.alarmed ||= begins;
    const truth = truthUntil(day, this.#loss);
    if (truth > 0 && this.#monitor.isTired(0)) this.#forecast(day, truth, begins);
  }

  #forecast(day: number, truth: number, begins: boolean): void {
    const view = this.#monitor.view(0, day);
    this.#days++;
    if (view === undefined || view.days_to_critical === null) return;
    const { days_to_critical: value, days_to_critical_low: low, days_to_critical_high: high } = view;
    this.#told++;
    if (high !== null) this.#bounded++;
    if ((low ?? 0) <= truth && truth <= (high ?? Infinity)) this.#covered++;
    if (begins) this.#error = value - truth;
  }

  forecasts(): Forecasts {
    return {
      days: this.#days,
      told: this.#told,
      bounded: this.#bounded,
      covered: this.#covered,
      error_days: this.#error,
    };
  }
}

serveJobs(fatigueRuns);
