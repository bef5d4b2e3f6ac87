import { describe, expect, it } from 'vitest';
import { adviceOn, type AdviceFacts, type ExposureFact, type GroupFact, type SplitFact } from './advice.ts';

const nothing: AdviceFacts = { topics: [], groups: [], exposures: [], splits: [] };
const group = (over: Partial<GroupFact>): GroupFact => ({
  group: 'count',
  state: 'running',
  lag: 0,
  events_per_s: 100,
  parked_keys: 0,
  ...over,
});
const wordsOf = (facts: Partial<AdviceFacts>): readonly string[] =>
  adviceOn({ ...nothing, ...facts }).map(({ words }) => words);

describe('events that nobody reads', () => {
  const topic = { topic: 'offline.sale', events: 12_400, readers: [] as string[], read_by: null };

  it('are told with how many there are', () => {
    expect(wordsOf({ topics: [topic] })).toEqual(['12,400 events of offline.sale and no reader']);
  });

  it('are those whose readers have all stopped', () => {
    const topics = [{ ...topic, readers: ['count'] }];
    expect(wordsOf({ topics, groups: [group({ state: 'stopped' })] })).toEqual([
      '12,400 events of offline.sale and no reader: count has stopped',
    ]);
    expect(wordsOf({ topics, groups: [group({})] })).toEqual([]);
  });

  it('are none where there is none, or somebody outside reads them', () => {
    expect(wordsOf({ topics: [{ ...topic, events: 0 }] })).toEqual([]);
    expect(wordsOf({ topics: [{ ...topic, read_by: 'people' }] })).toEqual([]);
  });
});

describe('a group', () => {
  it('is behind where catching up takes more than a minute at its pace', () => {
    expect(wordsOf({ groups: [group({ lag: 6_000 })] })).toEqual([]);
    expect(wordsOf({ groups: [group({ lag: 30_000 })] })).toEqual([
      'count has 30,000 records before it, 5 minutes at its pace of 100/s',
    ]);
  });

  it('without a pace is not said to be behind: a paused source is no fault', () => {
    expect(wordsOf({ groups: [group({ lag: 30_000, events_per_s: 0 })] })).toEqual([]);
  });

  it('whose keys wait for a dead letter comes first', () => {
    const [first, second] = adviceOn({
      ...nothing,
      groups: [group({ lag: 30_000 }), group({ group: 'promote', parked_keys: 2 })],
    });
    expect(first?.words).toBe('2 keys wait in promote until their dead letters are settled');
    expect(second?.kind).toBe('behind');
  });
});

describe('minimum exposure', () => {
  const exposure: ExposureFact = {
    account_id: 'act_1',
    experiment_id: 'exp_1',
    name: 'Hero image',
    need: 3_000,
    have: 1_000,
    days_left: 14,
    days_planned: 4,
  };

  it('is unreachable where the plan ends before the pace gets there, by the factor that is missing', () => {
    const [advice] = adviceOn({ ...nothing, exposures: [exposure] });
    expect(advice?.words).toBe(
      'Minimum exposure unreachable at this spend: Hero image has 1,000 of 3,000 impressions of each ad and needs 14 days; its plan ends in 4 days',
    );
    expect(advice?.remedy).toContain('about 3.5 times');
    expect(advice?.about).toEqual({ kind: 'experiment', account_id: 'act_1', id: 'exp_1' });
  });

  it('is not judged where the pace is not known, in time, or the plan is over', () => {
    const exposures = [
      { ...exposure, days_left: null },
      { ...exposure, days_left: 4 },
      { ...exposure, days_planned: 0 },
    ];
    expect(wordsOf({ exposures })).toEqual([]);
  });
});

describe('impressions', () => {
  const split = (a: number, b: number, over: Partial<SplitFact> = {}): SplitFact => ({
    account_id: 'act_1',
    campaign_id: 'cmp_1',
    name: 'Spring',
    hours: 72,
    applied: true,
    arms: [
      { adset_id: 'a', proposed: 0.8, impressions: a },
      { adset_id: 'b', proposed: 0.2, impressions: b },
    ],
    ...over,
  });

  it('that went to other ad sets than proposed are told by their share', () => {
    expect(wordsOf({ splits: [split(5_000, 5_000)] })).toEqual([
      'Impressions do not follow the allocation: of Spring 30 % of 10,000 impressions in 72 hours went to other ad sets than proposed',
    ]);
  });

  it('follow where less than a fifth went elsewhere', () => {
    expect(wordsOf({ splits: [split(6_100, 3_900), split(8_000, 2_000)] })).toEqual([]);
  });

  it('of few hours or few people say nothing', () => {
    expect(wordsOf({ splits: [split(500, 500), split(5_000, 5_000, { hours: 23 })] })).toEqual([]);
  });

  it('are not blamed on a platform that was told of no split', () => {
    const [advice] = adviceOn({ ...nothing, splits: [split(5_000, 5_000, { applied: false })] });
    expect(advice?.remedy).toContain('proposals are not applied');
  });
});
