/** Who has much to do, and all else in the process, each get their turn. */
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** Asks for turns by name, each of which takes so many milliseconds; answers in which order things happened. */
async function happened(took_ms: number, names: readonly string[]): Promise<readonly string[]> {
  let now_ms = 0;
  const turns = new Turns(10, () => now_ms);
  const order: string[] = [];
  const other = (): void => {
    order.push('other');
    if (order.length < 2 * names.length) setImmediate(other);
  };
  const all = names.map((name) =>
    turns.next().then(() => {
      order.push(name);
      now_ms += took_ms;
    }),
  );
  setImmediate(other);
  await Promise.all(all);
  return order;
}

it('those who take long leave the rest of the process its turn between two of them', async () => {
  expect(await happened(10, ['a', 'b', 'c'])).toEqual(['a', 'other', 'b', 'other', 'c']);
  expect(await happened(6, ['a', 'b', 'c', 'd'])).toEqual(['a', 'b', 'other', 'c', 'd']);
});

it('those who take next to nothing share one, in the order in which they asked', async () => {
  expect(await happened(0.1, ['a', 'b', 'c', 'd'])).toEqual(['a', 'b', 'c', 'd']);
});

it('who asks within a turn comes after all who wait', async () => {
  const turns = new Turns(10, () => 0);
  const order: string[] = [];
  const twice = turns.next().then(async () => {
    order.push('a');
    await turns.next();
    order.push('a again');
  });
  await Promise.all([twice, turns.next().then(() => void order.push('b'))]);
  expect(order).toEqual(['a', 'b', 'a again']);
});
