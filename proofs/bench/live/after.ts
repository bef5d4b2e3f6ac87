/** What is looked at when the events have flowed: the log, the analytics, and what each listener heard of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { courseOf, next, noCourse, type Course, type Listener } from './listener.ts';

export type Ask = <T>(method: string, path: string, shape: z.ZodType<T>, body?: object) => Promise<T>;

/** Asks a gateway and reads its answer. @throws Error where it is none */
export const asking =
  ({ url, headers }: { readonly url: string; readonly headers: Readonly<Record<string, string>> }): Ask =>
  async (method, path, shape, body) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(url + path, { method, headers: { ...headers, ...type }, ...json });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${text.slice(0, 300)}`);
    return shape.parse(JSON.parse(text));
  };

const statusShape = z.object({
  groups: z.array(z.object({ group: z.string(), state: z.string(), lag: z.number(), outbox_bytes: z.number() })),
  topics: z.array(z.object({ topic: z.string(), records: z.number() })),
});
type Status = z.infer<typeof statusShape>;

const status = (ask: Ask): Promise<Status> => ask('POST', '/api/operations/status', statusShape, {});

/** Events that the group which is furthest behind has not handled. */
export const behind = async (ask: Ask): Promise<number> =>
  Math.max(...(await status(ask)).groups.map(({ lag }) => lag));

const settle_within_ms = 600_000;

/** Waits until all that was appended is handled and delivered. @throws Error where that takes too long */
export async function settled(ask: Ask): Promise<void> {
  const until_ms = performance.now() + settle_within_ms;
  for (;;) {
    const { groups } = await status(ask);
    const left = groups.filter(({ lag, outbox_bytes, state }) => lag > 0 || outbox_bytes > 0 || state !== 'idle');
    if (left.length === 0) return;
    if (performance.now() > until_ms) throw new Error(`not settled: ${JSON.stringify(left)}`);
    await sleep(1_000);
  }
}

export interface KeptEvents {
  readonly logged: number;
  readonly archived: number;
}

const counted = z.object({ rows: z.tuple([z.tuple([z.coerce.number()])]) });

/** Ad metrics in the log, and as rows that a query sees. */
export async function keptEvents(ask: Ask): Promise<KeptEvents> {
  const { topics } = await status(ask);
  const { rows } = await ask('POST', '/api/operations/query', counted, { sql: 'SELECT count() FROM ad_metrics' });
  return { logged: topics.find(({ topic }) => topic === 'ad.metrics')?.records ?? 0, archived: rows[0][0] };
}

const page = z.object({
  decisions: z.array(z.object({ id: z.string(), topic: z.string(), account_id: z.string() })),
  next: z.string().nullable(),
});

/** Every decision that the log holds, by account and topic in its order. */
export async function decidedCourses(ask: Ask): Promise<ReadonlyMap<string, Course>> {
  const ids = new Map<string, string[]>();
  for (let after: string | null = ''; after !== null;) {
    const query: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const found: z.infer<typeof page> = await ask('GET', `/api/decisions?limit=1000${query}`, page);
    for (const { id, topic, account_id } of found.decisions) {
      const name = courseOf(account_id, topic);
      const same = ids.get(name);
      if (same === undefined) ids.set(name, [id]);
      else same.push(id);
    }
    after = found.next;
  }
  // Pages begin with the newest.
  return new Map([...ids].map(([name, newest]) => [name, newest.toReversed().reduce(next, noCourse)]));
}

export interface Heard {
  readonly decisions: number;
  /** Listeners that did not hear each decision of their accounts once and in order. */
  readonly incomplete: number;
}

/** `accounts` of a listener; all where there are none. */
export function heardOf(
  decided: ReadonlyMap<string, Course>,
  listeners: readonly { readonly listener: Listener; readonly account: string | null }[],
): Heard {
  const isWhole = ({ listener, account }: (typeof listeners)[number]): boolean => {
    const own = [...decided].filter(([name]) => account === null || name.startsWith(`${account} `));
    const same = own.every(([name, { count, checksum }]) => {
      const heard = listener.courses.get(name);
      return heard?.count === count && heard.checksum === checksum;
    });
    return same && listener.courses.size === own.length;
  };
  return {
    decisions: [...decided.values()].reduce((sum, { count }) => sum + count, 0),
    incomplete: listeners.filter((one) => !isWhole(one)).length,
  };
}
