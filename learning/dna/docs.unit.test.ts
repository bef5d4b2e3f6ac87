/** `docs/dna.md` is written by hand; its vocabulary is held to the code's. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { specOf, trait_names } from './taxonomy.ts';

it('docs/dna.md lists every trait with all its values, in order, and no other', () => {
  const page = readFileSync(new URL('../../docs/dna.md', import.meta.url), 'utf8');
  const rows = [
    ...page.matchAll(/^\| `(\w+)`\s+\| (?:hook|psychology|offer|picture|pacing|sound|wording)[^|]*\|([^|]*)\|$/gm),
  ];
  const listed = rows.map(([, trait, values = '']) => [
    trait,
    [...values.matchAll(/`(\w+)`/g)].map(([, value]) => value),
  ]);
  expect(listed).toEqual(trait_names.map((trait) => [trait, specOf(trait).values]));
});
