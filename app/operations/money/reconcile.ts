/** Totals of the stream beside those of the platform, as it says them now: by ad and day, where they differ. */
import { readRange } from '../../../engine/read-range.ts';
import type { Insight } from '../../../ports/ad-platform/port.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { z } from 'zod';
import type { OperationsContext } from '../context.ts';
import { timeOf } from '../time-of.ts';

export const counted = [
  'impressions',
  'clicks',
  'link_clicks',
  'spend_minor',
  'conversions',
  'conversion_value_minor',
] as const;
export type Totals = Readonly<Record<(typeof counted)[number], number>>;

/** An ad's day, UTC, whose totals differ. */
export interface DayApart {
  readonly ad_id: string;
  /** `2026-03-29`. */
  readonly day: string;
  readonly stream: Totals;
  readonly platform: Totals;
}

export interface Reconciliation {
  readonly account_id: string;
  /** Windows that began from then on, and before then; UTC epoch milliseconds. */
  readonly from_ms: number;
  readonly to_ms: number;
  readonly stream: Totals;
  readonly platform: Totals;
  readonly windows: { readonly stream: number; readonly platform: number };
  /** Days of ads that were compared, and those that differ. */
  readonly days: number;
  readonly days_apart: number;
  /** The first of those, the largest difference of impressions first. */
  readonly apart: readonly DayApart[];
}

const most_apart = 500;
const no_totals: Totals = {
  impressions: 0,
  clicks: 0,
  link_clicks: 0,
  spend_minor: 0,
  conversions: 0,
  conversion_value_minor: 0,
};

const num = z.number();
const totals = z.object(Object.fromEntries(counted.map((name) => [name, num])) as Record<keyof Totals, typeof num>);
const snapshot = totals.extend({
  account_id: z.string(),
  ad_id: z.string(),
  window_start_ms: num,
  as_of_ms: num,
  context: z.record(z.string(), z.string()),
});

/** The answer as a schema: another process's answer is checked before it is believed. */
export const reconciliation: z.ZodType<Reconciliation> = z.object({
  account_id: z.string(),
  from_ms: num,
  to_ms: num,
  stream: totals,
  platform: totals,
  windows: z.object({ stream: num, platform: num }),
  days: num,
  days_apart: num,
  apart: z.array(z.object({ ad_id: z.string(), day: z.string(), stream: totals, platform: totals })),
});

/**
 * Asks the platform anew. Today is left out: it moves while it is asked.
 * @throws FlywheelError `usage.invalid` where no platform can be asked
 */
export async function reconcile(
  context: OperationsContext,
  { account_id, days = 7 }: { readonly account_id: string; readonly days?: number },
): Promise<Reconciliation> {
  const { reported } = context.source;
  if (reported === undefined)
    throw new FlywheelError('usage.invalid', {
      why: 'the source that runs is no platform that can be asked',
      what_to_do: 'ask a Flywheel that runs with --meta',
    });
  const to_ms = Math.floor(timeOf(context) / day_ms) * day_ms;
  const from_ms = to_ms - days * day_ms;
  const insights = await reported.call(context.source, account_id, { from_ms, to_ms });
  const theirs = new Map(insights.map((insight) => [windowName(insight), insight]));
  const ours = await streamed(context, account_id, { from_ms, to_ms });
  return compared({ account_id, from_ms, to_ms }, ours, theirs);
}

type Window = Totals & Pick<Insight, 'ad_id' | 'window_start_ms'>;

const windowName = ({ ad_id, window_start_ms }: Pick<Window, 'ad_id' | 'window_start_ms'>): string =>
  `${ad_id} ${window_start_ms}`;

/** The newest snapshot of each window that the log holds. */
async function streamed(
  { engine }: Pick<OperationsContext, 'engine'>,
  account_id: string,
  { from_ms, to_ms }: { readonly from_ms: number; readonly to_ms: number },
): Promise<ReadonlyMap<string, Window>> {
  const partition = engine.partitionOf(account_id);
  const { start, end } = await engine.log.range('ad.metrics', partition);
  const found = new Map<string, Window & { readonly as_of_ms: number }>();
  for await (const record of readRange(engine.log, 'ad.metrics', partition, start, end)) {
    // What a window says is appended after it began.
    if (record.key !== account_id || record.appended_ms < from_ms - hour_ms) continue;
    const parsed = snapshot.safeParse(engine.decoded(record).value);
    if (!parsed.success || Object.keys(parsed.data.context).length > 0) continue;
    const { window_start_ms: at_ms, as_of_ms } = parsed.data;
    const name = windowName(parsed.data);
    if (at_ms < from_ms || at_ms >= to_ms || (found.get(name)?.as_of_ms ?? -Infinity) > as_of_ms) continue;
    found.set(name, parsed.data);
  }
  return found;
}

const plus = (a: Totals, b: Totals): Totals =>
  Object.fromEntries(counted.map((name) => [name, a[name] + b[name]])) as Record<keyof Totals, number>;
const summed = (windows: Iterable<Totals>): Totals => [...windows].reduce(plus, no_totals);

function byDay(windows: Iterable<Window>): ReadonlyMap<string, Totals> {
  const found = new Map<string, Totals>();
  for (const window of windows) {
    const name = `${new Date(window.window_start_ms).toISOString().slice(0, 10)} ${window.ad_id}`;
    found.set(name, plus(found.get(name) ?? no_totals, window));
  }
  return found;
}

function compared(
  about: Pick<Reconciliation, 'account_id' | 'from_ms' | 'to_ms'>,
  ours: ReadonlyMap<string, Window>,
  theirs: ReadonlyMap<string, Window>,
): Reconciliation {
  const [stream, platform] = [byDay(ours.values()), byDay(theirs.values())];
  const names = new Set([...stream.keys(), ...platform.keys()]);
  const apart = [...names].flatMap((name): DayApart[] => {
    const [own, other] = [stream.get(name) ?? no_totals, platform.get(name) ?? no_totals];
    if (counted.every((field) => own[field] === other[field])) return [];
    return [{ ad_id: name.slice(11), day: name.slice(0, 10), stream: own, platform: other }];
  });
  const gap = (one: DayApart): number => Math.abs(one.stream.impressions - one.platform.impressions);
  return {
    ...about,
    stream: summed(ours.values()),
    platform: summed(theirs.values()),
    windows: { stream: ours.size, platform: theirs.size },
    days: names.size,
    days_apart: apart.length,
    apart: apart.sort((a, b) => gap(b) - gap(a) || (a.day < b.day ? -1 : 1)).slice(0, most_apart),
  };
}
