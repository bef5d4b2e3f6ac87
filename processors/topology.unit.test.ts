import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../topology/check.ts';
import { describePage } from '../topology/describe.ts';
import { describeLoops } from '../topology/picture.ts';
import { topology } from './index.ts';

const picture = /(?<=<!-- picture -->\n\n```mermaid\n)[\s\S]*(?=\n```\n\n<!-- end of picture -->)/;

/** They hear of nearly all that happens, or ask every loop for its part of a cycle. */
const aside = new Set(['alerts', 'archivist', 'cycle']);

describe('the topology of the program', () => {
  it('holds together', () => {
    expect(check(topology)).toEqual([]);
  });

  it('is what docs/topology.md says', async () => {
    await expect(describePage(topology)).toMatchFileSnapshot('../docs/topology.md');
  });

  it('is what the picture in the README shows', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    expect(readme).toMatch(picture);
    await expect(readme.replace(picture, describeLoops(topology, aside))).toMatchFileSnapshot('../README.md');
  });
});
