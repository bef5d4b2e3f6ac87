import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { actionValue, defaultConversions } from './conversions.ts';
import { adOf } from './creative.ts';
import { classify, refused } from './errors.ts';
import { budgetOfMinor, minorOfBudget, minorOfMajor } from './money.ts';
import { grainOf, insightOf, type RowContext } from './rows.ts';
import { adShape, insightShape } from './shapes.ts';
import { usageOf } from './usage.ts';
import { versionStanding } from './version.ts';
import { dateAt, datesBetween, daysLater, dayWindow, hourWindow } from './zone.ts';

describe('money of Meta', () => {
  it.each([
    ['11.97', 'EUR', 1_197],
    ['5339.5', 'USD', 533_950],
    ['0', 'USD', 0],
    ['1234', 'JPY', 1_234],
    ['1.234', 'KWD', 1_234],
    ['1.2', 'KWD', 1_200],
    ['0.615', 'EUR', 62],
    ['0.614', 'EUR', 61],
    ['99.995', 'EUR', 10_000],
    ['1234.5', 'JPY', 1_235],
    // As a float this is 110.00000000000001.
    ['1.10', 'EUR', 110],
    ['90071992547409.91', 'EUR', 9_007_199_254_740_991],
  ])('%s %s in insights is %d minor units', (text, currency, minor) => {
    expect(minorOfMajor(text, currency)).toBe(minor);
  });

  it.each(['', '-1', '1e3', '1,234', 'NaN', '1.', '.5'])('%j in insights is no amount', (text) => {
    expect(() => minorOfMajor(text, 'EUR')).toThrow('is no amount of money');
  });

  it('is refused where it cannot be counted exactly, or its currency is not known', () => {
    expect(() => minorOfMajor('90071992547409.92', 'EUR')).toThrow('more money than can be counted exactly');
    expect(() => minorOfMajor('1', 'HRK')).toThrow('currency HRK is not known');
  });

  it.each([
    ['2000', 'USD', 2_000],
    ['2000', 'JPY', 2_000],
    ['2000', 'HUF', 200_000],
    ['2000', 'TWD', 200_000],
    ['2000', 'BHD', 20_000],
  ])('a budget of %s units of %s is %d minor units, and back', (text, currency, minor) => {
    expect(minorOfBudget(text, currency)).toBe(minor);
    expect(budgetOfMinor(minor, currency)).toBe(text);
  });

  it('is taken back as it was sent, in every currency, and refused where it is finer than Meta takes', () => {
    const codes = fc.constantFrom('EUR', 'JPY', 'HUF', 'JOD', 'COP', 'CLP', 'BHD');
    fc.assert(
      fc.property(codes, fc.integer({ min: 1, max: 10 ** 9 }), (currency, minor) => {
        const sent = budgetOfMinor(minor, currency);
        // Units of Meta that a minor unit is a part of: a hundred fillers are one of a forint's, ten fils one of a dinar's.
        const parts =
          new Map([
            ['HUF', 100],
            ['COP', 100],
            ['JOD', 10],
            ['BHD', 10],
          ]).get(currency) ?? 1;
        expect(sent === null).toBe(minor % parts !== 0);
        if (sent !== null) expect(minorOfBudget(sent, currency)).toBe(minor);
      }),
    );
  });
});

describe('days and hours of an account', () => {
  it.each([
    ['2026-03-10', 'UTC', '2026-03-10T00:00:00Z', 24],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z', 23],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z', 25],
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00Z', 23],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00Z', 25],
    ['2026-03-10', 'Asia/Kolkata', '2026-03-09T18:30:00Z', 24],
    ['2026-03-10', 'Asia/Kathmandu', '2026-03-09T18:15:00Z', 24],
    // Clocks go from 24:00 to 01:00: the day begins at one.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00Z', 23],
    // A date that was skipped whole has no hours.
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z', 0],
  ])('%s in %s begins at %s and has %d hours', (date, zone, start, hours) => {
    const { window_start_ms, window_end_ms } = dayWindow(date, zone);
    expect(new Date(window_start_ms).toISOString()).toBe(start.replace('Z', '.000Z'));
    expect((window_end_ms - window_start_ms) / hour_ms).toBe(hours);
  });

  it('an hour that comes twice is given to the first, one that is skipped to the moment of the skip', () => {
    expect(hourWindow('2026-10-25', 2, 'Europe/Berlin').window_start_ms).toBe(Date.UTC(2026, 9, 25, 0));
    expect(hourWindow('2026-10-25', 3, 'Europe/Berlin').window_start_ms).toBe(Date.UTC(2026, 9, 25, 2));
    expect(hourWindow('2026-03-29', 2, 'Europe/Berlin').window_start_ms).toBe(Date.UTC(2026, 2, 29, 1));
    expect(hourWindow('2026-03-29', 3, 'Europe/Berlin').window_start_ms).toBe(Date.UTC(2026, 2, 29, 1));
  });

  it('days follow one another without gap or overlap, and each moment is on its date', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'America/Santiago',
    );
    const moments = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) });
    fc.assert(
      fc.property(zones, moments, (zone, at_ms) => {
        const date = dateAt(at_ms, zone);
        const { window_start_ms, window_end_ms } = dayWindow(date, zone);
        expect(at_ms >= window_start_ms && at_ms < window_end_ms).toBe(true);
        expect(dayWindow(daysLater(date, 1), zone).window_start_ms).toBe(window_end_ms);
        expect(Math.abs(window_end_ms - window_start_ms - day_ms)).toBeLessThanOrEqual(hour_ms);
      }),
    );
  });

  it('dates are counted by the calendar', () => {
    expect(datesBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
    expect(() => daysLater('2026-2-1', 1)).toThrow('is no date');
  });
});

describe('actions', () => {
  const entry = (action_type: string, value: string, rest: object = {}): { action_type: string; value: string } => ({
    action_type,
    value,
    ...rest,
  });
  const actions = [
    entry('link_click', '10'),
    entry('omni_purchase', '3', { '7d_click': '2', '1d_view': '1' }),
    entry('purchase', '3'),
    entry('post_reaction', '7', { action_reaction: 'like' }),
    entry('post_reaction', '8'),
  ];

  it('count one type, and of that the whole', () => {
    expect(actionValue(actions, 'omni_purchase', [])).toBe('3');
    expect(actionValue(actions, 'post_reaction', [])).toBe('8');
    expect(actionValue(actions, 'lead', [])).toBeNull();
  });

  it('sum the windows that are asked for, exactly', () => {
    expect(actionValue(actions, 'omni_purchase', ['7d_click'])).toBe('2');
    expect(actionValue(actions, 'omni_purchase', ['7d_click', '1d_view'])).toBe('3');
    expect(actionValue([entry('x', '0', { '7d_click': '0.1', '1d_view': '0.25' })], 'x', ['7d_click', '1d_view'])).toBe(
      '0.35',
    );
    expect(actionValue(actions, 'omni_purchase', ['28d_click'])).toBe('0');
  });
});

describe('a row of insights', () => {
  const context: RowContext = {
    currency: 'EUR',
    time_zone: 'Europe/Berlin',
    objectives: new Map([
      ['c1', 'sales'],
      ['c2', 'traffic'],
    ]),
    conversions: defaultConversions,
    now_ms: 5,
  };
  const row = {
    campaign_id: 'c1',
    adset_id: 's',
    ad_id: 'a',
    impressions: '1000',
    clicks: '40',
    inline_link_clicks: '30',
    reach: '800',
    spend: '12.5',
    actions: [{ action_type: 'omni_purchase', value: '2' }],
    action_values: [{ action_type: 'omni_purchase', value: '50.01' }],
    date_start: '2026-03-29',
    date_stop: '2026-03-29',
  };
  const hour = { ...row, hourly_stats_aggregated_by_advertiser_time_zone: '04:00:00 - 04:59:59' };

  it('is a day of its account with what was bought', () => {
    expect(insightOf(insightShape.parse(row), context)).toEqual({
      campaign_id: 'c1',
      adset_id: 's',
      ad_id: 'a',
      window_start_ms: Date.UTC(2026, 2, 28, 23),
      window_end_ms: Date.UTC(2026, 2, 29, 22),
      as_of_ms: 5,
      impressions: 1_000,
      clicks: 40,
      link_clicks: 30,
      spend_minor: 1_250,
      conversions: 2,
      conversion_value_minor: 5_001,
      reach: 800,
    });
  });

  it('is an hour without people and purchases, which Meta does not fill there', () => {
    const insight = insightOf(insightShape.parse(hour), context);
    expect(insight).toMatchObject({ conversions: 0, conversion_value_minor: 0, reach: null, link_clicks: 30 });
    expect(insight.window_start_ms).toBe(Date.UTC(2026, 2, 29, 2));
    expect(insight.window_end_ms - insight.window_start_ms).toBe(hour_ms);
  });

  it('counts no conversions of campaigns that are paid for clicks, whose ads are read by the hour', () => {
    expect(insightOf(insightShape.parse({ ...row, campaign_id: 'c2' }), context)).toMatchObject({ conversions: 0 });
    expect([grainOf('traffic'), grainOf('sales'), grainOf('leads'), grainOf('unknown')]).toEqual([
      'hour',
      'day',
      'day',
      'hour',
    ]);
  });

  it('has all clicks where Meta counted those on the link before the others', () => {
    expect(insightOf(insightShape.parse({ ...row, clicks: '20' }), context)).toMatchObject({
      clicks: 30,
      link_clicks: 30,
    });
  });

  it.each([
    ['clicks without impressions', { impressions: '10' }, 'it has 40 clicks of 10 impressions'],
    ['another currency', { account_currency: 'USD' }, 'it is in USD, its account in EUR'],
    ['no ad', { ad_id: undefined }, 'does not say which ad'],
    ['hours that are none', { hourly_stats_aggregated_by_advertiser_time_zone: 'noon' }, 'is no hour'],
  ])('is refused with %s', (_, change, said) => {
    expect(() => insightOf(insightShape.parse({ ...row, ...change }), context)).toThrow(said);
  });

  it.each([
    ['impressions', '1,000'],
    ['impressions', '-5'],
    ['spend', 'a lot'],
    ['clicks', '1.5'],
  ])('is no row with %s %j', (field, value) => {
    expect(insightShape.safeParse({ ...row, [field]: value }).success).toBe(false);
  });
});

describe('an ad of Meta', () => {
  const ad = { id: '1', name: 'A', campaign_id: 'c', adset_id: 's', created_time: '2026-03-01T10:00:00+0100' };
  it.each([
    [
      'link',
      { object_story_spec: { link_data: { name: 'H', message: 'B', call_to_action: { type: 'SHOP_NOW' } } } },
      'image',
    ],
    [
      'video',
      { object_story_spec: { video_data: { title: 'H', message: 'B', call_to_action: { type: 'SHOP_NOW' } } } },
      'video',
    ],
    [
      'cards',
      {
        title: 'H',
        body: 'B',
        call_to_action_type: 'SHOP_NOW',
        object_story_spec: { link_data: { child_attachments: [{}, {}] } },
      },
      'carousel',
    ],
    [
      'assets',
      { asset_feed_spec: { titles: [{ text: 'H' }], bodies: [{ text: 'B' }], call_to_action_types: ['SHOP_NOW'] } },
      'unknown',
    ],
  ] as const)('has its words where a creative of %s keeps them', (_, creative, format) => {
    expect(adOf('act_1', adShape.parse({ ...ad, creative }), 'sales')).toMatchObject({
      headline: 'H',
      primary_text: 'B',
      call_to_action: 'SHOP_NOW',
      format,
      objective: 'sales',
      created_ms: Date.UTC(2026, 2, 1, 9),
    });
  });

  it('has no words that cannot be seen, and a name always', () => {
    const odd = adOf(
      'act_1',
      adShape.parse({ ...ad, name: ' \u0000 ', creative: { title: '\u0007 ', body: 'a\u0000b' } }),
      'unknown',
    );
    expect([odd.name, odd.headline, odd.primary_text]).toEqual(['1', null, 'a b']);
  });
});

describe('refusals of Graph', () => {
  const kind = (code: number, error_subcode?: number, status = 400, is_transient?: boolean): string =>
    classify(
      {
        code,
        message: '',
        ...(error_subcode !== undefined && { error_subcode }),
        ...(is_transient !== undefined && { is_transient }),
      },
      status,
      null,
    ).kind;
  const refusals: readonly (readonly [kind: string, codes: readonly (readonly [code: number, subcode?: number])[]])[] =
    [
      ['transient', [[1], [2, 1504043], [-2, 2490547]]],
      ['throttled', [[4, 1504022], [17, 2446079], [32], [613, 1487742], [613, 1487632], [80000], [80014]]],
      ['abuse', [[613], [368]]],
      ['token', [[190, 463]]],
      ['permission', [[10], [200], [294]]],
      ['version', [[2635]]],
      ['unknown_id', [[100, 33]]],
      [
        'too_much',
        [
          [100, 1487534],
          [100, 1504018],
          [2, 1504038],
        ],
      ],
      ['invalid', [[100], [3018], [100, 1885621], [100, 1885272], [2, 1504041]]],
    ];
  it.each(refusals)('%s', (wanted, codes) => {
    expect(codes.map(([code, subcode]) => kind(code, subcode))).toEqual(codes.map(() => wanted));
  });

  it('that are not known pass where Graph says so, or fails by itself', () => {
    expect([kind(9_999), kind(9_999, undefined, 500), kind(9_999, undefined, 400, true)]).toEqual([
      'invalid',
      'transient',
      'transient',
    ]);
  });

  it('say what Meta says to people and its support asks for, without a token', () => {
    const error = { code: 100, message: 'see access_token=EAAsecret&x', error_user_msg: 'Too low', fbtrace_id: 'A1' };
    const { message } = refused('POST 1', error, classify(error, 400, null));
    expect(message).toBe('POST 1: see access_token=(hidden)&x; Too low (error 100, trace A1)');
  });
});

describe('usage headers', () => {
  it('say the fullest of all limits, and when calls are taken again', () => {
    const business = [
      { type: 'ads_insights', call_count: 12, total_cputime: 81, total_time: 3, estimated_time_to_regain_access: 4 },
    ];
    expect(
      usageOf({
        'x-business-use-case-usage': JSON.stringify({ '1': business }),
        'x-fb-ads-insights-throttle': '{"app_id_util_pct":10,"acc_id_util_pct":"40.5"}',
        'x-ad-account-usage': '{"acc_id_util_pct":9.67,"reset_time_duration":100}',
      }),
    ).toEqual({ percent: 81, regain_ms: 240_000 });
    expect(usageOf({ 'x-business-use-case': JSON.stringify({ '1': business }) })).toMatchObject({ percent: 81 });
    expect(usageOf({ 'x-ad-account-usage': '{"acc_id_util_pct":100,"reset_time_duration":100}' })).toEqual({
      percent: 100,
      regain_ms: 100_000,
    });
    expect(usageOf({ 'x-app-usage': 'no JSON' })).toBeNull();
    expect(usageOf({})).toBeNull();
  });
});

describe('a version of the API', () => {
  it.each([
    ['v24.0', '2026-10-05', 'expires'],
    ['v24.0', '2026-10-06', 'expired'],
    ['v24.0', '2026-05-01', 'good'],
    ['v26.0', '2026-10-06', 'good'],
    ['v99.0', '2026-10-06', 'unlisted'],
  ])('%s on %s is %s', (version, date, standing) => {
    expect(versionStanding(version, Date.parse(date)).standing).toBe(standing);
  });
});
