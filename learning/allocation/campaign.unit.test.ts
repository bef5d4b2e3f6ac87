import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  delivering,
  emptyCampaign,
  decayedTo,
  observed,
  totalsAt,
  weighted,
  withArm,
  withHalfLives,
  type CampaignSums,
} from './campaign.ts';
import { logLosses, reweighted } from './half-lives.ts';

const hour_ms = 3_600_000;
const half_lives = [24, 96, 336];
const arm = (campaign: CampaignSums, name: string): readonly number[] =>
  campaign.arms.find((one) => one.arm === name)?.sums ?? [];

describe('discounting', () => {
  it('counts an observation by the age of its window, once, however the hours pass', () => {
    const seen = { arm: 'a', window_end_ms: 10 * hour_ms, exposure: 1_000, clicks: 20 };
    let campaign = observed(emptyCampaign(half_lives), seen);
    for (let hour = 11; hour <= 58; hour++) campaign = decayedTo(campaign, hour * hour_ms);
    // 48 h: two half-lives of a day, half of one of four days.
    expect(totalsAt(arm(campaign, 'a'), 0)).toEqual({ exposure: expect.closeTo(250, 9), clicks: expect.closeTo(5, 9) });
    expect(totalsAt(arm(campaign, 'a'), 1).exposure).toBeCloseTo(1_000 * 2 ** -0.5, 9);
    expect(arm(decayedTo(campaign, 0), 'a')).toEqual(arm(campaign, 'a'));
  });

  it('moves by the difference only when an old hour is restated, at the weight the hour has by now', () => {
    const observation = fc.record({
      arm: fc.constantFrom('a', 'b'),
      hour: fc.integer({ min: 1, max: 400 }),
      exposure: fc.integer({ min: 0, max: 5_000 }),
      clicks: fc.integer({ min: 0, max: 200 }),
      first: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(observation, { minLength: 1, maxLength: 20 }), (observations) => {
        let once = emptyCampaign(half_lives);
        let restated = emptyCampaign(half_lives);
        const later = [];
        for (const { hour, exposure, clicks, first, ...rest } of observations) {
          const window_end_ms = hour * hour_ms;
          once = observed(once, { ...rest, window_end_ms, exposure, clicks });
          const [early, few] = [Math.round(exposure * first), Math.round(clicks * first)];
          restated = observed(restated, { ...rest, window_end_ms, exposure: early, clicks: few });
          later.push({ ...rest, window_end_ms, exposure: exposure - early, clicks: clicks - few });
        }
        for (const difference of later.reverse()) restated = observed(restated, difference);
        for (const name of ['a', 'b'])
          arm(once, name).forEach((sum, i) => expect(arm(restated, name)[i] ?? NaN).toBeCloseTo(sum, 6));
      }),
    );
  });
});

describe('the weights of the half-lives', () => {
  it('follow the Poisson log loss of what each predicted', () => {
    const losses = logLosses([{ exposure: 1_000, clicks: 20, predicted: [0.02, 0.01] }], 2);
    // 1000 r - 20 ln r
    expect(losses[0]).toBeCloseTo(20 - 20 * Math.log(0.02), 9);
    expect(losses[1]).toBeCloseTo(10 - 20 * Math.log(0.01), 9);
    const [first, second] = reweighted([0.5, 0.5], losses, 0.01);
    const odds = Math.exp((losses[1] ?? 0) - (losses[0] ?? 0));
    expect(first).toBeCloseTo((0.99 * odds) / (1 + odds) + 0.005, 9);
    expect((first ?? 0) + (second ?? 0)).toBeCloseTo(1, 12);
  });

  /** Plays hours of a rate into one arm and returns the weights. */
  function after(rate: (hour: number) => number, hours: number): readonly number[] {
    let campaign = withArm(emptyCampaign(half_lives), 'a');
    for (let hour = 0; hour < hours; hour++) {
      campaign = weighted(campaign, () => ({ a: 15, b: 985 }), 500);
      const clicks = Math.round(5_000 * rate(hour));
      campaign = observed(campaign, { arm: 'a', window_end_ms: (hour + 1) * hour_ms, exposure: 5_000, clicks });
    }
    return weighted(campaign, () => ({ a: 15, b: 985 }), 500).weights;
  }

  it('turn to the short one when rates have moved, and stay with the long ones when they have not', () => {
    const moved = after((hour) => (hour < 150 ? 0.03 : 0.015), 200);
    expect(moved[0]).toBeGreaterThan(0.9);
    const steady = after(() => 0.02, 200);
    expect(steady[0]).toBeLessThan(0.4);
  });

  it('are scored on each fact once: nothing new leaves them alone', () => {
    const seen = { arm: 'a', window_end_ms: hour_ms, exposure: 1_000, clicks: 90 };
    const first = weighted(observed(emptyCampaign(half_lives), seen), () => ({ a: 15, b: 985 }), 500);
    expect(weighted(first, () => ({ a: 15, b: 985 }), 500)).toBe(first);
  });

  it('come along when the policy lists other half-lives; those it keeps are untouched', () => {
    const campaign = observed(emptyCampaign(half_lives), {
      arm: 'a',
      window_end_ms: hour_ms,
      exposure: 100,
      clicks: 3,
    });
    const aged = decayedTo(campaign, 97 * hour_ms);
    const moved = withHalfLives(aged, [96, 1_000]);
    expect(moved.arms[0]?.sums.slice(0, 2)).toEqual(aged.arms[0]?.sums.slice(2, 4));
    expect(moved.arms[0]?.sums.slice(2, 4)).toEqual(aged.arms[0]?.sums.slice(4, 6));
    expect(moved.weights.reduce((total, w) => total + w, 0)).toBeCloseTo(1, 12);
    expect(withHalfLives(aged, half_lives)).toBe(aged);
  });
});

describe('the weights of half-lives', () => {
  it('are not turned over by one old hour that is restated', () => {
    const prior = () => ({ a: 15, b: 985 });
    let campaign = ['a', 'b'].reduce(withArm, emptyCampaign(half_lives));
    for (let hour = 1; hour <= 600; hour++) {
      for (const name of ['a', 'b'])
        campaign = observed(campaign, { arm: name, window_end_ms: hour * hour_ms, exposure: 500, clicks: 8 });
      campaign = weighted(campaign, prior, 500);
    }
    const restated = observed(campaign, { arm: 'a', window_end_ms: 200 * hour_ms, exposure: 0, clicks: 40 });
    const step = (from: CampaignSums): CampaignSums =>
      weighted(observed(from, { arm: 'a', window_end_ms: 601 * hour_ms, exposure: 500, clicks: 8 }), prior, 500);
    const [moved, still] = [step(restated), step(campaign)];
    moved.weights.forEach((weight, h) => expect(weight).toBeCloseTo(still.weights[h] ?? NaN, 2));
    expect(arm(restated, 'a')).not.toEqual(arm(campaign, 'a'));
  });
});

describe('an arm that is shown no more', () => {
  const prior = () => ({ a: 15, b: 985 });
  const hour = (campaign: CampaignSums, at: number, names: readonly string[]): CampaignSums =>
    weighted(
      names.reduce(
        (sums, name) => observed(sums, { arm: name, window_end_ms: at * hour_ms, exposure: 500, clicks: 8 }),
        campaign,
      ),
      prior,
      500,
    );
  const names = (campaign: CampaignSums): readonly string[] => delivering(campaign, 48).arms.map((one) => one.arm);

  it('leaves the split while others are shown, and comes back with its next exposure', () => {
    let campaign = ['a', 'b', 'c'].reduce(withArm, emptyCampaign(half_lives));
    for (let at = 1; at <= 24; at++) campaign = hour(campaign, at, ['a', 'b', 'c']);
    for (let at = 25; at <= 72; at++) campaign = hour(campaign, at, ['a', 'b']);
    expect(names(campaign)).toEqual(['a', 'b', 'c']);
    campaign = hour(campaign, 73, ['a', 'b']);
    expect(names(campaign)).toEqual(['a', 'b']);
    expect(names(hour(campaign, 74, ['a', 'b', 'c']))).toEqual(['a', 'b', 'c']);
  });

  it('keeps its place while the whole campaign rests', () => {
    let campaign = ['a', 'b'].reduce(withArm, emptyCampaign(half_lives));
    campaign = hour(campaign, 1, ['a', 'b']);
    for (let at = 2; at <= 200; at++) campaign = hour(campaign, at, []);
    expect(names(campaign)).toEqual(['a', 'b']);
  });
});
