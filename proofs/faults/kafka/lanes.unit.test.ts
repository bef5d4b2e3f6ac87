import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nameOf, Plan, type Chosen } from './lanes.ts';
import { hits, outcomesOf } from './outcome.ts';
import { keepRecord, keptRecords, openRecords, type RoundRecord } from './record.ts';

const kindOf = (name: string): Chosen => ({ kind: { name, instances: 1, round: () => Promise.resolve('') } });
const record = (fault: string, ended: RoundRecord['ended'] = 'hit'): RoundRecord => ({
  ...{ at: '2026-01-01T00:00:00.000Z', commit: null, fault, seed: 1, round: 1, ended, shown: '', effects: 5 },
  ...{ lost: 0, duplicated: 0, wrong: 0, exits: 0, words: [], took_ms: 10 },
});
const times = (count: number, fault: string): RoundRecord[] => Array.from({ length: count }, () => record(fault));

describe('a plan of rounds', () => {
  it('gives the kind with the fewest rounds next, those of earlier runs and those under way counted', () => {
    const plan = new Plan(['a', 'b', 'c'].map(kindOf), { seed: 1, rounds: 15, before: times(12, 'b') });
    const given = Array.from({ length: 6 }, () => plan.next());
    expect(given.map((job) => job && `${nameOf(job.chosen)} ${job.rounds}`)).toEqual([
      ...['a 10', 'c 10', 'a 5', 'c 5', 'b 3'],
      undefined,
    ]);
    expect(new Set(given.map((job) => job?.seed)).size).toBe(6);
  });

  it('does again what missed, and leaves a kind alone that always does', () => {
    const plan = new Plan([kindOf('a')], { seed: 1, rounds: 1, before: [] });
    let worlds = 0;
    for (let job = plan.next(); job !== undefined && worlds < 100; job = plan.next()) {
      plan.took(record('a', 'missed'));
      plan.done(job);
      worlds++;
    }
    expect(worlds).toBe(10);
    expect(plan.left).toBe(1);
  });

  it('does not begin the worlds of an earlier run again', () => {
    const first = new Plan([kindOf('a')], { seed: 1, rounds: 60, before: [] }).next();
    const later = new Plan([kindOf('a')], { seed: 1, rounds: 60, before: times(10, 'a') }).next();
    expect(later?.seed).not.toBe(first?.seed);
  });
});

describe('rounds that are kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rounds-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are added up over runs, without a line that a cut left unfinished', () => {
    const file = join(folder, 'rounds.ndjson');
    for (const one of [...times(2, 'a'), record('b', 'failed')]) keepRecord(file, one);
    appendFileSync(file, '{"at":"20');
    expect(openRecords(file)).toHaveLength(3);
    keepRecord(file, record('a'));
    const outcomes = outcomesOf(keptRecords(file), ['b', 'a', 'c']);
    expect(outcomes.map((one) => [one.fault, hits(one), one.failed, one.effects])).toEqual([
      ['b', 0, 1, 5],
      ['a', 3, 0, 15],
    ]);
  });

  it('are refused by file and line where something else stands among them', () => {
    const file = join(folder, 'other.ndjson');
    writeFileSync(file, `${JSON.stringify(record('a'))}\n{"fault":"a"}\n`);
    expect(() => keptRecords(file)).toThrow(/other\.ndjson, line 2 is no round \(at/);
  });
});
