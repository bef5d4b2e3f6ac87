/** What every analytics store promises; each implementation's test runs this. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleOf } from '../../schemas/examples.ts';
import { topics } from '../../schemas/index.ts';
import type { CauseName, Row } from '../../topology/coordinates.ts';
import { tableOf } from '../../processors/archivist/tables.ts';
import type { Analytics } from './port.ts';

export const tables = topics.map(tableOf);
/** Topics that have an example to publish. */
const exemplary = topics.filter(({ name }) => name !== 'dead.letter');

const logged_ms = Date.UTC(2025, 2, 4, 12);

/** A row of a topic's example, caused by the record at an offset. */
export function rowOf(topic: string, offset: number, more: object = {}, name: Partial<CauseName> = {}): Row {
  return {
    table: topic.replaceAll('.', '_'),
    value: { ...exampleOf(topic), ...more },
    name: { group: 'archivist', run: 1, topic, partition: 0, offset, ordinal: 0, ...name },
    at_ms: logged_ms,
  };
}

/** The rows of a table as objects. */
export async function read(store: Analytics, table: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { columns, rows } = await store.query(`SELECT * FROM ${table}`);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
}

export async function count(store: Analytics, table: string): Promise<number> {
  const { rows } = await store.query(`SELECT count() FROM ${table}`);
  return Number(rows[0]?.[0]);
}

export function analyticsContract(open: () => Promise<Analytics>): void {
  describe('an analytics store', () => {
    let store: Analytics;
    beforeAll(async () => {
      store = await open();
      await store.provision(tables);
    });
    afterAll(() => store.close());

    it.each(exemplary.map(({ name }) => name))('gives the values of %s back as they were sent', async (topic) => {
      const sent = rowOf(topic, 1);
      await store.send([sent]);
      const [found] = await read(store, sent.table);
      expect(found).toMatchObject(sent.value);
      expect(found).toMatchObject({
        cause_group: 'archivist',
        cause_topic: topic,
        cause_partition: 0,
        cause_offset: 1,
        cause_ordinal: 0,
        cause_run: 1,
        logged_ms,
        traceparent: '',
      });
    });

    it('keeps the trace that a row belongs to', async () => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      await store.send([{ ...rowOf('tick.hourly', 9_000), traceparent }]);
      const found = (await read(store, 'tick_hourly')).find(({ cause_offset }) => cause_offset === 9_000);
      expect(found).toMatchObject({ traceparent });
    });

    it('counts a row once however often and in whatever batches it is sent', async () => {
      const before = await count(store, 'ad_metrics');
      const rows = Array.from({ length: 200 }, (_, i) => rowOf('ad.metrics', 1_000 + i));
      await store.send(rows);
      await Promise.all([store.send(rows.slice(50)), store.send(rows.slice(0, 120))]);
      await store.send(rows.slice(70, 80));
      expect(await count(store, 'ad_metrics')).toBe(before + 200);
    });

    it('keeps rows of one cause apart by their ordinal, and of several partitions', async () => {
      const before = await count(store, 'ad_metrics');
      await store.send([
        rowOf('ad.metrics', 5_000),
        rowOf('ad.metrics', 5_000, {}, { ordinal: 1 }),
        rowOf('ad.metrics', 5_000, {}, { partition: 3 }),
      ]);
      expect(await count(store, 'ad_metrics')).toBe(before + 3);
    });

    it('sees the highest run of a row, whichever came last', async () => {
      const row = (run: number): Row => rowOf('winner.withdrawn', 7, { reason: `run ${run}` }, { run });
      await store.send([row(2)]);
      await store.send([row(1)]);
      const found = (await read(store, 'winner_withdrawn')).filter(({ cause_offset }) => Number(cause_offset) === 7);
      expect(found.map(({ reason }) => reason)).toEqual(['run 2']);
    });

    it('sees one copy of a broadcast event', async () => {
      const before = await count(store, 'tick_hourly');
      await store.send([0, 1, 2, 3].map((partition) => rowOf('tick.hourly', 40, {}, { partition })));
      expect(await count(store, 'tick_hourly')).toBe(before + 1);
    });

    it('sees rows as soon as they are sent', async () => {
      const before = await count(store, 'ad_created');
      for (let i = 1; i <= 3; i++) {
        await store.send([rowOf('ad.created', 100 + i)]);
        expect(await count(store, 'ad_created')).toBe(before + i);
      }
    });

    it('sees of each window and breakdown the newest snapshot, whichever came last and however often', async () => {
      const window = (hour: number, as_of_ms: number, impressions: number, context: object = {}): object => ({
        ...{ account_id: 'act_newest', window_start_ms: hour * 3_600_000, window_end_ms: (hour + 1) * 3_600_000 },
        ...{ as_of_ms, impressions, context },
      });
      const sent = [
        window(1, 20, 200),
        window(1, 10, 100),
        window(2, 10, 7),
        window(1, 10, 50, { device: 'phone', age: '18' }),
        window(1, 30, 60, { age: '18', device: 'phone' }),
        window(1, 30, 1, { age: '18' }),
      ].map((value, n) => rowOf('ad.metrics', 20_000 + n, value));
      for (const row of [...sent, ...sent.slice(0, 4)]) await store.send([row]);
      await store.send(sent);
      const found = await read(store, 'ad_metrics_newest');
      const of = found.filter(({ account_id }) => account_id === 'act_newest');
      expect(of.map(({ impressions }) => Number(impressions)).sort((a, b) => a - b)).toEqual([1, 7, 60, 200]);
      expect(of.find(({ impressions }) => Number(impressions) === 200)).toMatchObject({ as_of_ms: 20 });
    });

    it('names a table that it does not know', async () => {
      await expect(store.send([{ ...rowOf('ad.created', 1), table: 'nowhere' }])).rejects.toThrow(
        'there is no table nowhere',
      );
    });

    it('may be provisioned again without losing anything', async () => {
      const before = await count(store, 'ad_metrics');
      await store.provision(tables);
      expect(before).toBeGreaterThan(0);
      expect(await count(store, 'ad_metrics')).toBe(before);
    });
  });
}
