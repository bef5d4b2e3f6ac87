/** State in memory: the order of keys, what is written back, what is dropped. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryTaskLedger } from '../driver/memory-ledger.ts';
import type { StateWrite } from '../ledger.ts';
import { ActiveKeys, byBytes, StateCache } from './cache.ts';
import { pack, stateCodec } from './codec.ts';

const spec = { version: 1, initial: () => 0 };
const codec = stateCodec('g', spec);
const ledgerWith = (values: Readonly<Record<string, number>>): MemoryTaskLedger => {
  const ledger = new MemoryTaskLedger();
  for (const [key, value] of Object.entries(values)) ledger.restore('state', key, pack([1, value]));
  return ledger;
};

/** Characters on both sides of the surrogates, which stand for those above U+FFFF. */
const text = fc.string({
  unit: fc.constantFrom('a', '\u00e9', '\uD7FF', '\uE000', '\uF000', '\u{1F600}', '\u{10FFFF}'),
});

describe('the order of keys', () => {
  it('is that of their UTF-8 bytes, also where UTF-16 says otherwise', () => {
    expect(['\u{1F600}', '\uF000', 'a'].sort(byBytes)).toEqual(['a', '\uF000', '\u{1F600}']);
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(byBytes(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });

  it('is that in which a tick visits them, from any key on', () => {
    const keys = new ActiveKeys();
    for (const key of ['\u{1F600}', 'b', '\uF000', 'a']) keys.set(key, true);
    expect(keys.after('', 9)).toEqual(['a', 'b', '\uF000', '\u{1F600}']);
    expect(keys.after('b', 1)).toEqual(['\uF000']);
  });

  it('is that in which a visit goes on after any of them, in steps of any size', () => {
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (names, step) => {
        const keys = new ActiveKeys();
        // The empty key stands for the beginning; no key of a state is empty.
        for (const name of names) keys.set(`k${name}`, true);
        const visited: string[] = [];
        // One step more than can be needed: a visit that begins again is seen as such, and ends.
        for (let steps = 0; steps <= names.length; steps++) visited.push(...keys.after(visited.at(-1) ?? '', step));
        const sorted = names.map((name) => Buffer.from(`k${name}`)).sort(Buffer.compare);
        expect(visited).toEqual(sorted.map(String));
      }),
    );
  });
});

describe('what is written back', () => {
  it('is what the batch changed and nothing else', async () => {
    const cache = new StateCache('state', ledgerWith({ a: 1, b: 2, c: 3 }), codec, 10);
    await cache.load(['a', 'b', 'c']);
    cache.set('b', 20);
    cache.set('d', undefined);
    const writes: StateWrite[] = [];
    cache.writes(writes);
    expect(writes).toEqual([
      { kind: 'state', key: 'b', value: [1, 20] },
      { kind: 'state', key: 'd', value: null },
    ]);
    cache.committed();
    const again: StateWrite[] = [];
    cache.writes(again);
    expect(again).toEqual([]);
  });
});

describe('how it was used', () => {
  it('is told by what was in memory and what had to be read, each key of a batch by itself', async () => {
    const cache = new StateCache('state', ledgerWith({ a: 1, b: 2 }), codec, 10);
    await cache.load(['a', 'a', 'b']);
    expect(cache.use).toEqual({ hits: 1, misses: 2, entries: 2 });
    await cache.load(['a', 'c']);
    expect(cache.use).toEqual({ hits: 2, misses: 3, entries: 3 });
    cache.clear();
    expect(cache.use).toEqual({ hits: 0, misses: 0, entries: 0 });
  });
});

describe('what is not worked on any more', () => {
  const keysOf = (name: string): readonly string[] => Array.from({ length: 300 }, (_, i) => `${name}${i}`);
  const [old, young] = [keysOf('old'), keysOf('young')];
  const values = Object.fromEntries([...old, ...young].map((key, i) => [key, i]));

  it('leaves memory and comes back when it is asked for; what is worked on stays', async () => {
    const cache = new StateCache('state', ledgerWith(values), codec, 10_000);
    await cache.load(old);
    cache.set('old7', -7);
    cache.committed();
    for (let n = 0; n < 40; n++) {
      await cache.load(young);
      cache.committed();
    }
    expect(young.filter((key) => !cache.has(key))).toEqual([]);
    expect(old.filter((key) => cache.has(key))).toEqual([]);
    const { misses } = cache.use;
    await cache.load(['old5']);
    expect([cache.get('old5'), cache.use.misses - misses]).toEqual([5, 1]);
  });

  it('stays where it is a change that is not stored yet', async () => {
    const cache = new StateCache('state', ledgerWith(values), codec, 10_000);
    cache.set('old7', -7);
    for (let n = 0; n < 40; n++) await cache.load(young);
    expect(cache.get('old7')).toBe(-7);
  });
});

describe('the bound on memory', () => {
  it('drops what was read longest ago, never a change that is not stored', async () => {
    const values = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i]));
    const cache = new StateCache('state', ledgerWith(values), codec, 10);
    await cache.load(Object.keys(values));
    cache.set('k0', 100);
    expect(cache.get('k0')).toBe(100);
    cache.committed();
    expect(cache.use.entries).toBeLessThanOrEqual(10);
    await cache.load(['k3']);
    expect(cache.get('k3')).toBe(3);
  });

  it('is exceeded rather than to drop a change before its commit, however much is read meanwhile', async () => {
    const values = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i]));
    const cache = new StateCache('state', ledgerWith(values), codec, 10);
    await cache.load(['k0']);
    cache.set('k0', 100);
    await cache.load(Object.keys(values));
    expect(cache.get('k0')).toBe(100);
    const writes: StateWrite[] = [];
    cache.writes(writes);
    expect(writes).toEqual([{ kind: 'state', key: 'k0', value: [1, 100] }]);
  });
});
