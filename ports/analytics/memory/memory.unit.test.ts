import { describe, expect, it } from 'vitest';
import { analyticsContract } from '../analytics.contract.ts';
import { MemoryAnalytics } from './memory.ts';

analyticsContract(() => Promise.resolve(new MemoryAnalytics()));

describe('analytics in memory', () => {
  it('says which SQL it knows', async () => {
    await expect(new MemoryAnalytics().query('SELECT 1')).rejects.toThrow('SELECT * or count() FROM a table');
  });
});
