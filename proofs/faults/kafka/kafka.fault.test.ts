import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings, isClean, type Outcome } from './outcome.ts';
import type { Bug } from './protocol.ts';
import { startServers, type Servers } from './servers.ts';
import { storeKinds } from './stores.ts';
import { kinds, runKind, runStores } from './suite.ts';

let servers: Servers;

beforeAll(async () => {
  servers = await startServers();
}, 180_000);
afterAll(() => servers.stop(), 60_000);

const timeout = 360_000;
/** What a planted bug does wrong hangs on the moment of the fault. */
const most_rounds = 30;

/** Rounds of a kind of fault, up to the first that finds something. */
function run(name: string, seed: number, rounds: number, bug: Bug = 'none'): Promise<Outcome> {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no fault ${name}`);
  return runKind(servers, kind, { seed, rounds, bug, stop_at_first: true });
}

describe('the engine on Kafka loses nothing, does nothing twice and nothing wrong', () => {
  // Kinds that wait for a session to end take longest: they are left to the command.
  const few = [
    'SIGKILL at commit',
    'Redis loses its last second',
    'Kafka answer lost after it was applied',
    'transactions of another producer',
  ];
  for (const [i, name] of few.entries())
    it(`under the fault: ${name}`, { timeout }, async () => {
      const outcome = await run(name, i + 1, 1);
      expect(outcome.words).toEqual([]);
      expect(isClean(outcome)).toBe(true);
      expect(outcome.effects).toBeGreaterThan(0);
    });
});

describe('the program on Kafka brings every row and point once', () => {
  it('while the registry, ClickHouse and Qdrant go away and come back', { timeout }, async () => {
    for (const outcome of await runStores(servers, storeKinds, { seed: 5, rounds: 1 })) {
      expect(outcome.words).toEqual([]);
      expect(isClean(outcome)).toBe(true);
      expect(outcome.effects).toBeGreaterThan(0);
    }
  });
});

describe('the oracle of the faults on Kafka', () => {
  const finds = async (bug: Bug, fault: string): Promise<void> => {
    const outcome = await run(fault, 14, most_rounds, bug);
    expect(findings(outcome), JSON.stringify(outcome)).toBeGreaterThan(0);
  };

  // Each in a world of its own, and what is done to processes of one does nothing to another: they run side by side.
  const ofProcesses: readonly (readonly [Bug, string])[] = [
    ['no watermark', 'SIGKILL at deliver'],
    ['no epoch', 'SIGSTOP past the session'],
    ['send before commit', 'SIGKILL at deliver'],
    ['forgetful upcast', 'upgrade and rollback over two versions of state'],
    ['forgetful upcast of a part', 'upgrade and rollback over two versions of state'],
  ];
  for (const [bug, fault] of ofProcesses)
    it.concurrent(`shows a planted bug: ${bug}`, { timeout }, async () => {
      await finds(bug, fault);
    });

  it('shows a planted bug: no journal', { timeout }, async () => {
    await finds('no journal', 'Redis loses its last second');
  });
});
