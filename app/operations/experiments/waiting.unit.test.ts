import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../../policy/document.ts';
import { waiting, type Progress } from './waiting.ts';

const hour_ms = 3_600_000;
const { evidence: policy } = defaultPolicy;

/** A parallel experiment so many hours after its start, whose ads have these impressions and 2 % of them clicks. */
const after = (hours: number, impressions: number, given: Partial<Progress> = {}): Progress => ({
  design: 'parallel',
  provenance: 'live',
  primary_metric: 'link_ctr',
  start_ms: 0,
  at_ms: hours * hour_ms,
  blocks: 0,
  block_hours: 24,
  needed_impressions: 3_000,
  arms: [
    { impressions, clicks: impressions * 0.02 },
    { impressions: impressions * 2, clicks: impressions * 0.04 },
  ],
  ...given,
});

describe('what an experiment waits for', () => {
  it('is the block that is missing where its impressions are enough, for as long as a block takes', () => {
    const { waits_for, days_left } = waiting(after(72 + 96, 53_648, { blocks: 2, block_hours: 48 }), policy);
    expect(waits_for).toEqual({ what: 'blocks', have: 2, need: 4 });
    expect(days_left).toBeCloseTo(4, 9);
  });

  it('counts what has passed of the open block', () => {
    expect(waiting(after(72 + 24 + 12, 53_648, { blocks: 1 }), policy).days_left).toBeCloseTo(2.5, 9);
  });

  it('takes longer where the smallest ad gets its clicks more slowly than a block is long', () => {
    // 0.2 clicks an hour: 20 take 100 h, four blocks 400 h, of which 28 h have passed.
    const { waits_for, days_left } = waiting(after(100, 1_000, { needed_impressions: 500 }), policy);
    expect(waits_for?.what).toBe('blocks');
    expect(days_left).toBeCloseTo((400 - 28) / 24, 9);
  });

  it('is the calibration first, and all blocks after it', () => {
    const { waits_for, days_left } = waiting(after(30, 20_000, { block_hours: 0 }), policy);
    expect(waits_for).toEqual({ what: 'calibration', have: 30, need: 72 });
    expect(days_left).toBeCloseTo((42 + 4 * 24) / 24, 9);
  });

  it('is impressions where those take longest', () => {
    const quick: Partial<Progress> = { design: 'randomised', block_hours: 1, blocks: 3 };
    const { waits_for, days_left } = waiting(after(10, 1_000, quick), policy);
    expect(waits_for).toEqual({ what: 'impressions', have: 1_000, need: 3_000 });
    expect(days_left).toBeCloseTo(20 / 24, 9);
  });

  it('is unknown for how long before anything is shown', () => {
    const { waits_for, days_left } = waiting(after(0, 0, { design: 'randomised', block_hours: 1 }), policy);
    expect(waits_for?.what).toBe('impressions');
    expect(days_left).toBeNull();
  });

  it('is nothing once blocks and impressions are there; recorded tests of counts need no blocks', () => {
    expect(waiting(after(300, 53_648, { blocks: 4 }), policy)).toEqual({ waits_for: null, days_left: 0 });
    const archive: Partial<Progress> = { design: 'randomised', provenance: 'replayed', block_hours: 1 };
    expect(waiting(after(300, 53_648, archive), policy).waits_for).toBeNull();
  });
});
