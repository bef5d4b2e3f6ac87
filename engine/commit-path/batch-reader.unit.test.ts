import { describe, expect, it } from 'vitest';
import { BatchReader, type ReaderContext } from './batch-reader.ts';
import { MemoryLog } from '../driver/memory-log.ts';
import { journalRecord } from './journal.ts';
import { emptyHead } from '../ledger.ts';
import type { Log } from '../ports.ts';

const record = (n: number): { topic: string; partition: number; key: string; value: Buffer } => ({
  topic: 'in',
  partition: 0,
  key: 'a',
  value: Buffer.from([n]),
});

const contextOf = (log: Log): ReaderContext => ({
  log,
  group: 'g',
  partition: 0,
  code: 'c',
  batch_records: 10,
  compacted: () => false,
  topics: ['in'],
  standsAlone: () => false,
  journal: true,
});

describe('a batch that is done again', () => {
  it('takes all that its line says, or stops: fewer records would be another batch under the same name', async () => {
    const log = new MemoryLog(1, { now_ms: () => 0 });
    const line = { run: 1, seq: 1, code: 'c', policy: 'p', ranges: [['in', 0, 3] as const] };
    await log.append([record(1), record(2), record(3), journalRecord('g', 0, line)]);
    const whole = await (await BatchReader.open(contextOf(log), emptyHead)).next();
    expect(whole?.records).toHaveLength(3);

    // As a log is that has lost its end.
    const shortened: Log = Object.assign(Object.create(log) as MemoryLog, {
      range: (topic: string, partition: number) => {
        const { start, end } = log.range(topic, partition);
        return { start, end: topic === 'in' ? 2 : end };
      },
      read: (topic: string, partition: number, offset: number, most: number) =>
        log.read(topic, partition, offset, most).filter((one) => topic !== 'in' || one.offset < 2),
      append: () => Promise.resolve(),
    });
    const reader = await BatchReader.open(contextOf(shortened), emptyHead);
    await expect(reader.next()).rejects.toMatchObject({ code: 'log.cursor_ahead' });
  });
});
