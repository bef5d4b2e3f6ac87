/** What a kind of fault is: how it is done to a world, and how it is known that it hit. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Instance } from './instance.ts';
import type { World } from './world.ts';

export interface Kind {
  readonly name: string;
  /** Instances that the world has before the fault. */
  readonly instances: number;
  /** Whether a world is of no use after a round. */
  readonly once?: boolean;
  /** How it makes instances end by themselves, by what they say then; other ends are told. */
  readonly ends?: RegExp;
  /**
   * Does it once to a world that is under load, and resolves when the world could be whole again, with what shows that it
   * hit. Rejects with `Missed` where nothing shows it.
   */
  readonly round: (world: World, random: () => number) => Promise<string>;
}

/** The fault did not hit: a round that shows nothing. */
export class Missed extends Error {}

export const between = (low: number, high: number, random: () => number): number =>
  low + Math.floor(random() * (high - low + 1));

/** Asks until there is an answer that is not undefined; `Missed` where there is none in time. */
export async function until<T>(
  what: string,
  within_ms: number,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const until_ms = performance.now() + within_ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > until_ms) throw new Missed(`${what}: not within ${within_ms} ms`);
    await pause(50);
  }
}

export function someInstance(world: World, random: () => number): Instance {
  const { instances } = world;
  const one = instances[between(0, instances.length - 1, random)];
  if (one === undefined) throw new Missed('there is no instance');
  return one;
}

/** Whether every instance that stands is ready: one that was killed has been started again. */
export const allReady = (world: World, count: number): Promise<true> =>
  until('all instances ready', 60_000, () =>
    world.instances.length >= count && world.instances.every(({ said }) => said.some(({ event }) => event === 'ready'))
      ? true
      : undefined,
  );

/** Troubles that instances have told of, all together. */
export const troubles = (world: World): number =>
  world.instances.reduce((sum, { said }) => sum + said.filter(({ event }) => event === 'trouble').length, 0);
