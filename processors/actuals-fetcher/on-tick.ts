/** The end of an hour: what has matured is told, what was restated is told again, and once a day errors are judged. */
import type { ActualsFetched, ActualsRequested } from '../../schemas/index.ts';
import type { Policy } from '../../policy/policy.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { dispersionOf, withChiSquared } from '../../learning/accuracy/dispersion.ts';
import { coverageOf } from './coverage.ts';
import { partOf } from '../parts.ts';
import {
  adName,
  bookName,
  scoredName,
  stages,
  type AccountState,
  type AdPart,
  type Due,
  type Followed,
  type Part,
  type ScoredRow,
} from './state.ts';

/** Platforms restate for 28 days. */
const restated_ms = 28 * day_ms;
/** Rows of one age that are kept. */
const most_rows = 600;

export interface Tick {
  readonly account_id: string;
  /** End of the hour, UTC epoch milliseconds. */
  readonly now_ms: number;
  readonly policy: Policy;
}

export interface Counted {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part | null>;
  readonly actuals: readonly ActualsFetched[];
  /** What the platform is asked for, because the stream left it out. */
  readonly requests: readonly ActualsRequested[];
}

/** Counts what is due, and `restated` what was told before and has changed since. */
export function countDue(
  before: AccountState,
  parts: ReadonlyMap<string, Part>,
  tick: Tick,
  restated: boolean,
): Counted {
  const work = new Work(before, parts, tick);
  for (const due of before.due) if (due.at_ms <= tick.now_ms) work.take(due);
  if (restated) work.restated();
  return work.done();
}

/** One tick's work on parts that several steps may change. */
class Work {
  readonly #parts: Map<string, Part>;
  readonly #changed = new Map<string, Part | null>();
  readonly #tick: Tick;
  readonly #actuals: ActualsFetched[] = [];
  readonly #requests: ActualsRequested[] = [];
  #state: AccountState;

  constructor(state: AccountState, parts: ReadonlyMap<string, Part>, tick: Tick) {
    this.#parts = new Map(parts);
    this.#tick = tick;
    const due = state.due.filter(({ at_ms }) => at_ms > tick.now_ms);
    this.#state = due.length === state.due.length ? state : { ...state, due };
  }

  take({ ad_id, prediction_id }: Due): void {
    const ad = partOf(this.#parts, adName(ad_id), 'ad');
    if (ad === undefined) return;
    if (prediction_id === null) this.#forget(ad_id, ad);
    else if (!this.#waits(ad_id, ad, prediction_id)) {
      const forget_ms = this.#tick.now_ms + restated_ms;
      this.#state = {
        ...this.#state,
        // Once for each ad: the last of its predictions counts.
        due: [
          ...this.#state.due.filter((one) => one.ad_id !== ad_id || one.prediction_id !== null),
          { ad_id, prediction_id: null, at_ms: forget_ms },
        ],
      };
      this.#tell(ad_id, ad, ({ prediction }) => prediction.prediction_id === prediction_id);
    }
  }

  /** Tells again what was told of ads that were restated since. */
  restated(): void {
    const { restated } = this.#state;
    if (restated.length === 0) return;
    for (const ad_id of restated) {
      const ad = partOf(this.#parts, adName(ad_id), 'ad');
      if (ad !== undefined) this.#tell(ad_id, ad, isRestated);
    }
    this.#state = { ...this.#state, restated: [] };
  }

  done(): Counted {
    return { state: this.#state, parts: this.#changed, actuals: this.#actuals, requests: this.#requests };
  }

  /** Asks the platform for what the stream left out of a horizon; true while its answer may still come. */
  #waits(ad_id: string, ad: AdPart, prediction_id: string): boolean {
    const { now_ms, account_id, policy } = this.#tick;
    const { ask_platform, covered_share, answer_hours } = policy.accuracy;
    const one = ad.followed.find(({ prediction }) => prediction.prediction_id === prediction_id);
    if (!ask_platform || one === undefined || one.answered) return false;
    if (one.asked_ms !== null && now_ms >= one.asked_ms + answer_hours * hour_ms) return false;
    const { hours, missing, from_ms, to_ms } = coverageOf(one.covered, one.prediction);
    if (missing <= (1 - covered_share) * hours) return false;
    this.#state = { ...this.#state, due: [...this.#state.due, { ad_id, prediction_id, at_ms: now_ms + hour_ms }] };
    if (one.asked_ms !== null) return true;
    const request_id = `${prediction_id}/${now_ms}`;
    const asked = { account_id, request_id, ad_id, prediction_id, from_ms, to_ms, missing_hours: missing };
    this.#requests.push({ ...asked, reason: 'uncovered', at_ms: now_ms, policy_version: policy.version });
    const followed = ad.followed.map((each) => (each === one ? { ...one, asked_ms: now_ms } : each));
    this.#set(adName(ad_id), { ...ad, followed });
    return true;
  }

  /** Tells what came of the predictions of an ad that are chosen; those without a window have no actuals. */
  #tell(ad_id: string, ad: AdPart, chosen: (followed: Followed) => boolean): void {
    const followed = ad.followed.map((one) => {
      if (!chosen(one) || one.windows === 0) return one;
      const told = { impressions: one.impressions, clicks: one.clicks };
      const next = { ...one, told, revision: one.revision + 1 };
      this.#actuals.push(this.#actualsOf(ad_id, next));
      if (next.revision === 0) this.#learn(next);
      this.#score(next);
      return next;
    });
    this.#set(adName(ad_id), { ...ad, followed });
  }

  #actualsOf(ad_id: string, followed: Followed): ActualsFetched {
    const { prediction, impressions, clicks, revision, known_ms, from_platform } = followed;
    const { at_ms: predicted_ms, matures_ms: _, ...predicted } = prediction;
    return {
      account_id: this.#tick.account_id,
      ad_id,
      ...predicted,
      revision,
      impressions,
      clicks,
      source: from_platform ? 'platform' : 'stream',
      predicted_ms,
      known_ms,
      at_ms: this.#tick.now_ms,
    };
  }

  /** Its scatter over hours, and its error among those of today. */
  #learn({ prediction, impressions, clicks, windows, squares }: Followed): void {
    const { dispersion, today } = this.#state;
    const expected = impressions * prediction.rate;
    const variance = expected * dispersionOf(dispersion) + expected * expected * prediction.log_sd ** 2;
    this.#state = {
      ...this.#state,
      dispersion: withChiSquared(dispersion, { impressions, clicks, windows, squares }),
      today: { error: today.error + clicks - expected, variance: today.variance + variance },
    };
  }

  #score({ prediction: { prediction_id, stage, rate, baseline_rate }, impressions, clicks }: Followed): void {
    const name = scoredName(stage);
    const rows = partOf(this.#parts, name, 'scored')?.rows ?? [];
    const row: ScoredRow = {
      prediction_id,
      day: Math.floor(this.#tick.now_ms / day_ms),
      impressions,
      clicks,
      rate,
      baseline_rate,
    };
    const at = rows.findIndex((one) => one.prediction_id === prediction_id);
    const next =
      at < 0 ? [...rows, row].slice(-most_rows) : rows.map((one, i) => (i === at ? { ...row, day: one.day } : one));
    this.#set(name, { kind: 'scored', rows: next });
  }

  /** Forgets an ad whose predictions can no longer be restated. */
  #forget(ad_id: string, ad: AdPart): void {
    const last_ms = Math.max(...ad.followed.map(({ prediction }) => prediction.matures_ms));
    if (last_ms + restated_ms > this.#tick.now_ms) return;
    this.#changed.set(adName(ad_id), null);
    this.#parts.delete(adName(ad_id));
    for (const { day, context } of ad.books) this.#changed.set(bookName(ad_id, day, context), null);
  }

  #set(name: string, part: Part): void {
    this.#parts.set(name, part);
    this.#changed.set(name, part);
  }
}

/** Whether its counts are no longer those that were told. */
const isRestated = ({ revision, told, impressions, clicks }: Followed): boolean =>
  revision >= 0 && (told.impressions !== impressions || told.clicks !== clicks);

/** What is kept of all ages, with what this tick changed. */
export const scoredRows = (
  parts: ReadonlyMap<string, Part>,
  changed: ReadonlyMap<string, Part | null>,
): ReadonlyMap<(typeof stages)[number], readonly ScoredRow[]> =>
  new Map(
    stages.map((stage) => {
      const name = scoredName(stage);
      const part = changed.get(name) ?? parts.get(name);
      return [stage, part?.kind === 'scored' ? part.rows : []] as const;
    }),
  );
