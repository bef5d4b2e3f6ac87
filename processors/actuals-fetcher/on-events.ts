/** Predictions are followed, and what the stream says of their ads is counted for them by differences. */
import type { AccuracyPolicy } from '../../policy/accuracy.ts';
import type { AdMetrics, PredictionMade } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { contextName } from '../snapshots/ads.ts';
import { dayOf, entered } from '../snapshots/book.ts';
import { adName, bookName, partOf, type AccountState, type AdPart, type Followed, type Part } from './state.ts';

export interface Taken {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part>;
}

/** Follows a prediction; said again, it changes nothing. */
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
    known_ms: at_ms,
    revision: -1,
    told: { impressions: 0, clicks: 0 },
  };
  const due = { ad_id, prediction_id, at_ms: matures_ms + maturity_hours * hour_ms };
  return {
    state: { ...state, due: [...state.due, due] },
    parts: new Map([[adName(ad_id), { ...known, followed: [...known.followed, followed] }]]),
  };
}

/** Counts a snapshot for the predictions whose horizon its window begins in; null where it is of none. */
export function takeMetrics(state: AccountState, event: AdMetrics, parts: ReadonlyMap<string, Part>): Taken | null {
  const { ad_id, window_start_ms: start_ms, as_of_ms } = event;
  const name = adName(ad_id);
  const ad = partOf(parts, name, 'ad');
  if (ad === undefined || !ad.followed.some((one) => isIn(one, start_ms))) return null;
  const context = contextName(event.context);
  const day = dayOf(start_ms);
  const book_name = bookName(ad_id, day, context);
  const now = [event.impressions, event.link_clicks] as const;
  const taken = entered(partOf(parts, book_name, 'book')?.rows ?? [], event, now);
  if (taken === null) return null;
  const counted: Counted = { now, differences: taken.differences, first: taken.before_ms === null, as_of_ms };
  const followed = ad.followed.map((one) => (isIn(one, start_ms) ? withWindow(one, counted) : one));
  const known = ad.books.some((book) => book.day === day && book.context === context);
  const part: AdPart = { ...ad, followed, books: known ? ad.books : [...ad.books, { day, context }] };
  const late = ad.followed.some((one) => one.revision >= 0 && isIn(one, start_ms));
  const restated = late && taken.differences.some((difference) => difference !== 0);
  return {
    state: restated && !state.restated.includes(ad_id) ? { ...state, restated: [...state.restated, ad_id] } : state,
    parts: new Map<string, Part>([
      [name, part],
      [book_name, { kind: 'book', rows: taken.rows }],
    ]),
  };
}

/** Whether a window begins after the prediction and within its horizon. */
const isIn = ({ prediction: { at_ms, matures_ms } }: Followed, start_ms: number): boolean =>
  start_ms >= at_ms && start_ms < matures_ms;

interface Counted {
  /** Impressions and clicks of the window. */
  readonly now: readonly [number, number];
  readonly differences: readonly number[];
  readonly first: boolean;
  readonly as_of_ms: number;
}

const squareOf = (impressions: number, clicks: number): number =>
  impressions > 0 ? (clicks * clicks) / impressions : 0;

function withWindow(followed: Followed, { now, differences, first, as_of_ms }: Counted): Followed {
  const [impressions, clicks] = now;
  const [more_impressions = 0, more_clicks = 0] = differences;
  const before = squareOf(impressions - more_impressions, clicks - more_clicks);
  return {
    ...followed,
    impressions: followed.impressions + more_impressions,
    clicks: followed.clicks + more_clicks,
    windows: followed.windows + (first ? 1 : 0),
    squares: followed.squares + squareOf(impressions, clicks) - before,
    known_ms: Math.max(followed.known_ms, as_of_ms),
  };
}
