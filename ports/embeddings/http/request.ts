/** One request for embeddings, tried until the server answers, says that it never will, or time is up. */
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry, { AbortError } from 'p-retry';
import { PermanentError } from '../../../topology/processor.ts';
import { vectorsOf } from './answer.ts';
import type { HttpEmbeddingSettings } from './settings.ts';

/** A status that another try may change. */
class PassingError extends Error {
  /** Wait that the server asked for; 0 where it did not. */
  readonly wait_ms: number;

  constructor(message: string, wait_ms = 0) {
    super(message);
    this.wait_ms = wait_ms;
  }
}

/** The request is refused for what is asked in it: another one of the same batch may be taken. */
export class RefusedInput extends PermanentError {}

/** Statuses below 500 that pass: time-out, conflict, too many requests. */
const passing: ReadonlySet<number> = new Set([408, 409, 429]);
/** Statuses that speak of what was sent, not of who sent it. */
const of_input: ReadonlySet<number> = new Set([400, 413, 422]);
/** Of what a server says of its refusal, so many characters are told. */
const said_length = 300;

/** Vectors of the inputs, in their order. */
export async function requested(
  inputs: readonly string[],
  settings: HttpEmbeddingSettings,
  stop: AbortSignal,
): Promise<readonly Float32Array[]> {
  const { deadline_ms, attempts, first_retry_ms } = settings.limits;
  const signal = AbortSignal.any([AbortSignal.timeout(deadline_ms), stop]);
  const until_ms = performance.now() + deadline_ms;
  let last: Error | undefined;
  try {
    return await pRetry(() => once(inputs, settings, signal), {
      retries: attempts - 1,
      minTimeout: first_retry_ms,
      randomize: true,
      signal,
      shouldRetry: () => !signal.aborted,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (!(error instanceof PassingError)) return;
        last = error;
        if (retriesLeft > 0) await waited(error, until_ms, signal);
      },
    });
  } catch (error) {
    if (!signal.aborted || stop.aborted) throw error;
    const why = last === undefined ? '' : `; the last try: ${last.message}`;
    throw new Error(`no embeddings within ${deadline_ms} ms${why}`, { cause: error });
  }
}

/** Waits as the server asks; where that is longer than there is time, its refusal is the answer. */
async function waited(error: PassingError, until_ms: number, signal: AbortSignal): Promise<void> {
  if (error.wait_ms === 0) return;
  if (performance.now() + error.wait_ms >= until_ms)
    throw new Error(`${error.message}; it asks to wait ${error.wait_ms} ms, which is longer than there is time`);
  await sleep(error.wait_ms, undefined, { signal });
}

async function once(
  inputs: readonly string[],
  settings: HttpEmbeddingSettings,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const { status, body, retry_after } = await posted(inputs, settings, signal);
  try {
    if (status !== 200) throw refusal(status, body, retry_after, settings);
    return vectorsOf(body, { inputs: inputs.length, dimensions: settings.dimensions, model: settings.model });
  } catch (error) {
    throw error instanceof PermanentError ? new AbortError(error) : error;
  }
}

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly retry_after: string | null;
}

async function posted(
  inputs: readonly string[],
  { base_url, model, key }: HttpEmbeddingSettings,
  signal: AbortSignal,
): Promise<Answered> {
  try {
    const response = await fetch(`${base_url.replace(/\/+$/, '')}/embeddings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ model, input: inputs, encoding_format: 'float' }),
      // A redirect would send what is asked, and with it the key, to who knows whom.
      redirect: 'manual',
      signal,
    });
    const { status, headers } = response;
    return { status, body: await response.text(), retry_after: headers.get('retry-after') };
  } catch (error) {
    signal.throwIfAborted();
    throw new PassingError(`${new URL(base_url).host} cannot be reached: ${reasonOf(error)}`);
  }
}

/** What lies under "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function refusal(
  status: number,
  body: string,
  retry_after: string | null,
  { base_url, key }: HttpEmbeddingSettings,
): Error {
  const said = saidIn(body, key);
  const what = `${new URL(base_url).host} answered with ${status}${said === '' ? '' : `: ${said}`}`;
  if (status >= 500 || passing.has(status)) return new PassingError(what, waitOf(retry_after));
  if (of_input.has(status)) return new RefusedInput(what);
  if (status === 401 || status === 403) return new PermanentError(`${what}; check embeddings_key`);
  return new PermanentError(`${what}; check embeddings_base_url and embeddings_model`);
}

/** Text of a refusal, without tags, line breaks and the key, should the server repeat it. */
function saidIn(body: string, key: string | null): string {
  const text = key === null ? body : body.replaceAll(key, '(hidden)');
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, said_length);
}

/** `Retry-After`: seconds, or a date. */
function waitOf(retry_after: string | null): number {
  if (retry_after === null) return 0;
  const seconds = Number(retry_after);
  const wait_ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retry_after) - Date.now();
  return Number.isFinite(wait_ms) ? Math.max(0, wait_ms) : 0;
}
