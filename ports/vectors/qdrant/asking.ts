/** One request to Qdrant: tried until it answers, says that it never will, or time is up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { QdrantClientResourceExhaustedError } from '@qdrant/js-client-rest';
import pRetry, { AbortError } from 'p-retry';
import { z } from 'zod';
import { FlywheelError } from '../../../topology/errors.ts';
import { PermanentError } from '../../../topology/processor.ts';
import type { Patience } from './settings.ts';

/** The server took a write over and has not applied it: it may or may not be seen. */
export class Unapplied extends Error {}

/** An answer that is none of those that were asked for, as the client throws it: `ApiError` is not among its exports. */
const apiError = z.object({ status: z.number(), statusText: z.string(), data: z.unknown() });
const refusal = z.object({ status: z.object({ error: z.string() }) });

/** Statuses below 500 that pass: a collection that is being made anew, time-out, conflict, too many requests. */
const passing: ReadonlySet<number> = new Set([404, 408, 409, 429]);
const most_said = 300;

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, most_said);

/** Status of an answer that refuses; undefined where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error ? apiError.safeParse(error).data?.status : undefined;
}

/** What was said, or why nothing was. */
function said(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const answer = apiError.safeParse(error).data;
  if (answer !== undefined) {
    const why = refusal.safeParse(answer.data).data?.status.error ?? answer.statusText;
    return oneLine(`it answered with ${answer.status}: ${why}`);
  }
  const { cause } = error;
  if (cause instanceof AggregateError) return oneLine([...new Set(cause.errors.map(said))].join('; '));
  return oneLine(cause instanceof Error && cause.message !== '' ? cause.message : error.message);
}

const passes = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === undefined || status >= 500 || passing.has(status);
};

/** A failure as one of ours; one that another try cannot change is a `PermanentError`, which callers know. */
function failure(error: unknown, place: string): Error {
  if (error instanceof PermanentError || error instanceof FlywheelError) return error;
  const why = said(error);
  if (passes(error)) return new FlywheelError('vectors.unavailable', { place, why }, { cause: error });
  return permanent(new FlywheelError('vectors.refused', { place, why }, { cause: error }));
}

/** An error of ours as one that is not worth another try. */
export const permanent = (error: FlywheelError): PermanentError => new PermanentError(error.message, { cause: error });

/** Asks until there is an answer. Rejects with `vectors.unavailable`, or a `PermanentError`. */
export async function asked<T>(ask: () => Promise<T>, place: string, patience: Patience): Promise<T> {
  const signal = AbortSignal.timeout(patience.deadline_ms);
  let last: unknown;
  const once = async (): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      last = error;
      if (error instanceof PermanentError || !passes(error)) throw new AbortError(failure(error, place));
      // Its own retry may not know what an error of `fetch` is.
      throw new Error(said(error), { cause: error });
    }
  };
  try {
    return await pRetry(once, {
      retries: patience.attempts - 1,
      minTimeout: patience.first_retry_ms,
      randomize: true,
      signal,
      onFailedAttempt: async ({ retriesLeft }) => {
        if (retriesLeft > 0 && last instanceof QdrantClientResourceExhaustedError)
          await sleep(last.retry_after * 1_000, undefined, { signal });
      },
    });
  } catch (error) {
    if (error instanceof PermanentError) throw error;
    throw failure(last ?? error, place);
  }
}
