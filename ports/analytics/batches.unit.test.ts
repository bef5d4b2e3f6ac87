/** When rows that were gathered go to the store. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Batches } from './batches.ts';

let inserted: string[];
let gathered: string[];
let finish: (() => void) | undefined;
const batches = (slow = false): Batches<readonly string[]> =>
  new Batches({
    limits: { enough_rows: 3, max_age_ms: 250 },
    at_once: 1,
    take: () => gathered.splice(0),
    insert: async ({ body }) => {
      if (slow) await new Promise<void>((resolve) => (finish = resolve));
      inserted.push(body.join(' '));
    },
  });

beforeEach(() => {
  vi.useFakeTimers();
  inserted = [];
  gathered = [];
});
afterEach(() => vi.useRealTimers());

const add = (to: Batches<readonly string[]>, ...rows: string[]): Promise<void> => {
  gathered.push(...rows);
  return to.added('t', rows.length);
};

describe('rows of a table', () => {
  it('go together as soon as there are enough of them', async () => {
    const to = batches();
    const first = add(to, 'a', 'b');
    await vi.advanceTimersByTimeAsync(1);
    expect(inserted).toEqual([]);
    await Promise.all([first, add(to, 'c')]);
    expect(inserted).toEqual(['a b c']);
  });

  it('go when the first has waited long enough, however few they are', async () => {
    const to = batches();
    const done = add(to, 'a');
    await vi.advanceTimersByTimeAsync(249);
    expect(inserted).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(inserted).toEqual(['a']);
  });

  it('gather behind an insert that is under way, and are the next one', async () => {
    const to = batches(true);
    const first = add(to, 'a', 'b', 'c');
    const second = [add(to, 'd'), add(to, 'e', 'f', 'g')];
    await vi.advanceTimersByTimeAsync(1_000);
    finish?.();
    await first;
    expect(inserted).toEqual(['a b c']);
    await vi.advanceTimersByTimeAsync(1);
    finish?.();
    await Promise.all(second);
    expect(inserted).toEqual(['a b c', 'd e f g']);
  });
});

describe('rows of several tables, for a store that takes one insert at a time', () => {
  it('go in the order in which their time came, each with all that has come until its turn', async () => {
    const rows = new Map<string, string[]>();
    const order: string[] = [];
    const finishes: (() => void)[] = [];
    const to = new Batches<readonly string[]>({
      limits: { enough_rows: 2, max_age_ms: 250 },
      at_once: 1,
      take: (table) => rows.get(table)?.splice(0) ?? [],
      insert: async ({ table, body }) => {
        order.push(`${table}: ${body.join(' ')}`);
        await new Promise<void>((resolve) => finishes.push(resolve));
      },
    });
    const put = (table: string, ...some: string[]): Promise<void> => {
      rows.set(table, [...(rows.get(table) ?? []), ...some]);
      return to.added(table, some.length);
    };
    const all = [put('a', '1', '2'), put('b', '1', '2'), put('c', '1'), put('a', '3', '4'), put('b', '3')];
    await vi.advanceTimersByTimeAsync(250);
    all.push(put('c', '2', '3'));
    expect(order).toEqual(['a: 1 2']);
    for (let n = 0; n < 4; n++) {
      finishes[n]?.();
      await vi.advanceTimersByTimeAsync(1);
    }
    await Promise.all(all);
    expect(order).toEqual(['a: 1 2', 'b: 1 2 3', 'c: 1 2 3', 'a: 3 4']);
  });
});
