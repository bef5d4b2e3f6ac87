/** State under an older or a newer version than the code's. */
import { describe, expect, it } from 'vitest';
import { pack, stateCodec } from './codec.ts';

const initial = (): { readonly total: number } => ({ total: 0 });

describe('state of another version', () => {
  it('is brought up to date by upcast, which is told the version it was stored under', () => {
    const seen: unknown[] = [];
    const upcast = (stored: unknown, version: number): { readonly total: number } => {
      seen.push([stored, version]);
      return { total: Number(stored) };
    };
    expect(stateCodec('g', { version: 3, initial, upcast }).decode(pack([1, 42]))).toEqual({ total: 42 });
    expect(seen).toEqual([[42, 1]]);
  });

  it.each([
    ['newer than the code', { version: 1, initial }, [2, 0], 'state.too_new', 'run the newer code'],
    ['older and without upcast', { version: 2, initial }, [1, 0], 'state.too_old', 'add an upcast'],
    ['no state at all', { version: 2, initial }, 'nonsense', 'store.corrupt', 'reset the group'],
  ] as const)('%s is refused, and says which side must move', (_what, spec, stored, code, words) => {
    const decode = (): unknown => stateCodec('g', spec).decode(pack(stored));
    expect(decode).toThrow(expect.objectContaining({ code }));
    expect(decode).toThrow(words);
  });

  it('whose upcast fails names the group and what failed', () => {
    const upcast = (): never => {
      throw new Error('field total is gone');
    };
    expect(() => stateCodec('g', { version: 2, initial, upcast }).decode(pack([1, 0]))).toThrow(
      /state of group g .* upcast failed: .*field total is gone/,
    );
  });
});
