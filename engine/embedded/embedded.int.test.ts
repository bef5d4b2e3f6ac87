import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { engineContract, type Harness } from '../engine.contract.ts';
import { MemoryRows } from '../driver/driver.ts';
import { emptyHead, type Commit } from '../ledger.ts';
import { toyOptions } from '../../testing/toy/options.ts';
import { openEmbedded, type Embedded } from './embedded.ts';
import { openHistory } from './history.ts';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-embedded-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const clock = { now_ms: () => Date.now() };
const openIn = (folder: string, rows = new MemoryRows(), partitions = toyOptions.partitions): Embedded =>
  openEmbedded({ ...toyOptions, partitions, folder, clock, rows });

async function open(): Promise<Harness> {
  const folder = newFolder();
  const rows = new MemoryRows();
  let embedded = openIn(folder, rows);
  await embedded.engine.start();
  return {
    engine: embedded.engine,
    rows: rows.sent,
    async restart() {
      await embedded.engine.stop();
      embedded = openIn(folder, rows);
      await embedded.engine.start();
      return embedded.engine;
    },
    end: () => embedded.engine.stop(),
  };
}

engineContract('the embedded engine', open);

describe('the embedded store', () => {
  it('lets one process have a folder and says who has it', async () => {
    const folder = newFolder();
    const first = openIn(folder);
    first.lock.announce('http://127.0.0.1:4747', 'secret');
    expect(() => openIn(folder)).toThrow(
      new RegExp(`in use by process ${process.pid}, at http://127.0.0.1:4747; .*--data`),
    );
    await first.engine.stop();
    await openIn(folder).engine.stop();
  });

  it('takes over the lock of a process that is gone', async () => {
    const folder = newFolder();
    writeFileSync(
      join(folder, 'engine.lock'),
      JSON.stringify({ pid: 2 ** 22 - 1, process_start: '1', started_ms: 1, url: null, token: null }),
    );
    await openIn(folder).engine.stop();
  });

  it('takes over the lock of a process whose number another one has now, never that of one that lives', async () => {
    const folder = newFolder();
    const lock = { pid: process.pid, process_start: '1', started_ms: 1, url: null, token: null };
    writeFileSync(join(folder, 'engine.lock'), JSON.stringify(lock));
    const first = openIn(folder);
    expect(() => openIn(folder)).toThrow(/in use by process/);
    expect(readdirSync(folder).filter((name) => name.startsWith('engine.lock'))).toEqual(['engine.lock']);
    await first.engine.stop();
  });

  it('answers fenced to a commit that does not follow the last, and writes nothing of it', async () => {
    const embedded = openIn(newFolder());
    const task = embedded.engine.ledger.task('chain', 0);
    const write = { kind: 'state', key: 'k', value: [1, 'x'] } as const;
    const record = { topic: 'out', partition: 0, key: 'a', value: Uint8Array.of(1) };
    const commit = (seq: number): Commit => ({
      seq,
      head: { ...emptyHead, seq },
      state: [write],
      outbox: { seq, records: [record], rows: [], bytes: 1 },
      journal: { ...record, topic: 'journal.chain' },
    });
    expect(await task.commit(commit(2))).toBe('fenced');
    expect(await task.commit(commit(0))).toBe('fenced');
    expect([await task.head(), await task.outbox(), await task.getMany('state', ['k'])]).toEqual([
      emptyHead,
      [],
      [undefined],
    ]);
    expect(embedded.log.range('journal.chain', 0).end).toBe(0);
    expect(await task.commit(commit(1))).toBe('applied');
    expect(embedded.log.range('journal.chain', 0).end).toBe(1);
    expect(await task.outbox()).toHaveLength(1);
    await embedded.engine.stop();
  });

  it('refuses another partition count, and says what is fixed', async () => {
    const folder = newFolder();
    await openIn(folder).engine.stop();
    expect(() => openIn(folder, new MemoryRows(), 3)).toThrow(
      /has 2 partitions, the configuration says 3; partition counts are fixed/,
    );
  });

  it('refuses a store that a newer program wrote', async () => {
    const folder = newFolder();
    const embedded = openIn(folder);
    await embedded.store.write(() => embedded.store.meta.putSync('format', '99'));
    await embedded.engine.stop();
    expect(() => openIn(folder)).toThrow(/has format 99, this program reads up to 1; use the newer program/);
    const history = { ...toyOptions, clock: { now_ms: () => 0 }, folder };
    expect(() => openHistory(history)).toThrow(/has format 99, this program reads up to 1; use the newer program/);
  });

  it('is read as history without being taken, and takes nothing', async () => {
    const folder = newFolder();
    const embedded = openIn(folder);
    const value = { account_id: 'a', ad_id: 'x', amount: 1 };
    await embedded.engine.publish({ source: 's', position: '7', events: [{ topic: 'toy.measured', value }] });
    await embedded.engine.stop();
    const { log, close } = openHistory({ ...toyOptions, clock: { now_ms: () => 0 }, folder });
    expect(existsSync(join(folder, 'engine.lock'))).toBe(false);
    const partition = embedded.engine.partitionOf('a');
    const [record] = await log.read('toy.measured', partition, 0, 10);
    expect(JSON.parse(Buffer.from(record?.value ?? []).toString())).toEqual(value);
    expect(await log.position('s')).toBe('7');
    if (record !== undefined) await log.append([record]);
    expect(await log.range('toy.measured', partition)).toEqual({ start: 0, end: 1 });
    await close();
  });

  const damages: readonly (readonly [string, (path: string) => void])[] = [
    ['overwritten', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size, 7))],
    ['cut short', (path) => truncateSync(path, statSync(path).size - 4096)],
  ];
  for (const [how, damage] of damages)
    it(`refuses a store that was ${how}, and says how to go on`, async () => {
      const folder = newFolder();
      const embedded = openIn(folder);
      await embedded.engine.start();
      await embedded.engine.publish({
        source: 's',
        position: '1',
        events: [{ topic: 'toy.measured', value: { account_id: 'a', ad_id: 'x', amount: 1 } }],
      });
      await embedded.engine.stop();
      damage(join(folder, 'engine', 'store.mdb'));
      expect(() => openIn(folder)).toThrow(/cannot be read: .*restore a copy of the data folder, or reset it/);
    });

  it('keeps nothing in memory of a transaction that was not written', async () => {
    const folder = newFolder();
    const embedded = openIn(folder);
    const { engine } = embedded;
    const publish = (position: string): Promise<void> =>
      engine.publish({
        source: 'test',
        position,
        events: [{ topic: 'toy.measured', value: { account_id: 'a', ad_id: 'x', amount: 1 } }],
      });
    await engine.start();
    await publish('1');
    await engine.drain();
    const partition = engine.partitionOf('a');
    // Both are one transaction, which fails as one that finds no room does.
    const refused = embedded.store.write(() => {
      throw new Error('No space left on device');
    });
    const both = await Promise.allSettled([publish('2'), refused]);
    expect(both).toMatchObject([{ reason: { code: 'store.full' } }, { reason: { code: 'store.full' } }]);
    expect(await engine.log.range('toy.measured', partition)).toEqual({ start: 0, end: 1 });
    await publish('2');
    await engine.drain();
    expect((await engine.log.read('toy.measured', partition, 0, 9)).map(({ offset }) => offset)).toEqual([0, 1]);
    expect(await engine.state('check', 'a', 'x')).toMatchObject({ n: 2, breaks: 0 });
    await engine.stop();
    const again = openIn(folder).engine;
    await again.start();
    expect(await again.log.range('toy.measured', partition)).toEqual({ start: 0, end: 2 });
    await again.stop();
  });

  it('notices a chunk whose bytes were changed', async () => {
    const folder = newFolder();
    const embedded = openIn(folder);
    await embedded.log.append([{ topic: 'toy.measured', partition: 0, key: 'a', value: Buffer.from('{}') }]);
    const [entry] = embedded.store.log.getRange({ limit: 1 });
    if (entry === undefined) throw new Error('nothing was stored');
    const damaged = Buffer.from(entry.value);
    damaged[damaged.length - 2] = (damaged[damaged.length - 2] ?? 0) ^ 0xff;
    await embedded.store.write(() => embedded.store.log.putSync(entry.key, damaged));
    await embedded.engine.stop();
    const again = openIn(folder);
    expect(() => again.log.range('toy.measured', 0)).toThrow(
      /toy\.measured, partition 0, offset 0: the checksum does not match/,
    );
    await again.engine.stop();
  });
});
