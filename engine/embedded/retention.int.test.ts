import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { explain } from '../explain/explain.ts';
import { readRange } from '../read-range.ts';
import { rebuild } from '../state/rebuild.ts';
import { MemoryRows } from '../driver/driver.ts';
import { toyOptions } from '../../testing/toy/options.ts';
import { measured, noted, toy } from '../../testing/toy/topology.ts';
import { openEmbedded, type Embedded } from './embedded.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

let now_ms = 1_700_000_000_000;
const keep_ms = 10_000;
const retained = {
  ...toy,
  topics: toy.topics.map((topic) => {
    if (topic.name === measured.name) return { ...topic, retention: { keep_ms, compactBy: [] } };
    return topic.name === noted.name
      ? { ...topic, retention: { keep_ms: 'forever' as const, compactBy: ['ad_id'] } }
      : topic;
  }),
};

async function open(folder: string): Promise<Embedded> {
  const embedded = openEmbedded({
    ...toyOptions,
    topology: retained,
    folder,
    clock: { now_ms: () => now_ms },
    rows: new MemoryRows(),
  });
  await embedded.engine.start();
  return embedded;
}

async function run(test: (embedded: Embedded, folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-retention-'));
  folders.push(folder);
  await test(await open(folder), folder);
}

let position = 0;
async function publish({ engine }: Embedded, topic: string, value: object): Promise<void> {
  await engine.publish({
    source: 'test',
    position: String(++position),
    events: [{ topic, value: { account_id: 'a', ad_id: 'x', ...value } }],
  });
  await engine.drain();
}

describe('retention of the embedded log', () => {
  it('removes what is older than its topic keeps, and state can still be made again and decisions explained', async () => {
    await run(async (embedded, folder) => {
      for (let i = 0; i < 10; i++) {
        now_ms += 2_000;
        await publish(embedded, 'toy.measured', { amount: i });
      }
      const partition = embedded.engine.partitionOf('a');
      expect(await embedded.trim()).toEqual([{ topic: 'toy.measured', removed_records: 4 }]);
      expect(embedded.log.range('toy.measured', partition)).toEqual({ start: 4, end: 10 });
      await publish(embedded, 'toy.measured', { amount: 11 });
      expect((await rebuild(embedded.engine, 'chain')).differences).toEqual([]);
      const last = await embedded.engine.event('toy.link', partition, 10);
      if (last?.record.name === undefined) throw new Error('the last link has no name');
      expect(await explain(embedded.engine, 'toy.link', last.record.name)).toMatchObject({
        reproduced: true,
        state_before: { n: 10 },
      });
      await embedded.engine.stop();
      const again = await open(folder);
      await publish(again, 'toy.measured', { amount: 12 });
      expect(await again.engine.state('check', 'a', 'x')).toMatchObject({ n: 12, breaks: 0 });
      await again.engine.stop();
    });
  });

  it('cuts the journal up to the snapshot and no further, and what follows can be made again', async () => {
    await run(async (embedded) => {
      const { engine, log } = embedded;
      const partition = engine.partitionOf('a');
      for (let i = 0; i < 10; i++) {
        now_ms += 2_000;
        await publish(embedded, 'toy.measured', { amount: i });
      }
      await embedded.trim();
      const snapshot = await engine.beginning('chain', partition, 1).head();
      expect(snapshot.seq).toBe(10);
      expect(log.range('journal.chain', partition)).toEqual({ start: 9, end: 10 });
      for (let i = 0; i < 3; i++) await publish(embedded, 'toy.hour', { hour: i });
      now_ms += 60_000;
      expect(await embedded.trim()).toEqual([{ topic: 'toy.measured', removed_records: 5 }]);
      expect((await engine.beginning('chain', partition, 1).head()).seq).toBe(10);
      expect(log.range('journal.chain', partition)).toEqual({ start: 10, end: 13 });
      expect((await rebuild(engine, 'chain')).differences).toEqual([]);
      await engine.stop();
    });
  });

  it('leaves the snapshot before in force when a new one is cut short', async () => {
    await run(async (embedded) => {
      const { engine, store } = embedded;
      const partition = engine.partitionOf('a');
      const seqOf = async (): Promise<number> => (await engine.beginning('chain', partition, 1).head()).seq;
      const grow = async (): Promise<void> => {
        for (let i = 0; i < 10; i++) {
          now_ms += 2_000;
          await publish(embedded, 'toy.measured', { amount: i });
        }
      };
      await grow();
      await embedded.trim();
      const before = await seqOf();
      expect(before).toBeGreaterThan(0);
      await grow();
      const write = store.write.bind(store);
      let left = 3;
      vi.spyOn(store, 'write').mockImplementation((work) =>
        left-- > 0 ? write(work) : Promise.reject(new Error('no more writes')),
      );
      await expect(embedded.trim()).rejects.toThrow('no more writes');
      vi.restoreAllMocks();
      expect(await seqOf()).toBe(before);
      expect((await rebuild(engine, 'chain')).differences).toEqual([]);
      await embedded.trim();
      expect(await seqOf()).toBeGreaterThan(before);
      expect((await rebuild(engine, 'chain')).differences).toEqual([]);
      await engine.stop();
    });
  });

  it('keeps what a group has not read, however old', async () => {
    await run(async (embedded) => {
      await publish(embedded, 'toy.measured', { amount: 1 });
      await embedded.engine.whilePaused('chain', async () => {
        for (let i = 0; i < 3; i++)
          await embedded.engine.publish({
            source: 'test',
            position: String(++position),
            events: [{ topic: 'toy.measured', value: { account_id: 'a', ad_id: 'x', amount: i } }],
          });
        now_ms += 60_000;
        await embedded.engine.publish({
          source: 'test',
          position: String(++position),
          events: [{ topic: 'toy.measured', value: { account_id: 'a', ad_id: 'x', amount: 9 } }],
        });
        expect(await embedded.trim()).toEqual([]);
      });
      await embedded.engine.stop();
    });
  });

  it('compaction keeps the newest record of each key, and offsets stay what they were', async () => {
    await run(async (embedded) => {
      for (let i = 0; i < 8; i++) await publish(embedded, 'toy.noted', { ad_id: i % 2 === 0 ? 'x' : 'y', note: i });
      const partition = embedded.engine.partitionOf('a');
      expect(await embedded.trim()).toEqual([{ topic: 'toy.noted', removed_records: 6 }]);
      const kept = [];
      for await (const record of readRange(embedded.log, 'toy.noted', partition, 0, 8))
        kept.push([record.offset, Buffer.from(record.value).toString()]);
      expect(kept).toEqual([
        [6, '{"account_id":"a","ad_id":"x","note":6}'],
        [7, '{"account_id":"a","ad_id":"y","note":7}'],
      ]);
      await publish(embedded, 'toy.noted', { note: 8 });
      expect((await rebuild(embedded.engine, 'chain')).differences).toEqual([]);
      await embedded.engine.stop();
    });
  });
});
