import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../engine/engine.ts';
import { parsePolicy } from '../../policy/document.ts';
import { trueAds } from '../../ports/ad-platform/simulated/truth.ts';
import { Truth, type TrueRate } from './effect.ts';
import { Fidelity } from './fidelity.ts';
import { Occurrences, type Occurrence } from './occurrences.ts';
import { policyChanges } from '../../policy/changes.ts';
import { readPolicy } from '../policy-file.ts';
import { Splits, type Split } from './splits.ts';

const hour_ms = 3_600_000;

describe('a policy file', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'policy-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = (text: string): string => {
    const path = join(folder, 'policy.yaml');
    writeFileSync(path, text);
    return path;
  };

  it('is read, its version that of the same document as an event', () => {
    expect(readPolicy(file('evidence:\n  alpha: 0.01\n'))).toEqual(parsePolicy({ evidence: { alpha: 0.01 } }));
  });

  it.each([
    ['an unknown field', 'evidence:\n  alfa: 0.01\n', 'policy.invalid', /evidence\.alfa.*did you mean alpha/],
    ['a value out of its limits', 'evidence:\n  alpha: 2\n', 'policy.invalid', /evidence\.alpha is 2/],
    ['no YAML', 'evidence: [1\n', 'policy.unreadable', /policy\.yaml:\d/],
  ])('with %s is refused by name', (_, text, code, message) => {
    const path = file(text);
    expect(() => readPolicy(path)).toThrowError(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it('that is not there, or is a folder, is refused', () => {
    expect(() => readPolicy(join(folder, 'none.yaml'))).toThrowError(expect.objectContaining({ code: 'file.missing' }));
    expect(() => readPolicy(folder)).toThrowError(expect.objectContaining({ code: 'policy.unreadable' }));
  });

  it('differs from another policy in the fields that differ', () => {
    const other = parsePolicy({ evidence: { min_lift: 0.1 }, allocation: { half_lives_hours: [24] } });
    const recorded = parsePolicy({});
    expect(policyChanges(recorded, other)).toEqual([
      { field: 'evidence.min_lift', before: 0, after: 0.1 },
      { field: 'allocation.half_lives_hours', before: recorded.allocation.half_lives_hours, after: [24] },
    ]);
    expect(policyChanges(recorded, parsePolicy({}))).toEqual([]);
  });
});

describe('winners under two policies', () => {
  const winner = (about: string, hour: number, ad_id = 'ad'): Occurrence => ({
    account_id: 'act',
    about,
    ad_id,
    at_ms: hour * hour_ms,
    reason: `${about} at ${hour}`,
  });
  const of = (...all: readonly Occurrence[]): Occurrences => {
    const occurrences = new Occurrences();
    for (const one of all) occurrences.take(one);
    return occurrences;
  };

  it('are told apart: under one only, earlier, later, the same', () => {
    const recorded = of(winner('same', 1), winner('lost', 2), winner('late', 3), winner('early', 10));
    const other = of(winner('same', 1), winner('late', 8), winner('early', 9), winner('new', 4));
    const compared = recorded.comparedWith(other, -Infinity, ({ about }) => `why not ${about}`);
    expect(compared).toMatchObject({
      both: 3,
      only_recorded: 1,
      only_other: 1,
      earlier: 1,
      later: 1,
      mean_later_hours: (0 + 5 - 1) / 3,
    });
    expect(compared.differences.map(({ about, later_hours, reason }) => [about, later_hours, reason])).toEqual([
      ['lost', null, 'why not lost'],
      ['late', 5, 'late at 8'],
      ['new', null, 'new at 4'],
      ['early', -1, 'early at 9'],
    ]);
  });

  it('count from a time on where one of the two happened then', () => {
    const compared = of(winner('before', 1), winner('across', 4)).comparedWith(
      of(winner('before', 2), winner('across', 6), winner('new', 1)),
      5 * hour_ms,
      () => '',
    );
    expect(compared.differences.map(({ about }) => about)).toEqual(['across']);
    expect(compared.only_other).toBe(0);
  });

  it('are each the first of their ad', () => {
    const compared = of(winner('one', 1), winner('one', 9)).comparedWith(of(winner('one', 1)), -Infinity, () => '');
    expect(compared).toMatchObject({ both: 1, differences: [] });
  });
});

describe('splits under two policies', () => {
  const split = (hour: number, shares: Readonly<Record<string, number>>, campaign_id = 'c'): Split => ({
    account_id: 'act',
    campaign_id,
    hour_ms: hour * hour_ms,
    at_ms: hour * hour_ms,
    shares: new Map(Object.entries(shares)),
  });

  it('differ by the share of the budget that goes elsewhere, and by who leads', () => {
    const splits = new Splits();
    splits.take([split(1, { a: 0.7, b: 0.3 })], [split(1, { a: 0.4, b: 0.6 })]);
    splits.take([split(2, { a: 0.7, b: 0.3 })], [split(2, { a: 0.6, b: 0.4 })]);
    const [campaign] = splits.campaigns();
    expect(campaign).toMatchObject({ hours: 2, other_leader_hours: 1, only_recorded_hours: 0, only_other_hours: 0 });
    expect(campaign?.moved_share).toBeCloseTo((0.3 + 0.1) / 2, 12);
    expect(campaign?.shift['a']).toBeCloseTo(-0.2, 12);
  });

  it('that only one policy proposes are counted and not compared', () => {
    const splits = new Splits();
    splits.take([split(1, { a: 0.5, b: 0.5 })], [split(1, { a: 1, b: 0 }, 'd')]);
    expect(splits.campaigns()).toMatchObject([
      { campaign_id: 'c', hours: 0, moved_share: 0, only_recorded_hours: 1, only_other_hours: 0 },
      { campaign_id: 'd', hours: 0, moved_share: 0, only_recorded_hours: 0, only_other_hours: 1 },
    ]);
  });
});

describe('what would have changed, by true rates', () => {
  const ad = (campaign_id: string, name: string, rate: number): TrueRate => ({
    account_id: 'act',
    campaign_id,
    ad_id: `${campaign_id}-${name}`,
    adset_id: `set-${campaign_id}-${name}`,
    rate,
  });
  const truth = new Truth([ad('c', 'a', 0.03), ad('c', 'b', 0.02), ad('tie', 'a', 0.02), ad('tie', 'b', 0.02)]);
  const announced = (ad_id: string): Occurrence => ({ account_id: 'act', about: 'e', ad_id, at_ms: 0, reason: '' });

  it('a winner is false where another ad is as good, and uncounted where nobody knows', () => {
    const winners = ['c-a', 'c-b', 'tie-a', 'unknown'].map(announced);
    expect(truth.winners(winners)).toMatchObject({ announced: 3, false: 2 });
    expect(truth.winners([])).toEqual({ announced: 0, false: 0, share_low: null, share_high: null });
  });

  it('clicks are gained by what moves to the better ad, in campaigns whose budget follows', () => {
    const splits = new Splits();
    const at = (campaign: string, a: number): Split => ({
      account_id: 'act',
      campaign_id: campaign,
      hour_ms: 0,
      at_ms: 0,
      shares: new Map([
        [`set-${campaign}-a`, a],
        [`set-${campaign}-b`, 1 - a],
      ]),
    });
    splits.take([at('c', 0.5), at('tie', 0.5)], [at('c', 0.8), at('tie', 0.9)]);
    const all = truth.clicks(splits.campaigns(), () => true);
    // 30 % of 1,000 impressions at one more click in a hundred, and none in the tie.
    expect(all.per_1000_impressions).toBeCloseTo((0.3 * 1_000 * 0.01) / 2, 9);
    expect(all).toMatchObject({ campaigns: 2, low: null, high: null });
    const one = truth.clicks(splits.campaigns(), ({ campaign_id }) => campaign_id === 'c');
    expect(one.per_1000_impressions).toBeCloseTo(3, 9);
    expect(truth.clicks(splits.campaigns(), () => false).per_1000_impressions).toBeNull();
  });

  it('is known of every ad that a simulation has created, also where its campaign is over', () => {
    const early = trueAds(1, 48);
    expect(new Set(early.map(({ campaign_id }) => campaign_id)).size).toBe(8);
    expect(trueAds(1, 100 * 24).slice(0, early.length)).not.toHaveLength(0);
    expect(trueAds(1, 100 * 24).map(({ ad_id }) => ad_id)).toEqual(
      expect.arrayContaining(early.map(({ ad_id }) => ad_id)),
    );
  });
});

describe('whether the recorded policy gives the recorded decisions', () => {
  const event = (e_value: number, at_ms: number, offset: number): EngineEvent => ({
    record: {
      topic: 'winner.detected',
      partition: 0,
      key: 'act',
      offset,
      appended_ms: at_ms,
      value: Buffer.from(''),
      name: { group: 'g', run: 1, topic: 'evidence.changed', partition: 0, offset, ordinal: 0 },
    },
    value: { e_value, at_ms },
    error: null,
  });
  const counts = (fidelity: Fidelity): unknown => fidelity.topics()[0];

  it('is so where all but the time is the same, in whichever step', () => {
    const fidelity = new Fidelity(['winner.detected'], () => true);
    fidelity.take([event(1, 5, 0)], [event(1, 6, 0), event(2, 9, 1)]);
    fidelity.take([event(2, 8, 1)], []);
    expect(counts(fidelity)).toMatchObject({ recorded: 2, matched: 2, not_made_again: 0, not_in_log: 0 });
  });

  it('is not where one is missing or another was made', () => {
    const fidelity = new Fidelity(['winner.detected'], () => true);
    fidelity.take([event(1, 5, 0)], [event(3, 5, 0)]);
    fidelity.take([], []);
    expect(counts(fidelity)).toMatchObject({ recorded: 1, matched: 0, not_made_again: 1, not_in_log: 1 });
  });

  it('counts a decision that was sent again after a crash once', () => {
    const fidelity = new Fidelity(['winner.detected'], () => true);
    fidelity.take([event(1, 5, 0), event(1, 5, 0)], [event(1, 5, 0)]);
    fidelity.take([event(1, 5, 0)], []);
    expect(counts(fidelity)).toMatchObject({ recorded: 1, matched: 1, not_made_again: 0 });
  });

  it('does not hold against a program what may not have reached the log yet', () => {
    const fidelity = new Fidelity(['winner.detected'], ({ offset }) => offset < 1);
    fidelity.take([], [event(1, 5, 1)]);
    expect(counts(fidelity)).toMatchObject({ not_in_log: 0 });
    fidelity.take([], [event(2, 5, 0)]);
    expect(counts(fidelity)).toMatchObject({ not_in_log: 1 });
  });
});
