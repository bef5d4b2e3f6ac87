import { describe, expect, it } from 'vitest';
import { held } from './beside.ts';

describe('an answer that is held', () => {
  it('is shared by all who ask meanwhile and for a moment after, and then asked anew', async () => {
    let now_ms = 0;
    let asked = 0;
    const ask = held(
      () => Promise.resolve(++asked),
      () => now_ms,
      100,
    );
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    now_ms = 99;
    expect(await ask()).toBe(1);
    now_ms = 100;
    expect(await ask()).toBe(2);
  });

  it('is not held where it failed', async () => {
    let asked = 0;
    const ask = held(
      () => (++asked === 1 ? Promise.reject(new Error('away')) : Promise.resolve(asked)),
      () => 0,
    );
    await expect(ask()).rejects.toThrow('away');
    expect(await ask()).toBe(2);
  });
});
