/** Predictions are followed, and what the stream says of their ads is counted for them by differences. */
import type { AccuracyPolicy } from '../../policy/accuracy.ts';
import type { ActualsReturned, AdMetrics, PredictionMade } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { contextName } from '../snapshots/ads.ts';
import { dayOf, entered, type Window } from '../snapshots/book.ts';
import { isMissing, withHours, type Horizon, type Span } from './coverage.ts';
import { partOf } from '../parts.ts';
import { adName, bookName, type AccountState, type AdPart, type Followed, type Part } from './state.ts';

export interface Taken {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part>;
}

/**
 * Follows a prediction; said again, it changes nothing. One that was made anew at the same age, before anything came of
 * the first, takes its place: both would be held against the same impressions, and count twice.
 */
export function takePrediction(
  state: AccountState,
  event: PredictionMade,
  parts: ReadonlyMap<string, Part>,
  { maturity_hours }: AccuracyPolicy,
): Taken | null {
  const { ad_id, prediction_id, stage, rate, rate_low, rate_high, log_sd, matures_ms, at_ms } = event;
  const { raw_rate, control_rate, baseline_rate, experts } = event;
  const known = partOf(parts, adName(ad_id), 'ad') ?? { kind: 'ad', followed: [], books: [] };
  if (known.followed.some(({ prediction }) => prediction.prediction_id === prediction_id)) return null;
  const rates = { rate, rate_low, rate_high, log_sd, raw_rate, control_rate, baseline_rate, experts };
  const followed: Followed = {
    prediction: { prediction_id, stage, ...rates, matures_ms, at_ms },
    impressions: 0,
    clicks: 0,
    windows: 0,
    squares: 0,
    covered: [],
    from_platform: false,
    asked_ms: null,
    answered: false,
    known_ms: at_ms,
    revision: -1,
    told: { impressions: 0, clicks: 0 },
  };
  const due = { ad_id, prediction_id, at_ms: matures_ms + maturity_hours * hour_ms };
  const isReplaced = (one: Followed): boolean =>
    one.prediction.stage === stage && one.impressions === 0 && one.revision < 0;
  const replaced = new Set(known.followed.filter(isReplaced).map(({ prediction }) => prediction.prediction_id));
  const isOpen = (one: AccountState['due'][number]): boolean =>
    one.ad_id !== ad_id || one.prediction_id === null || !replaced.has(one.prediction_id);
  return {
    state: { ...state, due: [...state.due.filter(isOpen), due] },
    parts: new Map([
      [adName(ad_id), { ...known, followed: [...known.followed.filter((one) => !isReplaced(one)), followed] }],
    ]),
  };
}

/** Counts a snapshot for the predictions whose horizon its window begins in; null where it is of none. */
export function takeMetrics(state: AccountState, event: AdMetrics, parts: ReadonlyMap<string, Part>): Taken | null {
  const windows = [{ ...event, context: contextName(event.context) }];
  return taken(state, { ad_id: event.ad_id, windows, source: 'stream' }, parts);
}

/** Counts what the platform was asked for, where nothing was counted yet, and notes that it answered. */
export function takeReturned(
  state: AccountState,
  { ad_id, prediction_id, windows }: ActualsReturned,
  parts: ReadonlyMap<string, Part>,
): Taken | null {
  const name = adName(ad_id);
  const ad = partOf(parts, name, 'ad');
  if (ad === undefined) return null;
  const followed = ad.followed.map((one) =>
    one.prediction.prediction_id === prediction_id ? { ...one, answered: true } : one,
  );
  const noted = new Map<string, Part>([[name, { ...ad, followed }]]);
  const reported = { ad_id, windows: windows.map((one) => ({ ...one, context: '' })), source: 'platform' } as const;
  const counted = taken(state, reported, new Map([...parts, ...noted]));
  return counted ?? { state, parts: noted };
}

interface Snapshot extends Window {
  readonly impressions: number;
  readonly link_clicks: number;
  readonly context: string;
}

interface Reported {
  readonly ad_id: string;
  readonly windows: readonly Snapshot[];
  readonly source: 'stream' | 'platform';
}

/** Counts windows of one ad, in their order; null where none counts for anything. */
function taken(
  state: AccountState,
  { ad_id, windows, source }: Reported,
  parts: ReadonlyMap<string, Part>,
): Taken | null {
  const name = adName(ad_id);
  const changed = new Map<string, Part>();
  let ad = partOf(parts, name, 'ad');
  let restated = false;
  for (const snapshot of windows) {
    if (ad === undefined || !ad.followed.some(({ prediction }) => isIn(prediction, snapshot))) continue;
    const day = dayOf(snapshot.window_start_ms);
    const book_name = bookName(ad_id, day, snapshot.context);
    const book = partOf(changed, book_name, 'book') ?? partOf(parts, book_name, 'book');
    const counted = withSnapshot(ad, book?.rows ?? [], snapshot, source);
    if (counted === null) continue;
    const known = ad.books.some((one) => one.day === day && one.context === snapshot.context);
    ad = { ...ad, ...counted.ad, books: known ? ad.books : [...ad.books, { day, context: snapshot.context }] };
    changed.set(name, ad);
    changed.set(book_name, { kind: 'book', rows: counted.rows });
    restated ||= counted.restated;
  }
  if (changed.size === 0) return null;
  const told = !restated || state.restated.includes(ad_id);
  return { state: told ? state : { ...state, restated: [...state.restated, ad_id] }, parts: changed };
}

/** Whether a window begins after the prediction and within its horizon. */
const isIn = ({ at_ms, matures_ms }: Horizon, { window_start_ms }: Span): boolean =>
  window_start_ms >= at_ms && window_start_ms < matures_ms;

interface Counted {
  readonly ad: Pick<AdPart, 'followed'>;
  readonly rows: readonly number[];
  /** Whether it changes what was told already. */
  readonly restated: boolean;
}

/**
 * A window in the book and in the counts of the predictions that it is within. One that a prediction has nothing of is
 * counted whole; one that it has, by its difference; and what was asked for is not counted for hours that the stream
 * covers in another breakdown or length. Null where it changes nothing.
 */
function withSnapshot(
  { followed }: AdPart,
  book: readonly number[],
  snapshot: Snapshot,
  source: Reported['source'],
): Counted | null {
  const now = [snapshot.impressions, snapshot.link_clicks] as const;
  const into = entered(book, snapshot, now);
  const first = into !== null && into.before_ms === null;
  let restated = false;
  let counted = false;
  const next = followed.map((one) => {
    if (!isIn(one.prediction, snapshot)) return one;
    const missing = isMissing(one.covered, one.prediction, snapshot);
    const whole = missing || (first && source === 'stream');
    if (source === 'stream' ? into === null : !missing && (into === null || first)) return one;
    const more = whole ? now : (into?.differences ?? []);
    counted = true;
    restated ||= one.revision >= 0 && more.some((difference) => difference !== 0);
    const added = withWindow(one, { now, more, whole, as_of_ms: snapshot.as_of_ms });
    const covered = missing ? withHours(one.covered, one.prediction, snapshot) : one.covered;
    return { ...added, covered, from_platform: one.from_platform || (missing && source === 'platform') };
  });
  return counted ? { ad: { followed: next }, rows: into?.rows ?? book, restated } : null;
}

interface Added {
  /** Impressions and clicks of the window. */
  readonly now: readonly [number, number];
  /** What of them was not counted yet. */
  readonly more: readonly number[];
  /** Whether nothing of it was counted yet. */
  readonly whole: boolean;
  readonly as_of_ms: number;
}

const squareOf = (impressions: number, clicks: number): number =>
  impressions > 0 ? (clicks * clicks) / impressions : 0;

function withWindow(followed: Followed, { now, more, whole, as_of_ms }: Added): Followed {
  const [impressions, clicks] = now;
  const [more_impressions = 0, more_clicks = 0] = more;
  const before = squareOf(impressions - more_impressions, clicks - more_clicks);
  return {
    ...followed,
    impressions: followed.impressions + more_impressions,
    clicks: followed.clicks + more_clicks,
    windows: followed.windows + (whole ? 1 : 0),
    squares: followed.squares + squareOf(impressions, clicks) - before,
    known_ms: Math.max(followed.known_ms, as_of_ms),
  };
}
