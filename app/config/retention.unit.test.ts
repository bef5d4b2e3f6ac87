import { describe, expect, it } from 'vitest';
import { adCreated, adMetrics } from '../../schemas/index.ts';
import { withRetention } from './retention.ts';

describe('configured retention', () => {
  it('replaces the time a named topic is kept, and nothing else', () => {
    const { topics } = withRetention({ topics: [adMetrics, adCreated], processors: [] }, { 'ad.metrics': 30 });
    expect(topics[0]).toMatchObject({
      name: 'ad.metrics',
      retention: { ...adMetrics.retention, keep_ms: 30 * 86_400_000 },
    });
    expect(topics[1]).toBe(adCreated);
  });
});
