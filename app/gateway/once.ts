/** Idempotency-Key: a request that is tried again under its key is done once, and answered as it was the first time. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FlywheelError } from '../../topology/errors.ts';
import type { Reply } from './route.ts';

/** An answer as it is kept. */
export interface Kept {
  /** Of the request, so that the key of another one is noticed. */
  readonly fingerprint: string;
  /** Null while the request is under way. */
  readonly answer: { readonly status: number; readonly body: string; readonly headers: Reply['headers'] } | null;
}

const kept: z.ZodType<Kept> = z.object({
  fingerprint: z.string(),
  answer: z.object({ status: z.number(), body: z.string(), headers: z.record(z.string(), z.string()) }).nullable(),
});

export const printKept = (one: Kept): string => JSON.stringify(one);
export const parseKept = (text: string): Kept => kept.parse(JSON.parse(text));

export interface Replies {
  /** Keeps that a request is under way, where nothing is kept under its name yet; answers what is. */
  begin(name: string, fingerprint: string, for_ms: number): Promise<Kept | null>;
  finish(name: string, kept: Kept, for_ms: number): Promise<void>;
  /** The request may be tried again. */
  forget(name: string): Promise<void>;
}

/** How long answers are kept, and how long a request may be under way before another try is let through. */
export const kept_ms = 24 * 3_600_000;
export const under_way_ms = 120_000;

const most_kept = 20_000;

/** Replies of this process. */
export class OwnReplies implements Replies {
  readonly #kept = new Map<string, Kept & { readonly until_ms: number }>();
  readonly #now_ms: () => number;

  constructor(now_ms: () => number) {
    this.#now_ms = now_ms;
  }

  begin(name: string, fingerprint: string, for_ms: number): Promise<Kept | null> {
    const found = this.#kept.get(name);
    if (found !== undefined && found.until_ms > this.#now_ms()) return Promise.resolve(found);
    this.#set(name, { fingerprint, answer: null }, for_ms);
    return Promise.resolve(null);
  }

  finish(name: string, kept: Kept, for_ms: number): Promise<void> {
    this.#set(name, kept, for_ms);
    return Promise.resolve();
  }

  forget(name: string): Promise<void> {
    this.#kept.delete(name);
    return Promise.resolve();
  }

  #set(name: string, kept: Kept, for_ms: number): void {
    this.#kept.delete(name);
    this.#kept.set(name, { ...kept, until_ms: this.#now_ms() + for_ms });
    if (this.#kept.size <= most_kept) return;
    for (const oldest of this.#kept.keys()) return void this.#kept.delete(oldest);
  }
}

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\u0000')).digest('base64url');

/** The key of a request; undefined where it has none. @throws FlywheelError `request.key_invalid` */
export function idempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const value = typeof header === 'string' ? header : header.join(',');
  // The draft has it as a quoted string; clients send it bare as well.
  const key = /^"(.*)"$/.exec(value)?.[1] ?? value;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new FlywheelError('request.key_invalid', {
      field: 'Idempotency-Key',
      value: JSON.stringify(value.slice(0, 60)),
    });
  return key;
}

export interface Tried {
  readonly principal: string;
  readonly operation: string;
  readonly key: string;
  readonly given: unknown;
}

/** Names what a request commands: the same for each try. */
export const commandId = ({ principal, operation, key }: Omit<Tried, 'given'>): string =>
  digest([principal, operation, key]).slice(0, 32);

export interface Answered {
  readonly answer: NonNullable<Kept['answer']>;
  /** Whether it is the answer of an earlier try. */
  readonly again: boolean;
}

/**
 * Runs `work` for the first of all tries; a later one gets its answer. What failed by a defect or because something is
 * away is not kept: it may be tried again.
 * @throws FlywheelError `request.key_reused`, `request.key_running`
 */
export async function once(
  replies: Replies,
  tried: Tried,
  work: () => Promise<NonNullable<Kept['answer']>>,
): Promise<Answered> {
  const name = commandId(tried);
  const fingerprint = digest([JSON.stringify(tried.given) ?? '']);
  const told = { field: 'Idempotency-Key', value: tried.key };
  const before = await replies.begin(name, fingerprint, under_way_ms);
  if (before !== null) {
    if (before.fingerprint !== fingerprint) throw new FlywheelError('request.key_reused', told);
    if (before.answer === null) throw new FlywheelError('request.key_running', told);
    return { answer: before.answer, again: true };
  }
  let answer: Answered['answer'];
  try {
    answer = await work();
  } catch (error) {
    // It was not done: where that cannot be kept, a later try is let through after a while.
    await replies.forget(name).catch(() => undefined);
    throw error;
  }
  await replies.finish(name, { fingerprint, answer }, kept_ms);
  return { answer, again: false };
}
