/** Faults at random while events come: of instances, and of servers that are ours. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from '../../../testing/services/program.ts';
import { session_ms } from '../kafka/settings-of-node.ts';
import type { SoakInstances } from './instances.ts';
import type { SoakServers } from './servers.ts';

interface SoakFault {
  readonly name: string;
  /** Resolves when all is whole again; false where there was nothing to do it to. */
  readonly done: (instances: SoakInstances, random: () => number) => Promise<boolean>;
}

const pick = <T>(from: readonly T[], random: () => number): T | undefined => from[Math.floor(random() * from.length)];
const span = (low: number, high: number, random: () => number): number => low + random() * (high - low);

const ofInstances: readonly SoakFault[] = [
  {
    name: 'instance killed',
    async done(instances, random) {
      const victim = pick(instances.younger, random);
      if (victim === undefined) return false;
      await instances.kill(victim);
      return true;
    },
  },
  {
    name: 'instance stopped past its session',
    async done(instances, random) {
      const sleeper = pick(instances.all, random);
      if (sleeper === undefined) return false;
      sleeper.signal('SIGSTOP');
      await pause(session_ms + span(1_000, 6_000, random));
      sleeper.signal('SIGCONT');
      return true;
    },
  },
  {
    name: 'instance joins and leaves',
    async done(instances, random) {
      const guest = instances.guest();
      await guest.says('started');
      await pause(span(1_000, 8_000, random));
      await guest.end();
      return true;
    },
  },
];

const killed = (name: string, program: Program): SoakFault => ({
  name: `${name} killed and restarted`,
  async done(_, random) {
    await program.kill();
    await pause(span(200, 3_000, random));
    await program.start();
    return true;
  },
});

const paused = (name: string, program: Program): SoakFault => ({
  name: `${name} paused`,
  async done(_, random) {
    program.pause();
    await pause(span(500, 8_000, random));
    program.resume();
    return true;
  },
});

const ofServers = ({ own }: SoakServers): readonly SoakFault[] =>
  own === undefined
    ? []
    : [
        killed('broker', own.kafka),
        paused('broker', own.kafka),
        killed('Redis', own.redis),
        paused('Redis', own.redis),
      ];

export interface SoakFaults {
  /** Faults done so far, by name. */
  readonly counts: ReadonlyMap<string, number>;
  /** What is done at this moment, or null. */
  readonly now: () => string | null;
  /** Why it ended before it was told to. */
  readonly failure: () => unknown;
  /** Resolves when the last one is over. */
  stop(): Promise<void>;
}

/** One fault about each `every_s` seconds; the kinds take turns in an order that is drawn anew each time. */
export function randomFaults(
  servers: SoakServers,
  instances: SoakInstances,
  { every_s, random, onFault }: { every_s: number; random: () => number; onFault: (name: string) => void },
): SoakFaults {
  const kinds = [...ofInstances, ...ofServers(servers)];
  const counts = new Map(kinds.map(({ name }) => [name, 0]));
  const stopping = new AbortController();
  let now: string | null = null;
  let failure: unknown;
  const work = async (): Promise<void> => {
    for (let deck: SoakFault[] = []; ;) {
      await pause(every_s * 1_000 * span(0.5, 1.5, random), undefined, { signal: stopping.signal });
      if (deck.length === 0) deck = shuffled(kinds, random);
      const fault = deck.pop();
      if (fault === undefined) return;
      now = fault.name;
      onFault(now);
      const isDone = await fault.done(instances, random);
      if (isDone) counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
      now = null;
    }
  };
  const working = work().catch((error: unknown) => {
    if (!stopping.signal.aborted || now !== null) failure = error;
  });
  return {
    counts,
    now: () => now,
    failure: () => failure,
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

const shuffled = <T>(values: readonly T[], random: () => number): T[] =>
  values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
