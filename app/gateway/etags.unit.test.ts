import { expect, it } from 'vitest';
import { Etags } from './etags.ts';

it('a tag is that of the body, whoever asked what before, and however many did', () => {
  const etags = new Etags();
  const [first, second] = [etags.of('a /x', 'one'), etags.of('a /x', 'two')];
  expect(second).not.toBe(first);
  for (let i = 0; i < 600; i++) etags.of(`a /${i}`, `body ${i}`);
  expect([etags.of('a /x', 'one'), etags.of('b /y', 'two'), new Etags().of('a /x', 'one')]).toEqual([
    first,
    second,
    first,
  ]);
  const long = 'x'.repeat(100_000);
  expect(etags.of('a /x', long)).toBe(etags.of('a /x', long));
  expect(etags.of('a /x', `${long}y`)).not.toBe(etags.of('a /x', long));
});
