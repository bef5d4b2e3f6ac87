import { describe, expect, it } from 'vitest';
import { MemoryLog } from './driver/memory-log.ts';
import { allLines, claimRecord, journalRecord, linesAfter, ofEpoch } from './journal.ts';
import type { NewRecord } from './ports.ts';

const place = { run: 1, code: 'c', policy: 'p', ranges: [] };
const line = (seq: number, epoch: number): NewRecord => ofEpoch(journalRecord('g', 0, { ...place, seq }), epoch);
const claim = (name: string): NewRecord => claimRecord('g', 0, name);

const logOf = async (...records: readonly NewRecord[]): Promise<MemoryLog> => {
  const log = new MemoryLog(1, { now_ms: () => 0 });
  await log.append(records);
  return log;
};
const after = async (log: MemoryLog, seq: number): Promise<readonly number[]> =>
  (await linesAfter(log, 'g', 0, 1, seq)).map((one) => one.seq);
const all = async (log: MemoryLog): Promise<readonly number[]> => {
  const found: number[] = [];
  for await (const one of allLines(log, 'g', 0)) found.push(one.seq);
  return found;
};

describe('a journal', () => {
  it('counts a line once whose confirmation was lost, so that it is there twice, also after a later one', async () => {
    const log = await logOf(claim('a'), line(1, 0), line(1, 0), line(2, 0), line(1, 0), line(3, 0));
    expect(await all(log)).toEqual([1, 2, 3]);
    expect(await after(log, 1)).toEqual([2, 3]);
  });

  it('counts a claim once that is there twice: what its owner wrote before the repetition came is not void', async () => {
    const log = await logOf(claim('a'), line(1, 0), claim('b'), claim('a'), line(2, 2), claim('b'), line(3, 2));
    expect(await all(log)).toEqual([1, 2, 3]);
    expect(await after(log, 0)).toEqual([1, 2, 3]);
  });

  it('looks back to the line of the stored commit, past a void one that came late', async () => {
    const many = Array.from({ length: 300 }, (_, i) => line(i + 3, 3));
    const log = await logOf(claim('a'), line(1, 0), line(2, 0), claim('b'), ...many, line(3, 0), claim('c'));
    expect(await after(log, 100)).toEqual(Array.from({ length: 202 }, (_, i) => 101 + i));
    expect(await all(log)).toHaveLength(302);
  });
});
