import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bug } from './protocol.ts';
import { startServers, type Servers } from './servers.ts';
import { isClean, kinds, runKind, type Outcome } from './suite.ts';

let servers: Servers;

beforeAll(async () => {
  servers = await startServers();
}, 180_000);
afterAll(() => servers.stop(), 60_000);

const timeout = 240_000;
/** What a planted bug does wrong hangs on the moment of the fault. */
const most_rounds = 30;

/** Rounds of a kind of fault, up to the first that finds something. */
function run(name: string, seed: number, rounds: number, bug: Bug = 'none'): Promise<Outcome> {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no fault ${name}`);
  return runKind(servers, kind, { seed, rounds, bug, stop_at_first: true });
}

describe('the engine on Kafka loses nothing, does nothing twice and nothing wrong', () => {
  const few = [
    'SIGKILL at commit',
    'SIGSTOP past the session',
    'Redis loses its last second',
    'Kafka answer lost after it was applied',
  ];
  for (const [i, name] of few.entries())
    it(`under the fault: ${name}`, { timeout }, async () => {
      const outcome = await run(name, i + 1, 1);
      expect(outcome.words).toEqual([]);
      expect(isClean(outcome)).toBe(true);
      expect(outcome.effects).toBeGreaterThan(0);
    });
});

describe('the oracle of the faults on Kafka', () => {
  const planted: readonly (readonly [Bug, string])[] = [
    ['no watermark', 'SIGKILL at deliver'],
    ['no epoch', 'SIGSTOP past the session'],
    ['send before commit', 'SIGKILL at deliver'],
    ['no journal', 'Redis loses its last second'],
  ];
  for (const [bug, fault] of planted)
    it(`shows a planted bug: ${bug}`, { timeout }, async () => {
      const { counts } = await run(fault, 14, most_rounds, bug);
      expect(counts.lost + counts.duplicated + counts.wrong).toBeGreaterThan(0);
    });
});
