import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnBuckets } from './buckets.ts';

describe('a bucket', () => {
  it('gives its burst at once and its rate from then on', () => {
    let now_ms = 0;
    const buckets = new OwnBuckets(() => now_ms);
    const rule = { rate_per_s: 2, burst: 4 };
    const take = (weight = 1): unknown => buckets.take('a', rule, weight);
    expect([take(), take(), take(), take()]).toMatchObject([
      { remaining: 3 },
      { remaining: 2 },
      { remaining: 1 },
      { remaining: 0 },
    ]);
    expect(take()).toEqual({ ok: false, remaining: 0, wait_s: 1 });
    expect(take(4)).toEqual({ ok: false, remaining: 0, wait_s: 2 });
    now_ms += 500;
    expect(take()).toEqual({ ok: true, remaining: 0, wait_s: 0 });
    now_ms += 60_000;
    expect(take(4)).toEqual({ ok: true, remaining: 0, wait_s: 0 });
  });

  it('never gives more than its burst and what came back since, whatever is asked when', () => {
    const asked = fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 1, max: 9 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(asked, (requests) => {
        let now_ms = 0;
        let given = 0;
        const buckets = new OwnBuckets(() => now_ms);
        for (const [wait_ms, weight] of requests) {
          now_ms += wait_ms;
          if (buckets.take('a', { rate_per_s: 3, burst: 10 }, weight).ok) given += weight;
          expect(given).toBeLessThanOrEqual(10 + (3 * now_ms) / 1_000 + 1e-9);
        }
      }),
    );
  });
});
