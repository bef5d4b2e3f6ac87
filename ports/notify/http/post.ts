/** One message by HTTP, tried until the other side takes it, says that it never will, or time is up. */
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry, { AbortError } from 'p-retry';
import { PermanentError, type Signal } from '../../../topology/processor.ts';

export interface PostLimits {
  /** Time for a message with all its tries, milliseconds. */
  readonly deadline_ms: number;
  /** Time for one try. */
  readonly try_ms: number;
  /** Tries of a message, the first included. */
  readonly attempts: number;
  /** Wait before the second try, milliseconds; doubled for each further one, and scattered. */
  readonly first_retry_ms: number;
}

/** Below the deadline of the group that asks, so that what hangs is named here. */
export const usual_limits: PostLimits = { deadline_ms: 30_000, try_ms: 10_000, attempts: 4, first_retry_ms: 500 };

export interface Posted {
  readonly url: string;
  readonly body: string;
  /** Made anew for each try: a signature carries its time. */
  headers(): Readonly<Record<string, string>>;
  /** Texts that may be in no error, though the other side should repeat them. */
  readonly secrets: readonly string[];
  /** What to look at where the other side refuses. */
  readonly setting: string;
}

/** A trouble that another try may find gone. */
export class PassingError extends Error {
  /** Wait that the other side asked for, milliseconds; 0 where it did not. */
  readonly wait_ms: number;

  constructor(message: string, wait_ms = 0) {
    super(message);
    this.wait_ms = wait_ms;
  }
}

/** The signal as Node has it, which ports get. */
export const abortOf = (signal: Signal): AbortSignal =>
  signal instanceof AbortSignal ? signal : new AbortController().signal;

/** Statuses below 500 that pass: time-out, too early, too many requests. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);
/** Of what the other side says of its refusal, so many characters are told. */
const said_length = 200;
/** An answer is a word or two: of a long one no more is read. */
const most_bytes = 16_384;

/** Resolves once it is taken. Rejects with `PermanentError` where it is refused for good. */
export async function post(posted: Posted, limits: PostLimits, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([AbortSignal.timeout(limits.deadline_ms), stop]);
  const until_ms = performance.now() + limits.deadline_ms;
  let last: Error | undefined;
  try {
    await pRetry(() => once(posted, limits, signal), {
      retries: limits.attempts - 1,
      minTimeout: limits.first_retry_ms,
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
    throw new Error(`${hostOf(posted.url)} took it not within ${limits.deadline_ms} ms${why}`, { cause: error });
  }
}

/** Waits as the other side asks; where that is longer than there is time, its refusal is the answer. */
async function waited({ message, wait_ms }: PassingError, until_ms: number, signal: AbortSignal): Promise<void> {
  if (wait_ms === 0) return;
  if (performance.now() + wait_ms >= until_ms)
    throw new Error(`${message}; it asks to wait ${wait_ms} ms, which is longer than there is time`);
  await sleep(wait_ms, undefined, { signal });
}

async function once(posted: Posted, { try_ms }: PostLimits, whole: AbortSignal): Promise<void> {
  const { url, body, headers } = posted;
  const signal = AbortSignal.any([AbortSignal.timeout(try_ms), whole]);
  let response: Response;
  let said: string;
  try {
    // A redirect would send what is told, and its signature, to who knows whom.
    response = await fetch(url, { method: 'POST', headers: headers(), body, redirect: 'manual', signal });
    said = response.status < 300 ? '' : await beginning(response);
    if (response.status < 300) await response.body?.cancel();
  } catch (error) {
    whole.throwIfAborted();
    const why = signal.aborted ? `no answer within ${try_ms} ms` : reasonOf(error, posted);
    throw new PassingError(`${hostOf(url)} cannot be reached: ${why}`);
  }
  const { status } = response;
  if (status >= 200 && status < 300) return;
  const what = `${hostOf(url)} answered with ${status}${said === '' ? '' : `: ${shown(said, posted.secrets)}`}`;
  if (status >= 500 || passing.has(status)) throw new PassingError(what, waitOf(response.headers.get('retry-after')));
  throw new AbortError(new PermanentError(`${what}; check ${posted.setting}`));
}

async function beginning({ body }: Response): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let read = await reader.read(); !read.done && bytes < most_bytes; read = await reader.read()) {
    chunks.push(read.value);
    bytes += read.value.length;
  }
  await reader.cancel();
  return Buffer.concat(chunks).subarray(0, most_bytes).toString('utf8');
}

/** The address is a secret of some: of it only the host is told. */
const hostOf = (url: string): string => new URL(url).host;

/** What lies under "fetch failed". */
function reasonOf(error: unknown, { secrets }: Posted): string {
  if (!(error instanceof Error)) return 'it failed';
  const { cause } = error;
  return shown(cause instanceof Error && cause.message !== '' ? cause.message : error.message, secrets);
}

/** Text from outside, without tags, line breaks and secrets. */
export const shown = (text: string, secrets: readonly string[]): string =>
  secrets
    .reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '(hidden)')), text)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, said_length);

/** `Retry-After`: seconds, or a date. */
function waitOf(retry_after: string | null): number {
  if (retry_after === null) return 0;
  const seconds = Number(retry_after);
  const wait_ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retry_after) - Date.now();
  return Number.isFinite(wait_ms) ? Math.max(0, wait_ms) : 0;
}
