/** How much of the account's and the app's limits is used, as the headers of an answer say. */
import { z } from 'zod';
import type { Headers } from './transport.ts';

export interface Usage {
  /** The fullest of all limits that are named, percent. */
  readonly percent: number;
  /** How long until calls are taken again, milliseconds; null where nothing says it. */
  readonly regain_ms: number | null;
}

const number = z.coerce.number().default(0);
const business = z.record(
  z.string(),
  z.array(
    z.object({
      call_count: number,
      total_cputime: number,
      total_time: number,
      estimated_time_to_regain_access: number,
    }),
  ),
);
const account = z.object({ acc_id_util_pct: number, reset_time_duration: number });
const insights = z.object({ app_id_util_pct: number, acc_id_util_pct: number });
const app = z.object({ call_count: number, total_cputime: number, total_time: number });

const minute_ms = 60_000;
const second_ms = 1_000;

/** A header that cannot be read says nothing: limits are also learned by being refused. */
function parsed<T>(shape: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Null where no header speaks of limits. */
export function usageOf(headers: Headers): Usage | null {
  const percents: number[] = [];
  const waits: number[] = [];
  // Meta's own text has both names.
  const named = parsed(business, headers['x-business-use-case-usage'] ?? headers['x-business-use-case']);
  for (const one of Object.values(named ?? {}).flat()) {
    percents.push(one.call_count, one.total_cputime, one.total_time);
    waits.push(one.estimated_time_to_regain_access * minute_ms);
  }
  const ofAccount = parsed(account, headers['x-ad-account-usage']);
  if (ofAccount !== undefined) percents.push(ofAccount.acc_id_util_pct);
  // The account's score resets after that time even where nothing is blocked: it is a wait only once it is full.
  if (ofAccount !== undefined && ofAccount.acc_id_util_pct >= 100)
    waits.push(ofAccount.reset_time_duration * second_ms);
  const ofInsights = parsed(insights, headers['x-fb-ads-insights-throttle']);
  if (ofInsights !== undefined) percents.push(ofInsights.app_id_util_pct, ofInsights.acc_id_util_pct);
  const ofApp = parsed(app, headers['x-app-usage']);
  if (ofApp !== undefined) percents.push(ofApp.call_count, ofApp.total_cputime, ofApp.total_time);
  if (percents.length === 0) return null;
  const regain_ms = Math.max(0, ...waits);
  return { percent: Math.max(...percents), regain_ms: regain_ms > 0 ? regain_ms : null };
}
