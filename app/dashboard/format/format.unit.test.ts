import { describe, expect, it } from 'vitest';
import { RemoteError } from '../../operations/remote.ts';
import { status } from '../../operations/results.ts';
import { speedOptions, speedWords } from '../shell/speeds.ts';
import { once } from './copies.ts';
import { evidenceShare, evidenceWords, progressWords, standingOf } from './evidence.ts';
import { failureOf } from './failure.ts';
import { figure } from './figure.ts';
import { fromBase64, hexRows } from './hex.ts';
import { counted, eValue, perSecond, rate, share, short } from './numbers.ts';
import { metricWords, shareMeaning } from './metric.ts';
import { fieldWords, gridOf, listsIn } from './records.ts';
import { refusalOf, visible } from './refusal.ts';
import { chartData, decades } from './series.ts';
import { aboutDays, ago, axisLabels, utcTime } from './time.ts';

describe('numbers', () => {
  it('keep thousands apart and rates at two decimals, so that columns line up', () => {
    expect([rate(0.01239), rate(0), rate(Number.NaN)]).toEqual(['1.24 %', '0.00 %', '–']);
    expect([share(0.625), share(null)]).toEqual(['62.5 %', '–']);
    expect([counted(1, 'record'), counted(1_240, 'record')]).toEqual(['1 record', '1,240 records']);
  });

  it('tell less than one event a second from none', () => {
    expect([perSecond(0), perSecond(0.2), perSecond(1_204.4)]).toEqual(['0', '< 1', '1,204']);
  });

  it('are shortened from ten thousand on', () => {
    expect([short(9_999), short(12_345), short(182_340), short(2_500_000)]).toEqual(['9,999', '12.3k', '182k', '2.5M']);
  });

  it('say an e-value with three figures, as a power of ten when large, and not at all when there is none', () => {
    expect([eValue(1.234), eValue(1_480), eValue(1.2e9), eValue(3e-6), eValue(Number.NaN)]).toEqual([
      '1.23',
      '1,480',
      '1.2×10⁹',
      '3.0×10⁻⁶',
      '–',
    ]);
  });

  it('stand in the unit that the name of their field carries', () => {
    expect(figure('rate', 0.0124)).toBe('1.24 %');
    expect(figure('lift_low', -0.04)).toBe('-4.00 %');
    expect(figure('lift', 0.31)).toBe('31.0 %');
    expect(figure('spend_minor', 1_999)).toBe('1,999 minor units');
    expect(figure('block_hours', 6)).toBe('6 h');
    expect(figure('e_value', 1_480)).toBe('1,480');
    expect(figure('seed', 961_234_567)).toBe('961,234,567');
    expect(figure('family', 'act_1')).toBe('act_1');
  });
});

describe('evidence', () => {
  it('fills its bar on a log scale: nothing at 1, half at the root of the threshold, all at the threshold', () => {
    expect(evidenceShare(1, 400)).toBe(0);
    expect(evidenceShare(20, 400)).toBeCloseTo(0.5, 12);
    expect(evidenceShare(400, 400)).toBe(1);
    expect(evidenceShare(9_000, 400)).toBe(1);
    expect(evidenceShare(0.2, 400)).toBe(0);
    expect(evidenceShare(Number.NaN, 400)).toBe(0);
  });

  it('beyond doubt is said to be that, not as a power of ten', () => {
    expect([1_203, 1e6, 1.2e9, 0].map(evidenceWords)).toEqual(['1,203', '1,000,000', '> 1,000,000', '0']);
  });

  it('that is missing is named by what takes longest, with how long that is', () => {
    const words = (
      what: 'impressions' | 'blocks' | 'calibration',
      have: number,
      need: number,
      days_left: number | null,
    ): string =>
      progressWords({
        standing: 'collecting',
        waits_for: { what, have, need },
        days_left,
        smallest_arm_impressions: 53_648,
      });
    expect(words('blocks', 2, 4, 4.1)).toBe('2 of 4 blocks, about 4 days left');
    expect(words('calibration', 30, 72, 6)).toBe('hour 30 of 72 of calibration, about 6 days left');
    expect(words('impressions', 1_240, 3_000, 1.9)).toBe('1,240 of 3,000 impressions, about 2 days left');
    expect(words('impressions', 1_240, 3_000, null)).toBe('1,240 of 3,000 impressions');
  });

  it('is enough only where a decision may be made', () => {
    const words = (standing: string): string =>
      progressWords({ standing, waits_for: null, days_left: 0, smallest_arm_impressions: 3_000 });
    expect([words('deciding'), words('leader')]).toEqual(['3,000 impressions, enough', '3,000 impressions']);
  });

  it('stands somewhere, also by a word of a later release', () => {
    expect(standingOf('withdrawn').words).toBe('Withdrawn');
    expect(standingOf('ended').words).toBe('Ended undecided');
    expect(standingOf('a status of a later release').words).toBe('a status of a later release');
  });
});

describe('a metric', () => {
  it('heads what is counted: link clicks are not all clicks', () => {
    expect([metricWords.link_ctr.successes, metricWords.link_ctr.value]).toEqual(['Link clicks', 'Link click rate']);
    expect(metricWords.cvr.successes).toBe('Conversions');
    expect([metricWords.link_ctr.say(0.0124), metricWords.roas.say(2.5)]).toEqual(['1.24 %', '2.5']);
  });

  it('has shares that are followed or not, by design and by where it runs', () => {
    expect(shareMeaning({ design: 'parallel', provenance: 'simulated' })).toContain(
      'the simulated platform follows it',
    );
    expect(shareMeaning({ design: 'randomised', provenance: 'simulated' })).toContain('not followed');
    expect(shareMeaning({ design: 'parallel', provenance: 'live' })).toBe('nothing is applied');
  });
});

describe('speeds', () => {
  it('to choose from have the one that the source was started with', () => {
    expect(speedOptions(7_200).map(({ words }) => words)).toEqual(['Pause', '×1', '×60', '×3,600', '×7,200', 'Max']);
    expect(speedOptions(60)).toHaveLength(5);
  });

  it('are said as what they come to', () => {
    expect([0, 0.5, 7_200, 1e12, 'max' as const].map(speedWords)).toEqual([
      'paused',
      '×0.5',
      '×7,200',
      'as fast as the engine takes it',
      'as fast as the engine takes it',
    ]);
  });
});

describe('records that every partition has a copy of', () => {
  it('count once', () => {
    expect(once({ topic: 'tick.hourly', records: 636, records_per_s: 8, copies: 4 })).toEqual({
      records: 159,
      records_per_s: 2,
    });
  });
});

describe('times', () => {
  it('are exact in UTC', () => {
    expect(utcTime(Date.UTC(2026, 10, 23, 8, 14, 5))).toBe('2026-11-23 08:14:05 UTC');
  });

  it('left are said as roughly as they are known', () => {
    expect([aboutDays(0.02), aboutDays(0.05), aboutDays(1.2), aboutDays(1.9)]).toEqual([
      'less than an hour',
      'about 1 hour',
      'about 29 hours',
      'about 2 days',
    ]);
  });

  it('past are said in the largest unit that still tells them apart', () => {
    expect([0, 12_000, 180_000, 7_200_000, 3 * 86_400_000].map((ms) => ago(0, ms))).toEqual([
      'now',
      '12 s ago',
      '3 min ago',
      '2 h ago',
      '3 days ago',
    ]);
  });

  it('on an axis carry their day once', () => {
    const noon_s = new Date(2026, 10, 23, 12).getTime() / 1_000;
    expect(axisLabels([noon_s, noon_s + 3_600, noon_s + 86_400], 3_600)).toEqual([
      '12:00\n23 Nov',
      '13:00',
      '12:00\n24 Nov',
    ]);
    expect(axisLabels([noon_s, noon_s + 86_400], 86_400)).toEqual(['23 Nov', '24 Nov']);
  });
});

describe('charts', () => {
  const line = (id: string): { id: string; name: string; colour: string; dash: number[] } => ({
    id,
    name: id,
    colour: '',
    dash: [],
  });

  it('take points in any order, one for a time, with gaps where a line says nothing', () => {
    const points = [
      { at_ms: 3_000, a: 3 },
      { at_ms: 1_000, a: 1, b: 5 },
      { at_ms: 3_000, a: 4 },
    ];
    expect(chartData(points, [line('a'), line('b')])).toEqual([
      [1, 3],
      [1, 4],
      [5, null],
    ]);
  });

  it('name whole powers of ten, few of them', () => {
    expect(decades(-1.5, 3.3)).toEqual([-1, 0, 1, 2, 3]);
    expect(decades(0, 60)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(decades(-16, 184)).toEqual([0, 50, 100, 150]);
  });
});

describe('bytes', () => {
  it('stand sixteen a row, with magic byte and schema id apart from the body', () => {
    const rows = hexRows(Uint8Array.of(0, 0, 0, 0, 9, 0x61, ...new Uint8Array(11).fill(0xff)), 100);
    expect(rows.map(({ offset, bytes }) => `${offset} ${bytes.length}`)).toEqual(['0000 16', '0010 1']);
    expect(rows[0]?.bytes.slice(0, 7).map(({ hex, char, part }) => `${hex} ${char} ${part}`)).toEqual([
      '00 · magic',
      '00 · schema',
      '00 · schema',
      '00 · schema',
      '09 · schema',
      '61 a body',
      'ff · body',
    ]);
  });

  it('are none where the text is not base64', () => {
    expect(fromBase64('AAH/')).toEqual(Uint8Array.of(0, 1, 255));
    expect(fromBase64('?')).toEqual(new Uint8Array());
  });

  it('that cannot be seen are shown as their escapes', () => {
    expect(visible('a\u0000b\u202e')).toBe('a\\u0000b\\u202e');
  });
});

describe('failures', () => {
  it('say what happened and what to do, whoever failed', () => {
    expect(failureOf(new RemoteError('usage.invalid', 'speed must be 0 or more', 'use 1 for real time'))).toEqual({
      code: 'usage.invalid',
      what: 'speed must be 0 or more',
      remedy: 'use 1 for real time',
    });
    expect(failureOf(new RemoteError('engine.unreachable', 'no', 'no')).remedy).toContain('npm start');
    expect(failureOf(status.safeParse({}).error).code).toBe('page.unreadable_answer');
    expect(failureOf('odd').what).toBe('odd');
  });

  it('of a record part into what happened and what to do', () => {
    const message =
      'schema id 9 is not known; register the schema of ad.metrics, or publish with the schema id 3, then redrive';
    expect(refusalOf('decode.unknown_schema', message)).toEqual({
      what: 'schema id 9 is not known',
      remedy: 'register the schema of ad.metrics, or publish with the schema id 3, then redrive',
    });
    expect(refusalOf('decode.unknown_schema', 'no remedy here')).toEqual({ what: 'no remedy here', remedy: null });
    expect(refusalOf('of.another.release', 'a; b')).toEqual({ what: 'a; b', remedy: null });
  });
});

describe('values as a table', () => {
  const left_out = new Set(['account_id']);

  it('have a column for what differs, and say once what all share', () => {
    const values = [
      { account_id: 'a', currency: 'JPY', clicks: 4, ad_id: 'x', nested: {} },
      { account_id: 'a', currency: 'JPY', clicks: 5, ad_id: 'y', nested: {} },
    ];
    expect(gridOf(values, left_out)).toEqual({
      columns: [
        { name: 'clicks', numeric: true },
        { name: 'ad_id', numeric: false },
      ],
      shared: [{ name: 'currency', value: 'JPY' }],
    });
  });

  it('keep a field that only some have, and all fields of a single row', () => {
    expect(gridOf([{ a: 1 }, { a: 1, b: 'x' }], left_out).columns).toEqual([{ name: 'b', numeric: false }]);
    expect(gridOf([{ a: 1 }], left_out)).toEqual({ columns: [{ name: 'a', numeric: true }], shared: [] });
  });

  it('are found in lists within a value', () => {
    expect(listsIn({ arms: [{ share: 0.5 }], tags: ['a'], none: [], n: 1 })).toEqual([
      { name: 'arms', rows: [{ share: 0.5 }] },
    ]);
  });

  it('name fields in words, the unit left to the value', () => {
    expect(['e_value', 'spend_minor', 'window_start_ms', 'link_clicks'].map(fieldWords)).toEqual([
      'e-value',
      'spend',
      'window start',
      'link clicks',
    ]);
  });
});
