import { describe, expect, it } from 'vitest';
import { pointId, uuid5 } from './uuid.ts';

describe('the name of a point', () => {
  it('is a UUID of version 5, as everybody computes it', () => {
    // The example of RFC 9562, appendix A.4: www.example.com in the namespace of DNS.
    expect(uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    );
  });

  it('never changes: points that are stored are found by it', () => {
    expect(pointId('act_1', 'ad_1')).toBe('6fbf17ed-d88d-5b58-a137-40426e016c57');
  });

  it('is another one for every account and ad', () => {
    const ids = [pointId('a', 'b,c'), pointId('a,b', 'c'), pointId('a","b', 'c'), pointId('a', 'b","c')];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
