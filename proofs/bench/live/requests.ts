/** What people at the page and programs ask, at a steady pace. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Asked in turn; `{account}` is one after the other. */
const asked: readonly (readonly [method: 'GET' | 'POST', path: string, body?: object])[] = [
  ['GET', '/'],
  ['POST', '/api/operations/status', {}],
  ['GET', '/api/ml/ab/experiments?account_id={account}&limit=20'],
  ['GET', '/api/decisions?account_id={account}&limit=20'],
  ['POST', '/api/operations/experiments', { limit: 20 }],
  ['GET', '/api/ml/ab/all-variants?account_id={account}'],
  ['GET', '/api/lag'],
  ['GET', '/api/ml/compound/history/{account}'],
  ['POST', '/api/operations/decisions', { limit: 20 }],
  ['GET', '/api/search?q=experiment'],
  ['POST', '/api/operations/topology', {}],
  ['GET', '/api/ml/actuals/stats?account_id={account}'],
];

/** Characters of an answer that are told. */
const most_said = 500;

export interface Asked {
  readonly answered: number;
  /** Path, status and words of what was not answered as it should be. */
  readonly failed: readonly string[];
  /** Milliseconds from when a request was due to its whole answer, ascending. */
  readonly took_ms: readonly number[];
}

export interface AskAt {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly accounts: readonly string[];
  readonly requests_per_s: number;
}

/** Open loop: a request is due at its time, whether or not those before it were answered. */
export async function requests({ url, headers, accounts, requests_per_s }: AskAt, seconds: number): Promise<Asked> {
  const failed: string[] = [];
  const took_ms: number[] = [];
  const under_way: Promise<void>[] = [];
  const start_ms = performance.now();
  const one = async (n: number, due_ms: number): Promise<void> => {
    const [method, form, body] = asked[n % asked.length] ?? ['GET', '/'];
    const path = form.replace('{account}', accounts[n % accounts.length] ?? '');
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    try {
      const response = await fetch(url + path, { method, headers: { ...headers, ...type }, ...json });
      const said = await response.text();
      if (response.status === 200) took_ms.push(performance.now() - due_ms);
      else failed.push(`${method} ${form}: ${response.status} ${said.slice(0, most_said)}`);
    } catch (error) {
      failed.push(`${method} ${form}: ${String(error)}`);
    }
  };
  for (let n = 0; n < requests_per_s * seconds; n++) {
    const due_ms = start_ms + (n * 1_000) / requests_per_s;
    if (due_ms > performance.now()) await sleep(due_ms - performance.now());
    under_way.push(one(n, due_ms));
  }
  await Promise.all(under_way);
  return { answered: took_ms.length, failed, took_ms: took_ms.sort((a, b) => a - b) };
}
