import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startDouble } from '../operations/doubles.ts';
import type { DecisionRow } from '../operations/operations.ts';
import { LiveHub, type LiveOptions } from './live.ts';

const status = await (await startDouble(0)).operations.status();
const row = (n: number, result = 'wins'): DecisionRow => ({
  id: `promote/1/evidence.changed/0/${n}/0`,
  topic: 'winner.detected',
  group: 'promote',
  account_id: 'act_1',
  entity: 'Hero image',
  result,
  at_ms: n,
  appended_ms: n,
});

let hub: LiveHub;
let server: Server;
let url: string;
const listeners: Listener[] = [];

function open(over: Partial<LiveOptions> = {}): void {
  const options = { status: () => Promise.resolve(status), onError: () => undefined, push_every_ms: 5 };
  hub = new LiveHub({ ...options, status_every_ms: 3_600_000, ...over });
}

beforeEach(async () => {
  server = createServer((request, response) => {
    const lastId = request.headers['last-event-id'];
    try {
      hub.join(response, {}, typeof lastId === 'string' ? lastId : undefined);
    } catch {
      response.writeHead(503).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(async () => {
  for (const { response } of listeners.splice(0)) response.destroy();
  hub.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Frame {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: unknown;
}

const decided = z.object({ decision: z.object({ id: z.string() }) });

/** A listener that reads frames as they come. */
class Listener {
  readonly response: IncomingMessage;
  readonly #frames: Frame[] = [];
  readonly #ids: string[] = [];
  #text = '';
  /** The last id that it was told. */
  place: string | undefined;

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    listeners.push(this);
  }

  frames(): readonly Frame[] {
    return this.#frames;
  }

  /** Ids of the decisions that came. */
  ids(): readonly string[] {
    return this.#ids;
  }

  #read(text: string): void {
    const frames = (this.#text + text).split('\n\n');
    this.#text = frames.pop() ?? '';
    for (const frame of frames) {
      const fields = new Map(frame.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line]));
      const field = (name: string): string | undefined => fields.get(name)?.slice(name.length + 2);
      this.place = field('id') ?? this.place;
      const said = field('data');
      if (said === undefined) continue;
      const data: unknown = JSON.parse(said);
      this.#frames.push({ id: field('id'), event: field('event'), data });
      this.#ids.push(...(decided.safeParse(data).data === undefined ? [] : [decided.parse(data).decision.id]));
    }
  }
}

const listen = (lastId?: string): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
    get(url, { headers, agent: false }, (response) => resolve(new Listener(response))).on('error', reject);
  });

const rows = (from: number, to: number): DecisionRow[] => Array.from({ length: to - from }, (_, i) => row(from + i));
const ids = (from: number, to: number): string[] => rows(from, to).map(({ id }) => id);

describe('what happens live', () => {
  it('reaches every listener: status at once, then each decision once and in order', async () => {
    open();
    const both = [await listen(), await listen()];
    hub.decided(rows(0, 3));
    hub.decided(rows(3, 1_200));
    for (const listener of both) {
      await expect.poll(() => listener.ids().length).toBe(1_200);
      expect(listener.ids()).toEqual(ids(0, 1_200));
      const [first] = listener.frames();
      expect(first?.data).toEqual({ kind: 'status', status: JSON.parse(JSON.stringify(status)) });
    }
  });

  it('tells all how many decisions of an append were left out', async () => {
    open();
    const listener = await listen();
    hub.decided(rows(0, 2), 7);
    hub.decided(rows(2, 3));
    await expect.poll(() => listener.ids().length).toBe(3);
    const told = listener
      .frames()
      .slice(1)
      .map(({ event, data }) => (event === 'resync' ? data : event));
    expect(told).toEqual(['decision', 'decision', { missed: 7 }, 'decision']);
  });

  it('goes on behind the last id that a listener had when it comes back', async () => {
    open();
    const before = await listen();
    hub.decided(rows(0, 5));
    await expect.poll(() => before.ids().length).toBe(5);
    const lastId = before.frames().find(({ data }) => JSON.stringify(data).includes('/2/0"'))?.id;
    before.response.destroy();
    hub.decided(rows(5, 8));
    const after = await listen(lastId);
    await expect.poll(() => after.ids().length).toBe(5);
    expect(after.ids()).toEqual(ids(3, 8));
    expect(after.frames().map(({ event }) => event)).not.toContain('resync');
  });

  it('goes on also for a listener that was cut before it heard anything', async () => {
    open({ status: () => new Promise(() => undefined) });
    const before = await listen();
    await expect.poll(() => before.place).toBeDefined();
    before.response.destroy();
    hub.decided(rows(0, 3));
    const after = await listen(before.place);
    await expect.poll(() => after.ids()).toEqual(ids(0, 3));
  });

  it('tells a listener of another run that it does not know what it missed', async () => {
    open();
    const listener = await listen('deadbeef-4');
    await expect.poll(() => listener.frames()[0]).toEqual({ id: undefined, event: 'resync', data: { missed: null } });
  });

  it('keeps a bounded number for one who does not read, and tells it how many it missed', async () => {
    open({ kept_frames: 200 });
    const slow = await listen();
    const quick = await listen();
    await expect.poll(() => slow.frames().length).toBeGreaterThan(0);
    slow.response.pause();
    // 40 KB each: far more in all than sockets hold.
    const long = 'x'.repeat(40_000);
    for (let n = 0; n < 2_000; n += 50) {
      hub.decided(rows(n, n + 50).map((one) => ({ ...one, result: long })));
      await expect.poll(() => quick.ids().length, { timeout: 10_000 }).toBe(n + 50);
    }
    slow.response.resume();
    await expect.poll(() => slow.ids().at(-1), { timeout: 10_000 }).toBe(row(1_999).id);
    const missed = slow
      .frames()
      .filter(({ event }) => event === 'resync')
      .map(({ data }) => z.object({ missed: z.number() }).parse(data).missed);
    expect(missed.length).toBeGreaterThan(0);
    expect(missed.reduce((sum, n) => sum + n, 0) + slow.ids().length).toBe(2_000);
    expect(new Set(slow.ids()).size).toBe(slow.ids().length);
  });

  it('forgets listeners that leave, and takes no more than its number', async () => {
    open({ most_clients: 1 });
    const first = await listen();
    expect((await listen()).response.statusCode).toBe(503);
    first.response.destroy();
    await expect.poll(() => hub.clients).toBe(0);
    expect((await listen()).response.statusCode).toBe(200);
  });

  it('goes on when status fails once, and says so in the log', async () => {
    const failures: unknown[] = [];
    let times = 0;
    const flaky = (): Promise<typeof status> =>
      times++ === 0 ? Promise.reject(new Error('no store')) : Promise.resolve(status);
    open({ status: flaky, status_every_ms: 10, onError: (error) => void failures.push(error) });
    const listener = await listen();
    await expect.poll(() => listener.frames().length).toBeGreaterThan(1);
    expect(failures).toEqual([new Error('no store')]);
  });
});
