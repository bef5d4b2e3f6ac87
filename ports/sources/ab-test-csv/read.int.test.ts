import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readTests } from './read.ts';
import { Schedule } from './schedule.ts';

const here = dirname(fileURLToPath(import.meta.url));
const fixture = join(here, 'testing', 'four-tests.csv');
const archive = join(here, '../../../../shared/data/upworthy-dev.csv.gz');
const folder = mkdtempSync(join(tmpdir(), 'ab-test-csv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const now_ms = Date.UTC(2026, 0, 1);
const text = readFileSync(fixture, 'utf8');

/** Reads the fixture with some of its text replaced. */
function reading(from: string, to: string): ReturnType<typeof readTests> {
  if (!text.includes(from)) throw new Error(`the fixture has no ${from}`);
  const file = join(folder, 'changed.csv');
  writeFileSync(file, text.replace(from, to));
  return readTests(file, now_ms);
}

describe('recorded tests from a CSV', () => {
  it('rows become tests by creation, quoted text and all', async () => {
    const { tests, packages } = await readTests(fixture, now_ms);
    expect(packages).toBe(9);
    expect(tests.map(({ test_id, randomised, arms }) => [test_id, randomised, arms.length])).toEqual([
      ['t-coats', true, 3],
      ['t-boots', false, 2],
      ['t-night', true, 2],
      ['t-late', true, 2],
    ]);
    expect(tests[0]).toMatchObject({ created_ms: Date.UTC(2014, 2, 1, 10, 20, 30) });
    expect(tests[0]?.arms[0]).toEqual({
      package_id: 'p-light',
      headline: 'The coat that weighs less than your phone',
      lede: '<p>Warm to minus ten.\nIt packs into its own pocket.</p>',
      impressions: 1_200,
      clicks: 31,
    });
    expect(tests[0]?.arms[2]?.lede).toBeNull();
    expect(tests[3]?.arms[0]?.headline).toBe('She said "no" to the rain');
  });

  it('a gzipped file gives the same tests as the plain one', async () => {
    const packed = join(folder, 'packed.csv.gz');
    writeFileSync(packed, gzipSync(text));
    expect((await readTests(packed, now_ms)).tests).toEqual((await readTests(fixture, now_ms)).tests);
  });

  it.each([
    ['1200,31', '12oo,31', 'line 2: impressions is "12oo": must be a whole number'],
    ['1188,19', '1188,1900', 'line 4: clicks is 1900: must be at most the impressions (1188)'],
    [
      '2014-03-01 22:59:59,1,Dry feet in any rain,Dry.,Dry.,img-2',
      '2014-02-30 22:59:59,1,Dry,D,D,i',
      'line 6: test_created_utc is "2014-02-30 22:59:59"',
    ],
    [
      '2014-03-01 22:59:59,1,Dry feet in any rain,Dry.,Dry.,img-3',
      '2014-03-01 22:59:59,0,Dry,D,D,i',
      'line 7: randomization_risk is "0": must be the same in all rows of test t-boots; line 6',
    ],
    ['p-dry-too', 'p-warm', 'line 7: package_id is "p-warm": must be one row only, and line 4 has it too'],
    ['Our old coat', ' ', 'line 5: headline is " "'],
    ['t-late,p-b', 't-alone,p-b', 'line 8: clickability_test_id is "t-late": must stand in at least two rows'],
    ['img-3,37,2', 'img-3,37', 'cannot be read at line 7'],
    ['package_id', 'package', 'has no column package_id'],
  ])('says where a file is wrong and what to do: %s → %s', async (from, to, said) => {
    await expect(reading(from, to)).rejects.toThrow(said);
    await expect(reading(from, to)).rejects.toHaveProperty('remedy', expect.stringMatching(/./));
  });

  it('says that a file is missing, empty or cut off', async () => {
    await expect(readTests(join(folder, 'none.csv'), now_ms)).rejects.toMatchObject({ code: 'file.missing' });
    const file = join(folder, 'bad.csv');
    writeFileSync(file, '');
    await expect(readTests(file, now_ms)).rejects.toMatchObject({ code: 'csv.unreadable' });
    writeFileSync(file, gzipSync(text).subarray(0, 200));
    await expect(readTests(file, now_ms)).rejects.toMatchObject({ code: 'csv.unreadable' });
  });

  // The archive is no part of the project: it is played where it lies beside it.
  if (existsSync(archive))
    it('the Upworthy archive plays whole: 3,430 tests', { timeout: 120_000 }, async () => {
      const { tests, packages } = await readTests(archive, now_ms);
      expect([tests.length, packages]).toEqual([3_430, 15_969]);
      const schedule = new Schedule(tests, 1);
      let [events, impressions, clicks] = [0, 0, 0];
      for (const hour of schedule.from(0))
        for (const { topic, value } of hour.events) {
          events++;
          if (topic !== 'ad.metrics') continue;
          impressions += Number(Reflect.get(value, 'impressions'));
          clicks += Number(Reflect.get(value, 'link_clicks'));
        }
      expect([events, impressions, clicks]).toEqual([schedule.events, 57_279_933, 865_485]);
    });
});
