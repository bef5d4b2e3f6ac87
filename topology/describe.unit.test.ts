import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { topology } from '../processors/index.ts';
import { toy } from '../testing/toy/topology.ts';
import { describeJson, describeMermaid, describePage, describeText } from './describe.ts';
import { provisionPlan } from './provision.ts';

describe('a topology described', () => {
  it('docs/topology.md is made from the wirings', async () => {
    await expect(describePage(topology)).toMatchFileSnapshot('../docs/topology.md');
  });

  it('the picture of the README is made from the wirings', async () => {
    const readme = readFileSync('README.md', 'utf8');
    const section = /(<!-- picture -->\n)[\s\S]*?(<!-- end of picture -->)/;
    expect(readme).toMatch(section);
    const picture = `\`\`\`mermaid\n${describeMermaid(topology)}\n\`\`\``;
    const drawn = readme.replace(section, (_whole, begin: string, end: string) => `${begin}\n${picture}\n\n${end}`);
    await expect(drawn).toMatchFileSnapshot('../README.md');
  });

  it('as JSON names groups with what they read, emit and write, and the topics', () => {
    const { groups, topics } = describeJson(toy);
    expect(groups[0]).toEqual({
      name: 'chain',
      reads: ['toy.measured', 'toy.noted', 'toy.hour'],
      emits: ['toy.link'],
      writes: [],
    });
    expect(topics).toEqual(['toy.measured', 'toy.noted', 'toy.hour', 'toy.link', 'toy.policy', 'toy.refused']);
  });

  it('as text says the same', () => {
    expect(describeText(toy)).toContain(
      'check: Follows the chain; a lost, doubled or changed link is a break.\n  reads  toy.link\n  emits  nothing\n  writes links',
    );
  });

  it('as Mermaid draws each reading and each emission', () => {
    const lines = describeMermaid(toy).split('\n');
    expect(lines[0]).toBe('flowchart LR');
    for (const edge of [
      'topic_toy_hour --> group_chain',
      'group_chain --> topic_toy_link',
      'topic_toy_link --> group_check',
      'group_check --> table_links[("links")]',
    ])
      expect(lines).toContain(`  ${edge}`);
  });
});

describe('a group that keeps a copy of nearly every topic', () => {
  it('is drawn beside the picture, which it would hide', () => {
    const lines = describeMermaid(topology).split('\n');
    expect(lines.filter((line) => line.includes('group_archivist'))).toEqual([
      expect.stringMatching(
        /read_by_archivist\(\["\d+ of \d+ topics"\]\) --> group_archivist.* --> tables\[\("\d+ tables"\)\]/,
      ),
    ]);
    expect(lines).toContain('  topic_ad_metrics --> group_thompson_sampling');
  });
});

describe('what must exist', () => {
  it('is every topic with the same number of partitions, and every table once', () => {
    const plan = provisionPlan(toy, { partitions: 4 });
    expect(plan.topics).toHaveLength(6);
    expect(new Set(plan.topics.map(({ partitions }) => partitions))).toEqual(new Set([4]));
    expect(plan.tables.map(({ name }) => name)).toEqual(['links', 'amounts']);
  });

  it('refuses a number of partitions that is none', () => {
    expect(() => provisionPlan(toy, { partitions: 0 })).toThrow('at least 1');
  });

  it('refuses a topic that is kept shorter than data are restated', () => {
    const short = toy.topics.map((topic) => ({ ...topic, retention: { keep_ms: 86_400_000, compactBy: [] } }));
    expect(() => provisionPlan({ ...toy, topics: short }, { partitions: 1 })).toThrow(
      'topic toy.measured: it is kept 1 days, and chain folds it into state',
    );
  });
});
