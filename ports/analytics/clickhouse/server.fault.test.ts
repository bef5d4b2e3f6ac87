/** A ClickHouse that dies, hangs, refuses and loses its answers: no row is lost, and none is seen twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sqlReader } from '../../../app/operations/tables/sql-reader.ts';
import { Deliverer } from '../../../engine/commit-path/deliverer.ts';
import { MemoryLedger } from '../../../engine/driver/memory-ledger.ts';
import { MemoryLog } from '../../../engine/driver/memory-log.ts';
import { generator } from '../../../learning/numeric.ts';
import { tableOf } from '../../../processors/archivist/tables.ts';
import { adMetrics } from '../../../schemas/index.ts';
import { too_many_parts, type Fault } from '../../../testing/clickhouse-server/faults.ts';
import { startClickHouseServer, type ClickHouseServer } from '../../../testing/clickhouse-server/server.ts';
import type { Row } from '../../../topology/coordinates.ts';
import { count, rowOf } from '../analytics.contract.ts';
import type { ClickHouseAnalytics } from './clickhouse.ts';
import { openClickHouseServer, type Patience } from './server.ts';

const home = mkdtempSync(join(tmpdir(), 'flywheel-clickhouse-faults-'));
const metrics = [tableOf(adMetrics)];
let server: ClickHouseServer;
beforeAll(async () => {
  server = await startClickHouseServer({ folder: join(home, 'server') });
});
afterAll(async () => {
  await server.program.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Short waits: what a test waits for is that a try was given up, not how long that took. */
const hasty: Patience = { deadline_ms: 20_000, try_ms: 1_000, attempts: 4, first_retry_ms: 20 };
const stores: ClickHouseAnalytics[] = [];
const open = (database: string, patience: Partial<Patience> = {}, of = server): ClickHouseAnalytics => {
  const store = openClickHouseServer({
    ...of,
    database,
    limits: { max_age_ms: 5 },
    patience: { ...hasty, ...patience },
  });
  stores.push(store);
  return store;
};
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await server.serve();
});

const rows = (from: number, to: number): readonly Row[] =>
  Array.from({ length: to - from }, (_, i) => rowOf('ad.metrics', from + i));

/** Every offset from 0 on is seen once: counted by the view, and told apart. */
async function seenOnce(store: ClickHouseAnalytics, expected: number): Promise<void> {
  const found = await store.query('SELECT count(), uniqExact(cause_offset), max(cause_offset) FROM ad_metrics');
  expect(found.rows[0]?.map(Number)).toEqual([expected, expected, expected - 1]);
}

/** Sends as the engine does: again until it is taken. */
async function untilTaken(store: ClickHouseAnalytics, sent: readonly Row[]): Promise<number> {
  for (let failures = 0; ; failures++)
    try {
      await store.send(sent);
      return failures;
    } catch (error) {
      expect(error).toMatchObject({ code: 'sink.unavailable' });
      if (failures > 20) throw error;
      // A process that died is started again, as whoever runs it would.
      if (server.program.ended) await server.program.start();
    }
}

describe('an insert', () => {
  const passing: readonly (readonly [string, Fault])[] = [
    ['whose answer is lost after it was applied', { kind: 'answer_lost' }],
    ['that a proxy answers with 503', { kind: 'status', status: 503 }],
    ['that meets too many parts', too_many_parts],
    ['that is not answered in time', { kind: 'hang' }],
  ];
  it.each(passing)('%s is tried again, and its rows are seen once', async (_, fault) => {
    const store = open(`passing_${fault.kind}`);
    await store.provision(metrics);
    await server.meet(fault, { times: 2 });
    await store.send(rows(0, 100));
    await seenOnce(store, 100);
  });

  it('that is refused for itself is not tried again, and says why', async () => {
    const store = open('refused');
    await store.provision(metrics);
    const { inserts } = await server.seen();
    await server.meet({ kind: 'exception', code: 53, name: 'TYPE_MISMATCH', message: 'no such type' }, { times: 9 });
    await expect(store.send(rows(0, 10))).rejects.toMatchObject({
      code: 'sink.refused',
      message: expect.stringMatching(/refused what it was sent: no such type.*TYPE_MISMATCH.*nothing is lost/),
    });
    expect((await server.seen()).inserts).toBe(inserts + 1);
    await server.serve();
    await store.send(rows(0, 10));
    await seenOnce(store, 10);
  });

  it.each(['before', 'after'] as const)('during which the server dies %s applying it is lost nowhere', async (when) => {
    const store = open(`die_${when}`);
    await store.provision(metrics);
    await store.send(rows(0, 50));
    await server.meet({ kind: 'die', when });
    expect(await untilTaken(store, rows(50, 150))).toBeGreaterThan(0);
    await seenOnce(store, 150);
  });

  it('is given up at its deadline, which the error names with the last reason', async () => {
    const store = open('deadline', { deadline_ms: 700, attempts: 50, first_retry_ms: 100 });
    await store.provision(metrics);
    await server.meet({ kind: 'status', status: 503 }, { times: 99 });
    await expect(store.send(rows(0, 1))).rejects.toThrow(/was not taken within 700 ms; the last try: .*Unavailable/);
  });

  it('under random faults is lost nowhere and seen once', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    const random = generator(seed);
    const store = open('random');
    await store.provision(metrics);
    const kinds: readonly (Fault | null)[] = [
      ...passing.map(([, fault]) => fault),
      { kind: 'die', when: 'before' },
      { kind: 'die', when: 'after' },
      null,
    ];
    let sent = 0;
    for (let round = 0; round < 12; round++) {
      const fault = kinds[Math.floor(random() * kinds.length)] ?? null;
      if (fault !== null) await server.meet(fault, { times: 1 + Math.floor(random() * 3) });
      const more = sent + 1 + Math.floor(random() * 200);
      // Rows that were taken before come again, as they do after a crash of ours.
      await untilTaken(store, rows(Math.max(0, sent - 50), more));
      await server.serve();
      sent = more;
    }
    expect(await count(store, 'ad_metrics'), `seed ${seed}`).toBe(sent);
    await seenOnce(store, sent);
  });
});

describe('a server that is away', () => {
  /** The outbox of a task, of which nothing is kept. */
  function delivering(store: ClickHouseAnalytics): { readonly deliverer: Deliverer; readonly failures: unknown[] } {
    const failures: unknown[] = [];
    const log = new MemoryLog(1, { now_ms: () => 0 });
    const deliverer = new Deliverer(
      {
        log,
        rows: store,
        ledger: new MemoryLedger(log).task('archivist', 0),
        at: () => undefined,
        onProgress: () => undefined,
        onFailure: (error) => failures.push(error),
      },
      0,
    );
    return { deliverer, failures };
  }

  it('is waited for, is named meanwhile, and has every row once when it is back', async () => {
    const store = open('away', { attempts: 2 });
    await store.provision(metrics);
    const { deliverer, failures } = delivering(store);
    await server.program.kill();
    const entry = (seq: number): Parameters<Deliverer['add']>[0][number] => ({
      seq,
      records: [],
      rows: rows((seq - 1) * 100, seq * 100),
      bytes: 100,
    });
    deliverer.add([entry(1), entry(2)]);
    await vi.waitFor(
      () => expect(deliverer.trouble).toMatch(/analytics store does not answer: .*ECONNREFUSED/),
      10_000,
    );
    expect(deliverer.idle).toBe(false);
    deliverer.add([entry(3)]);
    await server.program.start();
    await vi.waitFor(() => expect(deliverer.idle).toBe(true), 30_000);
    expect(deliverer.trouble).toBeNull();
    expect(failures).toEqual([]);
    expect(deliverer.takeMark()).toBe(3);
    await seenOnce(store, 300);
    await deliverer.stop();
  });

  it('at the start is waited for too: tables are made when it is there', async () => {
    await server.program.kill();
    const store = open('late', { attempts: 1 });
    await expect(store.provision(metrics)).rejects.toMatchObject({ code: 'sink.unavailable' });
    await expect(store.send(rows(0, 10))).rejects.toMatchObject({ code: 'sink.unavailable' });
    await server.program.start();
    await store.send(rows(0, 10));
    await seenOnce(store, 10);
  });

  it('is not taken for a question that was asked wrongly', async () => {
    const store = open('asked');
    await store.provision(metrics);
    await server.program.kill();
    const reader = sqlReader(store.client, () => 0);
    await expect(reader.query('SELECT 1')).rejects.toMatchObject({ code: 'sink.unavailable' });
    await server.program.start();
    await expect(reader.query('SELECT nothing_of_the_kind')).rejects.toThrow(/nothing_of_the_kind/);
  });

  it('and comes back empty has its tables made again', async () => {
    const store = open('emptied');
    await store.provision(metrics);
    await store.send(rows(0, 10));
    for (const name of ['emptied', 'emptied_raw']) {
      const outside = open('default');
      await outside.client.command({ query: `DROP DATABASE ${name}` });
    }
    await expect(store.send(rows(0, 10))).rejects.toMatchObject({ code: 'sink.refused' });
    await store.send(rows(0, 10));
    await seenOnce(store, 10);
  });

  it('is paused and goes on: what was sent meanwhile is there once', async () => {
    const store = open('paused', { attempts: 2 });
    await store.provision(metrics);
    server.program.pause();
    await expect(store.send(rows(0, 10))).rejects.toMatchObject({ code: 'sink.unavailable' });
    server.program.resume();
    await untilTaken(store, rows(0, 10));
    await seenOnce(store, 10);
  });
});
