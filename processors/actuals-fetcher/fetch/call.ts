/** Asks the ad platform for an ad's hours, and says what it answered or why it did not. */
import type { Policy } from '../../../policy/policy.ts';
import type { AdPlatform, Insight } from '../../../ports/ad-platform/port.ts';
import { actualsReturned, type ActualsRequested, type ActualsReturned } from '../../../schemas/index.ts';
import { day_ms } from '../../../schemas/values.ts';
import { caller, PermanentError, type Call } from '../../../topology/processor.ts';
import { wiring } from './wiring.ts';

/** What is outside: the platform that the ads run on; null where the program knows none. */
export interface ActualsOutside {
  platform(): Pick<AdPlatform, 'adHours'> | null;
}

/** A read of a few hundred numbers; platforms allow few at a time. */
const limits = { concurrency: 4, deadline_ms: 60_000, attempts: 4, first_retry_ms: 500 };

/** Platforms restate for 28 days and answer for no longer at once; it also bounds the answer's size. */
const longest_ms = 31 * day_ms;
const longest_error = 1_000;

/** Events hold no control characters; an error message may. */
const printable = (why: string): string =>
  why
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, longest_error) || 'no reason was given';

const answerOf = (
  { account_id, request_id, ad_id, prediction_id, from_ms, to_ms }: ActualsRequested,
  at_ms: number,
  said: Pick<ActualsReturned, 'windows' | 'error'>,
): ReturnType<typeof actualsReturned.event> =>
  actualsReturned.event({ account_id, request_id, ad_id, prediction_id, from_ms, to_ms, ...said, at_ms });

/** The group, given what is outside. */
export function fetchingGroup(outside: ActualsOutside): ReturnType<typeof caller<typeof wiring, Policy>> {
  const call: Call<typeof wiring, Policy> = {
    limits,
    answer: {
      'actuals.requested': async (request, { at_ms }) => {
        const windows = await hoursOf(outside.platform(), request);
        return { emit: [answerOf(request, at_ms, { windows, error: null })] };
      },
    },
    failed: {
      'actuals.requested': (request, why, { at_ms }) => ({
        emit: [answerOf(request, at_ms, { windows: [], error: printable(why) })],
      }),
    },
  };
  return caller(wiring, call);
}

/** The hours that the platform has, the oldest first. Rejects with `PermanentError` where asking again is no use. */
async function hoursOf(
  platform: Pick<AdPlatform, 'adHours'> | null,
  { account_id, ad_id, from_ms, to_ms }: ActualsRequested,
): Promise<ActualsReturned['windows']> {
  if (platform === null) throw new PermanentError('no ad platform is connected');
  if (to_ms - from_ms > longest_ms)
    throw new PermanentError(`${(to_ms - from_ms) / day_ms} days are more than a platform is asked for at once: 31`);
  const hours = await platform.adHours(account_id, ad_id, { from_ms, to_ms }).catch((error: unknown) => {
    throw isUnknownId(error) ? new PermanentError(error.message) : error;
  });
  return hours.map(toWindow).sort((a, b) => a.window_start_ms - b.window_start_ms);
}

/** The platform's error by its code: the port's class is a value, which a pure folder does not import. */
const isUnknownId = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'unknown_id';

const toWindow = ({
  window_start_ms,
  window_end_ms,
  as_of_ms,
  impressions,
  link_clicks,
}: Insight): ActualsReturned['windows'][number] => ({
  window_start_ms,
  window_end_ms,
  as_of_ms,
  impressions,
  link_clicks,
});
