/** Rounds of one kind of fault, one after another in one world, each judged before the next begins. */
import { generator } from '../../../engine/commit-path/seed.ts';
import { Missed, type Kind } from './kind.ts';
import type { Bug } from './protocol.ts';
import { commitHere, type RoundRecord } from './record.ts';
import type { Servers } from './servers.ts';
import { Stores, type StoreKind } from './stores.ts';
import type { Tally } from './tally.ts';
import { World } from './world.ts';

export interface Rounds {
  /** Of the world. */
  readonly seed: number;
  readonly rounds: number;
  readonly bug?: Bug;
  /** Between two appends of the load, milliseconds. */
  readonly between_ms?: number;
  readonly onRound: (record: RoundRecord) => void;
}

/** A fault done, and what the oracle then says; undefined where the round is judged by the fault alone. */
type Round = () => Promise<{ readonly shown: string; readonly tally?: Tally }>;

const commit = commitHere();

/** Does one round after another until one finds something, or does not come to its end. */
class Rounding {
  readonly #fault: string;
  readonly #given: Rounds;
  #effects: number;
  #round = 0;

  constructor(fault: string, given: Rounds, effects = 0) {
    this.#fault = fault;
    this.#given = given;
    this.#effects = effects;
  }

  /** Effects that have been looked at. */
  get effects(): number {
    return this.#effects;
  }

  /** @param exits tells of instances that ended by themselves since it was asked last */
  async all(round: Round, exits: () => readonly string[]): Promise<void> {
    while (this.#round < this.#given.rounds) if (!(await this.one(round, exits))) return;
  }

  /** Whether the world is whole after it. */
  async one(round: Round, exits: () => readonly string[]): Promise<boolean> {
    this.#round++;
    const from_ms = performance.now();
    const { shown, tally, error } = await round().then(
      (done) => ({ tally: undefined, ...done, error: undefined }),
      (thrown: unknown) => ({ shown: '', tally: undefined, error: asError(thrown) }),
    );
    const ended = error === undefined ? 'hit' : error instanceof Missed ? 'missed' : 'failed';
    const gone = exits();
    const effects = tally?.effects ?? this.#effects;
    const { lost, duplicated, wrong } = tally?.counts ?? { lost: 0, duplicated: 0, wrong: 0 };
    this.#given.onRound({
      ...{ at: new Date().toISOString(), commit, fault: this.#fault, seed: this.#given.seed, round: this.#round },
      ...{ ended, shown, effects: Math.max(0, effects - this.#effects), lost, duplicated, wrong, exits: gone.length },
      words: [...(error === undefined ? [] : [error.message]), ...(tally?.words ?? []), ...gone],
      took_ms: Math.round(performance.now() - from_ms),
    });
    this.#effects = effects;
    return error === undefined && (tally?.total ?? 0) === 0;
  }
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

const none = (): readonly string[] => [];

/** Rounds in one world of its own, until it is no longer whole. A start that fails is a failed round. */
export async function roundsInWorld(servers: Servers, kind: Kind, given: Rounds): Promise<void> {
  const rounding = new Rounding(kind.name, { ...given, rounds: kind.once === true ? 1 : given.rounds });
  const world = await begun(servers, kind, given).catch(asError);
  if (world instanceof Error) return void (await rounding.one(() => Promise.reject(world), none));
  let heard = 0;
  const exits = (): readonly string[] => {
    const ended = world.endings
      .slice(heard)
      .filter(({ signal, failure }) => signal !== 'SIGKILL' && kind.ends?.test(failure ?? '') !== true);
    heard = world.endings.length;
    return ended.map(({ code, failure }) => `ended with ${String(code)}: ${failure ?? ''}`);
  };
  try {
    await rounding.all(() => roundOf(world, kind), exits);
  } finally {
    await world.close();
  }
}

/** A fault is done to a world that works. */
async function begun(servers: Servers, kind: Kind, given: Rounds): Promise<World> {
  const world = await World.open(servers, given);
  try {
    await Promise.all(Array.from({ length: kind.instances }, () => world.add()));
    await world.publish(world.events.some());
    await world.rest();
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

async function roundOf(world: World, kind: Kind): ReturnType<Round> {
  world.busy();
  const shown = await kind.round(world, world.events.random);
  if (kind.once === true) return { shown };
  await world.rest();
  return { shown, tally: await world.judge() };
}

/** So many rounds of each kind, all of them on one program, whose servers take long to start. */
export async function roundsOnStores(servers: Servers, chosen: readonly StoreKind[], given: Rounds): Promise<void> {
  const random = generator(given.seed);
  const stores = await Stores.open(servers, given.seed).catch(asError);
  let effects = 0;
  try {
    for (const { name, round } of chosen) {
      const rounding = new Rounding(name, given, effects);
      if (stores instanceof Error) {
        await rounding.one(() => Promise.reject(stores), none);
        continue;
      }
      await rounding.all(
        async () => {
          await round(stores, random);
          return { shown: 'the program said so, and went on', tally: await stores.judge() };
        },
        () => stores.endings.splice(0),
      );
      ({ effects } = rounding);
    }
  } finally {
    if (stores instanceof Stores) await stores.close();
  }
}
