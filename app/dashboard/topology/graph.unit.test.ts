import { describe, expect, it } from 'vitest';
import { topologyView } from '../../operations/running/topology.ts';
import { sceneTopology } from '../testing/scene.ts';
import { processors } from '../../../processors/index.ts';
import { topics } from '../../../schemas/index.ts';
import { around, graphOf, isLarge, loopsOf } from './graph.ts';
import { roundedPath } from './layout.ts';

describe('the graph of a topology', () => {
  const graph = graphOf(sceneTopology);

  it('draws every reading and emitting, and where records come from', () => {
    const drawn = graph.edges.map(({ from, to }) => `${from} → ${to}`);
    expect(drawn).toContain('outside the ad platform → topic ad.metrics');
    expect(drawn).toContain('topic ad.metrics → group thompson-sampling');
    expect(drawn).toContain('group auto-promoter → topic winner.withdrawn');
    expect(graph.nodes.find(({ id }) => id === 'outside the ad platform')?.name).toBe('Ad platform');
  });

  it('keeps a group that reads everything, and topics that no other group touches, out of the drawing', () => {
    expect(graph.collectors).toEqual(['archivist']);
    expect(graph.apart).toEqual(['policy.changed', 'dead.letter']);
    expect(graph.edges.filter(({ to }) => to === 'group archivist')).toEqual([]);
  });

  it('of this program has both ends of every edge among its nodes and leaves nothing out', () => {
    const own = graphOf(topologyView({ processors, topics }));
    const ids = new Set(own.nodes.map(({ id }) => id));
    expect(own.edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
    const names = [
      ...own.nodes.filter(({ kind }) => kind !== 'outside').map(({ name }) => name),
      ...own.collectors,
      ...own.apart,
    ];
    expect(names.toSorted()).toEqual(
      [...processors.map(({ wiring }) => wiring.group), ...topics.map(({ name }) => name)].toSorted(),
    );
  });
});

describe('a topology that is too large to be read at once', () => {
  const topology = topologyView({ processors, topics });
  const whole = graphOf(topology);
  const loops = loopsOf(topology, whole);

  it('is drawn as its loops, with the topics between them on the edges', () => {
    expect(isLarge(whole)).toBe(true);
    expect(isLarge(loops)).toBe(false);
    expect(loops.nodes.filter(({ name }) => name === 'auto-promoter')).toHaveLength(1);
    const edge = loops.edges.find(({ from, to }) => from === 'loop auto-promoter' && to === 'loop rag-memory');
    expect(edge?.topics).toEqual(['winner.detected', 'winner.withdrawn']);
    expect(loops.edges.filter(({ from, to }) => from === to)).toEqual([]);
    // An hour's end concerns every loop.
    expect(loops.apart).toContain('tick.hourly');
    expect(loops.edges.flatMap((one) => one.topics)).not.toContain('tick.hourly');
  });

  it('has both ends of every edge among its nodes, and each group in one of its loops', () => {
    const ids = new Set(loops.nodes.map(({ id }) => id));
    expect(loops.edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
    for (const { name, kind } of whole.nodes)
      if (kind === 'group') expect(ids).toContain(`loop ${name.split('.')[0] ?? ''}`);
  });

  it('shows of a loop its groups and their topics, of a topic who writes and reads it', () => {
    const names = (chosen: string): readonly string[] => around(whole, chosen)?.nodes.map(({ name }) => name) ?? [];
    expect(names('auto-promoter')).toEqual(names('auto-promoter.evidence'));
    expect(names('auto-promoter')).toEqual(expect.arrayContaining(['auto-promoter.evidence', 'winner.detected']));
    const touching = topology.groups
      .filter(({ name, reads, emits }) => name !== 'archivist' && [...reads, ...emits].includes('evidence.changed'))
      .map(({ name }) => name);
    expect(touching).toContain('auto-promoter.evidence');
    expect(names('evidence.changed').toSorted()).toEqual([...touching, 'evidence.changed'].toSorted());
    expect(around(whole, 'archivist')).toBeNull();
  });
});

describe('a path', () => {
  it('goes straight between two points and rounds its corners between more', () => {
    expect(
      roundedPath([
        { x: 0, y: 0 },
        { x: 10, y: 0 },
      ]),
    ).toBe('M0 0L10 0');
    expect(
      roundedPath([
        { x: 0, y: 0 },
        { x: 20, y: 0 },
        { x: 20, y: 20 },
      ]),
    ).toBe('M0 0L12 0Q20 0 20 8L20 20');
    expect(roundedPath([])).toBe('');
  });
});
