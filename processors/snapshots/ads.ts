/** Which days and breakdowns of an ad have a book, and how long its windows are. */
import { dayOf, grainOf, type Window } from './book.ts';

/** An ad that sent metrics. */
export interface AdEntry {
  readonly ad_id: string;
  /** Length of its windows: hours for windows up to six hours, else whole days counted as 24. 0 before any data. */
  readonly grain_hours: number;
  /** First and last day with a book, days since the epoch; null before any data. */
  readonly days: { readonly first: number; readonly last: number } | null;
  /** Breakdowns that it has books for. */
  readonly contexts: readonly string[];
}

/** A breakdown as one text, its dimensions in byte order; empty where there is none. */
export function contextName(context: { readonly [dimension: string]: string }): string {
  const dimensions = Object.keys(context);
  if (dimensions.length === 0) return '';
  return dimensions
    .sort()
    .map((dimension) => `${dimension}=${context[dimension] ?? ''}`)
    .join(',');
}

/**
 * The list with an ad's new window in it; the same list where nothing is new. Throws where its windows have had another
 * length: they would overlap.
 */
export function withWindow(
  ads: readonly AdEntry[],
  event: Window & { readonly ad_id: string },
  context: string,
): readonly AdEntry[] {
  const grain_hours = grainOf(event);
  const day = dayOf(event.window_start_ms);
  const known = ads.find((ad) => ad.ad_id === event.ad_id);
  if (known === undefined || known.days === null) {
    const entry = { ad_id: event.ad_id, grain_hours, days: { first: day, last: day }, contexts: [context] };
    return [...ads.filter((ad) => ad !== known), entry];
  }
  if (known.grain_hours !== grain_hours)
    throw new Error(
      `window_end_ms ${event.window_end_ms} makes a window of ${grain_hours} h, but ad ${event.ad_id} reports windows of ` +
        `${known.grain_hours} h: they would overlap and count twice; send one length of window for an ad`,
    );
  const { first, last } = known.days;
  const newContext = !known.contexts.includes(context);
  if (day >= first && day <= last && !newContext) return ads;
  const entry: AdEntry = {
    ...known,
    days: { first: Math.min(first, day), last: Math.max(last, day) },
    contexts: newContext ? [...known.contexts, context] : known.contexts,
  };
  return ads.map((ad) => (ad === known ? entry : ad));
}

/** Marks the books of days before `oldest` as deletions in `gone`; returns the ads without them. */
export function withoutOldDays(
  ads: readonly AdEntry[],
  oldest: number,
  bookName: (ad_id: string, day: number, context: string) => string,
  gone: Map<string, null>,
): readonly AdEntry[] {
  if (!ads.some(({ days }) => days !== null && days.first < oldest)) return ads;
  return ads.map((ad) => {
    if (ad.days === null || ad.days.first >= oldest) return ad;
    const { first, last } = ad.days;
    for (let day = first; day <= Math.min(last, oldest - 1); day++)
      for (const context of ad.contexts) gone.set(bookName(ad.ad_id, day, context), null);
    return last < oldest ? { ...ad, days: null, contexts: [] } : { ...ad, days: { first: oldest, last } };
  });
}
