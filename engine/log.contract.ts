/** What every log promises, whatever keeps it. */
import { describe, expect, it } from 'vitest';
import type { Log, LogRecord, NewRecord } from './ports.ts';

export interface LogHarness {
  readonly log: Log;
  /** A topic that nothing was written to yet, of two partitions at least. */
  readonly topic: string;
}

const record = (topic: string, n: number, given: Partial<NewRecord> = {}): NewRecord => ({
  topic,
  partition: 1,
  key: `key ${n}`,
  value: Buffer.from(`value ${n}`),
  ...given,
});

async function all(log: Log, topic: string, partition: number, from = 0): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for (let offset = from; ;) {
    const some = await log.read(topic, partition, offset, 7);
    const last = some.at(-1);
    if (last === undefined) return found;
    found.push(...some);
    offset = last.offset + 1;
  }
}

/** Waits for what comes asynchronously. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end_ms = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > end_ms) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function logContract(name: string, open: () => Promise<LogHarness>): void {
  describe(`the log: ${name}`, () => {
    it('begins empty, and so does a topic that does not exist', async () => {
      const { log, topic } = await open();
      for (const place of [topic, `${topic}.nowhere`]) {
        expect(await log.range(place, 1)).toMatchObject({ start: 0, end: 0 });
        expect(await log.read(place, 1, 0, 10)).toEqual([]);
      }
    });

    it('gives back what was appended, in order, with all that belongs to it', async () => {
      const { log, topic } = await open();
      const cause = { group: 'g', run: 2, topic: 'in', partition: 1, offset: 7, ordinal: 3 };
      const given = [
        record(topic, 0),
        record(topic, 1, { key: '', value: Buffer.from([0, 255, 128]) }),
        record(topic, 2, { name: cause, headers: { trace: Buffer.from([1, 2]) } }),
        record(topic, 3, { value: new Uint8Array(0), key: 'ü' }),
      ];
      await log.append(given);
      const found = await all(log, topic, 1);
      expect(found.map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
      for (const [i, { key, value, name: caused, headers }] of found.entries()) {
        expect(key).toBe(given[i]?.key);
        expect(Buffer.compare(value, given[i]?.value ?? Buffer.from('?'))).toBe(0);
        expect(caused).toEqual(given[i]?.name);
        expect(Object.keys(headers ?? {})).toEqual(Object.keys(given[i]?.headers ?? {}));
      }
      expect(Buffer.compare(found[2]?.headers?.['trace'] ?? Buffer.from(''), Buffer.from([1, 2]))).toBe(0);
      expect(await log.range(topic, 1)).toMatchObject({ start: 0, end: 4 });
    });

    it('keeps partitions apart', async () => {
      const { log, topic } = await open();
      await log.append([record(topic, 0, { partition: 0 }), record(topic, 1), record(topic, 2, { partition: 0 })]);
      expect((await all(log, topic, 0)).map(({ key }) => key)).toEqual(['key 0', 'key 2']);
      expect((await all(log, topic, 1)).map(({ key }) => key)).toEqual(['key 1']);
    });

    it('reads from any offset, many records and large ones', async () => {
      const { log, topic } = await open();
      const large = Buffer.alloc(3_000, 7);
      const given = Array.from({ length: 2_000 }, (_, n) => record(topic, n, { value: large }));
      await log.append(given);
      expect((await all(log, topic, 1)).map(({ key }) => key)).toEqual(given.map(({ key }) => key));
      expect((await all(log, topic, 1, 1_990)).map(({ key }) => key)).toEqual(given.slice(1_990).map(({ key }) => key));
      expect((await log.read(topic, 1, 1_234, 1))[0]).toMatchObject({ offset: 1_234, key: 'key 1234' });
    });

    it('stamps records in the order in which it took them', async () => {
      const { log, topic } = await open();
      for (let n = 0; n < 5; n++) await log.append([record(topic, n)]);
      const stamps = (await all(log, topic, 1)).map(({ appended_ms }) => appended_ms);
      expect([...stamps].sort((a, b) => a - b)).toEqual(stamps);
      expect(stamps[0]).toBeGreaterThan(Date.UTC(2020));
    });

    it('tells who listens of all that comes to a partition that was read to its end, once and in order', async () => {
      const { log, topic } = await open();
      await log.append([record(topic, 0)]);
      await all(log, topic, 1);
      const told: string[] = [];
      const stop = log.onAppend((appended) => {
        for (const one of appended) if (one.topic === topic) told.push(one.key);
      });
      for (let n = 1; n < 30; n++) await log.append([record(topic, n)]);
      await until(() => told.length >= 29);
      stop();
      expect(told).toEqual(Array.from({ length: 29 }, (_, n) => `key ${n + 1}`));
      expect((await all(log, topic, 1)).length).toBe(30);
    });

    it('can still read what it may let go', async () => {
      const { log, topic } = await open();
      for (let n = 0; n < 9; n++) await log.append([record(topic, n)]);
      const before = await all(log, topic, 1);
      log.release?.(() => 5);
      expect(await all(log, topic, 1, 5)).toEqual(before.slice(5));
      log.release?.(() => Infinity);
      expect(await all(log, topic, 1)).toEqual(before);
      await log.append([record(topic, 9)]);
      expect((await all(log, topic, 1, 9)).map(({ key }) => key)).toEqual(['key 9']);
    });

    it('remembers where a source is', async () => {
      const { log, topic } = await open();
      expect(await log.position(topic)).toBeUndefined();
      await log.appendFrom(topic, 'line 3', [record(topic, 0)]);
      expect(await log.position(topic)).toBe('line 3');
      await log.appendFrom(topic, 'line 9', []);
      expect(await log.position(topic)).toBe('line 9');
      await until(async () => (await all(log, topic, 1)).length === 1);
    });
  });
}
