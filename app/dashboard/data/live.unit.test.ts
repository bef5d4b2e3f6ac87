import { describe, expect, it } from 'vitest';
import { sceneDecisions, sceneStatus } from '../testing/scene.ts';
import { newestOf } from '../overview/decision-mix.ts';
import { liveMessage, most_decisions, withDecisions } from './live.ts';

const [first, second] = sceneDecisions;
if (first === undefined || second === undefined) throw new Error('the scene has too few decisions');

describe('what is pushed', () => {
  it('is a decision or a status, and nothing else', () => {
    expect(liveMessage.safeParse({ kind: 'decision', decision: first }).success).toBe(true);
    expect(liveMessage.safeParse({ kind: 'status', status: sceneStatus }).success).toBe(true);
    expect(liveMessage.safeParse({ kind: 'status', status: {} }).success).toBe(false);
  });

  it('goes in front of what came before, and the oldest is let go', () => {
    expect(withDecisions([first], [first, second]).map(({ id }) => id)).toEqual([second.id, first.id, first.id]);
    const many = Array.from({ length: most_decisions + 5 }, (_, i) => ({ ...first, id: String(i) }));
    const held = withDecisions([first], many);
    expect(held).toHaveLength(most_decisions);
    expect(held[0]?.id).toBe(String(most_decisions + 4));
  });

  it('keeps a winner, however many budget splits come after it', () => {
    const winner = { ...first, id: 'winner', topic: 'winner.detected' };
    const splits = Array.from({ length: 10 * most_decisions }, (_, i) => ({
      ...first,
      id: String(i),
      topic: 'allocation.proposed',
    }));
    const held = withDecisions([winner], splits);
    expect(held.at(-1)).toBe(winner);
    expect(held).toHaveLength(most_decisions + 1);
  });
});

describe('the latest decisions', () => {
  const at = (id: string, topic: string, appended_ms: number): typeof first => ({ ...first, id, topic, appended_ms });
  const pushed = [at('c', 'winner.detected', 3), at('b', 'allocation.proposed', 2)];
  const asked = [at('b', 'allocation.proposed', 2), at('a', 'winner.withdrawn', 1)];

  it('are the newest first and each once, though pushed and asked for', () => {
    expect(newestOf([pushed, asked], 'all', 9).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect(newestOf([asked, pushed], 'all', 2).map(({ id }) => id)).toEqual(['c', 'b']);
  });

  it('of announcements hold winners and withdrawals, no split', () => {
    expect(newestOf([pushed, asked], 'announcements', 9).map(({ id }) => id)).toEqual(['c', 'a']);
    expect(newestOf([pushed, asked], 'allocation.proposed', 9).map(({ id }) => id)).toEqual(['b']);
  });
});
