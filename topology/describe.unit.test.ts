import { describe, expect, it } from 'vitest';
import { topology } from '../processors/index.ts';
import { toy } from '../testing/toy/topology.ts';
import { describeJson, describeMermaid, describeText } from './describe.ts';
import { describeLoops } from './picture.ts';
import { provisionPlan } from './provision.ts';

describe('a topology described', () => {
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

describe('the picture of loops', () => {
  it('draws what one loop tells another, groups of one loop as one, and the outside once', () => {
    const lines = describeLoops(topology, new Set(['alerts'])).split('\n');
    expect(lines).toContain('  thompson_sampling -- "allocation.proposed" --> budget_executor');
    expect(lines).toContain('  creative_dna -- "dna.extracted<br/>dna.formula.updated" --> compound_learner');
    expect(lines).toContain('  the_ticker -- "tick.hourly" --> loops');
    expect(lines.filter((line) => line.includes('alerts'))).toEqual([]);
    // What a loop tells itself is no arrow.
    expect(lines.filter((line) => /^ {2}(\w+) -- .* --> \1$/.test(line))).toEqual([]);
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
