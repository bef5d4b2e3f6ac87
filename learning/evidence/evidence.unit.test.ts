import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomial, clopperPearson, generator, lgamma, poisson } from '../numeric.ts';
import type { CourseRule } from './course.ts';
import { logConditional, logUpwardConditional } from './counts.ts';
import { blockHours, weightedAutocorrelation } from './block-length.ts';
import { discoveries, threshold, thresholdBeside } from './e-bh.ts';
import { detectableLift, neededT, shrunkenLift, shrunkenLiftOfCounts } from './lift.ts';
import { quantile, smallestLift, successesOfOneLook } from './plan.ts';
import { zOfRates } from './peers.ts';
import { dispersedBy, dispersionBound, noDispersion, sampleRatioP } from './srm.ts';
import { breaksGuardrail } from './metrics.ts';
import { logTMixture, logUpward, no_sums, plus, replaced } from './t-mixture.ts';

const vector = [4, 6, 5, 7, 3, 6, 5].map((x) => x / 1000);
const sums = vector.reduce(plus, no_sums);

/** The rule that two parallel ads get by default. */
const planned: CourseRule = {
  arms: 2,
  metric: 'link_ctr',
  declared_rate: 0.015,
  calibration_hours: 72,
  expected_successes: 20,
  evidence: 'blocks',
  c2: 0.25,
  log_ratio_sd: 0.3,
  safety_factor: 1.25,
  correlated_safety_factor: 2.5,
};

describe('the t-mixture e-process', () => {
  it('gives the published values', () => {
    expect(Math.exp(logTMixture(sums, 1))).toBeCloseTo(162.62, 1);
    expect(Math.exp(logTMixture(sums, 4))).toBeCloseTo(15.04, 2);
  });

  it('does not depend on the scale of the differences', () => {
    const scaled = vector.map((x) => x * 37).reduce(plus, no_sums);
    expect(logTMixture(scaled, 1)).toBeCloseTo(logTMixture(sums, 1), 9);
  });

  it('says nothing in the direction the differences do not point', () => {
    expect(logUpward(vector.map((x) => -x).reduce(plus, no_sums), 1)).toBe(-Infinity);
    expect(logUpward(sums, 1)).toBe(logTMixture(sums, 1));
  });

  it('is the same whether a value was restated or had always been so', () => {
    const sane = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(sane, { minLength: 3, maxLength: 30 }), sane, (values, now) => {
        const [old = 0, ...rest] = values;
        const restated = replaced(values.reduce(plus, no_sums), old, now);
        const always = [now, ...rest].reduce(plus, no_sums);
        expect(restated.sum).toBeCloseTo(always.sum, 9);
        expect(restated.sum_squares).toBeCloseTo(always.sum_squares, 9);
      }),
    );
  });

  it('crosses 1/α on noise no more often than α', () => {
    const random = generator(5);
    let crossed = 0;
    for (let run = 0; run < 2_000; run++) {
      let state = no_sums;
      for (let i = 0; i < 60; i++) {
        state = plus(state, random() + random() + random() - 1.5);
        if (logTMixture(state, 1) >= Math.log(20)) {
          crossed++;
          break;
        }
      }
    }
    expect(clopperPearson(crossed, 2_000).low).toBeLessThan(0.05);
    expect(crossed).toBeGreaterThan(0);
  });
});

describe('evidence of counts', () => {
  it('gives what fine numerical integration gives', () => {
    expect(Math.exp(logConditional(210, 10_000, 150, 10_000, 0.3))).toBeCloseTo(29.1217, 2);
    expect(Math.exp(logConditional(30, 1_000, 20, 2_000, 0.3))).toBeCloseTo(33.8217, 2);
    expect(Math.exp(logConditional(5, 10, 5, 10, 0.3))).toBeCloseTo(0.904255, 4);
  });

  it('is an e-value: over all ways that clicks may fall on equal arms its mean is one', () => {
    const clicks = 40;
    for (const share of [0.5, 0.3]) {
      let mean = 0;
      for (let c = 0; c <= clicks; c++) {
        const log_p =
          lgamma(clicks + 1) -
          lgamma(c + 1) -
          lgamma(clicks - c + 1) +
          c * Math.log(share) +
          (clicks - c) * Math.log(1 - share);
        mean += Math.exp(log_p + logConditional(c, 1_000 * share, clicks - c, 1_000 * (1 - share), 0.3));
      }
      expect(mean).toBeCloseTo(1, 6);
    }
  });

  it('says nothing for an arm that is not seen to be better', () => {
    expect(logUpwardConditional(15, 1_000, 30, 2_000, 0.3)).toBe(-Infinity);
    expect(logConditional(5, 0, 5, 10, 0.3)).toBe(0);
  });
});

describe('e-BH', () => {
  it('announces one of ten in the hand-worked example', () => {
    expect(discoveries([400, 60, 25, 9, 1, 1, 0, 0, 0, 0], 10, 0.05)).toBe(1);
  });

  it('needs less of each when there are several', () => {
    expect(threshold(30, 0.05, 1)).toBe(600);
    expect(threshold(30, 0.05, 3)).toBeCloseTo(200);
    expect(discoveries([250, 230, 210], 30, 0.05)).toBe(3);
    expect(discoveries([599], 30, 0.05)).toBe(0);
  });

  it('needs less of one more for each that is announced already, and exactly as much as it takes', () => {
    expect(thresholdBeside([], 30, 0.05)).toBe(600);
    expect(thresholdBeside([766], 30, 0.05)).toBe(300);
    expect(thresholdBeside([766, 310], 30, 0.05)).toBeCloseTo(200, 9);
    expect(thresholdBeside([40], 30, 0.05)).toBe(600);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2_000, noNaN: true }), { maxLength: 8 }), (others) => {
        const needed = thresholdBeside(others, 30, 0.05);
        const announced = (e: number): boolean =>
          e >= threshold(30, 0.05, discoveries([...others, e], 30, 0.05)) && discoveries([...others, e], 30, 0.05) > 0;
        expect(announced(needed * (1 + 1e-9))).toBe(true);
        expect(announced(needed * (1 - 1e-6))).toBe(false);
      }),
    );
  });

  it('never announces fewer when an e-value rises', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.nat(19),
        (values, at) => {
          const risen = values.map((e, i) => (i === at % values.length ? e * 2 + 1 : e));
          expect(discoveries(risen, 30, 0.05)).toBeGreaterThanOrEqual(discoveries(values, 30, 0.05));
        },
      ),
    );
  });
});

describe('the sample ratio test', () => {
  it('is calm when shares are kept and alarmed when they are not', () => {
    expect(sampleRatioP([5_020, 4_980], [0.5, 0.5])).toBeGreaterThan(0.5);
    expect(sampleRatioP([5_500, 4_500], [0.5, 0.5])).toBeLessThan(1e-6);
    expect(sampleRatioP([0, 0], [0.5, 0.5])).toBe(1);
  });
});

describe('the shrunken lift', () => {
  it('lies between nothing and what was seen, and its interval narrows with blocks', () => {
    const seen = 0.005142857 / 0.02;
    const { lift, low, high } = shrunkenLift(sums, 0.02, 0.2);
    expect(lift).toBeGreaterThan(0);
    expect(lift).toBeLessThan(seen);
    const more = shrunkenLift([...vector, ...vector, ...vector].reduce(plus, no_sums), 0.02, 0.2);
    expect(more.high - more.low).toBeLessThan(high - low);
  });

  it('of counts is the ratio of rates, its log drawn towards nothing by its own variance', () => {
    // 210 and 150 of 10,000: log 1.4 = .33647, variance 1/210 + 1/150 = .011429; prior .04: weight .77778, sd .094281.
    const { lift, low, high } = shrunkenLiftOfCounts(210, 10_000, 150, 10_000, 0.2);
    expect(lift).toBeCloseTo(Math.exp(0.7777778 * 0.3364722) - 1, 6);
    expect(low).toBeCloseTo(Math.exp(0.7777778 * 0.3364722 - 1.959964 * 0.0942809) - 1, 5);
    expect(high).toBeCloseTo(Math.exp(0.7777778 * 0.3364722 + 1.959964 * 0.0942809) - 1, 5);
    expect(shrunkenLiftOfCounts(0, 100, 3, 100, 0.2)).toMatchObject({ lift: 0 });
  });

  it('is as wide as few blocks are unsure of their own variance', () => {
    // Differences .004 and .006 at a rate of .02: lift .25, variance 1e-6 / .02² = .0025, with one degree of freedom
    // × (12.7062 / 1.95996)² = 42.0277; prior .04: weight .04 / .145069 = .275731, sd √(.275731 × .105069) = .170208.
    const { lift, low, high } = shrunkenLift({ n: 2, sum: 0.01, sum_squares: 0.000052 }, 0.02, 0.2);
    expect(lift).toBeCloseTo(0.068933, 5);
    expect(low).toBeCloseTo(0.068933 - 1.959964 * 0.170208, 4);
    expect(high).toBeCloseTo(0.068933 + 1.959964 * 0.170208, 4);
  });

  it('is unknown, around zero, before two blocks', () => {
    expect(shrunkenLift(no_sums, 0.02, 0.2)).toMatchObject({ lift: 0 });
  });
});

describe('the detectable lift', () => {
  it('needs the t at which the mixture reaches the evidence', () => {
    const log_needed = Math.log(750);
    const t = neededT(11, log_needed, 0.25);
    // log E = ½ ln(c²/(n+c²)) + n/2 ln(1 + t²/(n−1) …): put back by hand with mean t/√n and sd 1.
    const sums = { n: 11, sum: t * Math.sqrt(11), sum_squares: 10 + t * t };
    expect(logTMixture(sums, 0.25)).toBeCloseTo(log_needed, 9);
    expect(neededT(1, log_needed, 0.25)).toBe(Infinity);
  });

  it('falls with the root of what was counted, and with more blocks of the same', () => {
    const of = (successes: number, blocks: number): number => detectableLift(successes, blocks, Math.log(750), 0.25);
    expect(of(8_000, 11)).toBeCloseTo(of(2_000, 11) / 2, 9);
    expect(of(2_000, 25)).toBeLessThan(of(2_000, 11));
    expect(of(0, 11)).toBe(Infinity);
    expect(of(2_000, 1)).toBe(Infinity);
  });

  it('agrees within a sixth with the rule run on drawn hours', () => {
    for (const [days, needed] of [
      [14, 600],
      [28, 600],
      [28, 20],
    ] as const) {
      const plan = {
        rule: planned,
        rate: 0.015,
        trials_per_hour: 500,
        needed,
        min_blocks: 4,
        min_impressions: 0,
        maturity_hours: 0,
      };
      const drawn = smallestLift(plan, { days, power: 0.9, runs: 100 }, () => generator(1));
      const blocks = days - 3;
      const said = detectableLift(500 * 24 * 0.015 * blocks, blocks, Math.log(needed * 1.25), 0.25);
      expect(Math.abs(said / drawn - 1), `${days} days`).toBeLessThan(1 / 6);
    }
  });
});

describe('the length of a block', () => {
  it('is two days where hours resemble their neighbours, else one', () => {
    const random = generator(3);
    const noise = Array.from({ length: 96 }, () => random() - 0.5);
    let level = 0;
    const drifting = Array.from({ length: 96 }, () => (level = 0.9 * level + random() - 0.5));
    expect(blockHours(noise)).toBe(24);
    expect(blockHours(drifting)).toBe(48);
    expect(weightedAutocorrelation([1, 1, 1, 1, 1, 1, 1, 1])).toBe(0);
  });
});

describe('numbers', () => {
  it('Clopper–Pearson matches the tables', () => {
    expect(clopperPearson(80, 2_000).high).toBeCloseTo(0.04954, 4);
    expect(clopperPearson(0, 10)).toMatchObject({ low: 0 });
    expect(clopperPearson(0, 10).high).toBeCloseTo(0.3085, 3);
  });

  it('drawn counts have the mean and variance of their distribution', () => {
    const random = generator(1);
    for (const [n, p] of [
      [500, 0.015],
      [20, 0.3],
      [40_000, 0.01],
    ] as const) {
      const draws = Array.from({ length: 20_000 }, () => binomial(n, p, random));
      const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
      const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
      expect(Math.abs(mean - n * p)).toBeLessThan(5 * Math.sqrt((n * p) / draws.length));
      expect(variance / (n * p * (1 - p))).toBeCloseTo(1, 1);
      expect(Math.max(...draws)).toBeLessThanOrEqual(n);
    }
    const counts = Array.from({ length: 20_000 }, () => poisson(7.5, random));
    expect(counts.reduce((sum, x) => sum + x, 0) / counts.length).toBeCloseTo(7.5, 1);
  });

  it('z of 150 and 210 clicks in 10,000 is 3.19', () => {
    expect(zOfRates(210, 10_000, 150, 10_000)).toBeCloseTo(3.191, 2);
  });
});

describe('a guardrail on profit', () => {
  it('is not broken by chance where profit is near nothing', () => {
    // Arms of 100 conversions worth 5,000 each and spend of as much: a profit of 0 ± 10 % of the value.
    const totals = [100_000, 0, 100, 500_000, 505_000, 100_000, 0, 100, 500_000, 500_000];
    expect(breaksGuardrail('profit', totals, 0, 1, 0.02)).toBe(false);
    const worse = [100_000, 0, 40, 200_000, 500_000, 100_000, 0, 100, 500_000, 500_000];
    expect(breaksGuardrail('profit', worse, 0, 1, 0.02)).toBe(true);
  });
});

describe('the variation of daily shares', () => {
  const days = (n: number, of: (day: number) => readonly [number, number]): ReturnType<typeof noDispersion> => {
    let seen = noDispersion(2);
    for (let hour = 0; hour < n * 24; hour++) seen = dispersedBy(seen, of(Math.floor(hour / 24)));
    return seen;
  };

  it('is unknown before three days can be held against those before them', () => {
    expect(dispersionBound(days(3, () => [10, 10]))).toBeUndefined();
    expect(dispersionBound(days(4, () => [10, 10]))).toBe(1);
  });

  it('is none of a steady mismatch, and that of shares that swing', () => {
    expect(dispersionBound(days(10, () => [13, 10]))).toBe(1);
    const swinging = days(10, (day) => (day % 2 === 0 ? [120, 100] : [100, 120]));
    // Each day of 5,280: 2,880 against about 2,640 gives (240² / 2,640) · 2 = 43.6, over 1 + 1/days before.
    expect(swinging.days).toBe(9);
    expect(swinging.chi2).toBeGreaterThan(9 * 20);
    expect(dispersionBound(swinging)).toBeCloseTo(swinging.chi2 / 3.325, 2);
  });
});

describe('a plan', () => {
  it('asks a single look for as many successes as the textbook: 578 per arm for +20 % at a power of .9', () => {
    // (1.959964 + 1.281552)² × 2.2 / .04 = 10.50743 × 55
    expect(successesOfOneLook(0.2)).toBeCloseTo(577.91, 1);
  });

  it('says infinity for what is never found', () => {
    const plan = {
      rule: planned,
      rate: 0.01,
      trials_per_hour: 1,
      needed: 600,
      min_blocks: 4,
      min_impressions: 0,
      maturity_hours: 0,
    };
    expect(smallestLift(plan, { days: 3, power: 0.9, runs: 3 }, () => generator(1))).toBe(Infinity);
    expect(quantile([1, Infinity, 2, 3], 0.75)).toBe(3);
    expect(quantile([1, Infinity, 2, 3], 0.76)).toBe(Infinity);
  });
});
