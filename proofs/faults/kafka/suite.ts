/** Runs rounds of faults and counts what they left behind. */
import { generator } from '../../../engine/seed.ts';
import type { Measure } from '../../measures.ts';
import { Missed, type Kind } from './kind.ts';
import { eventKinds } from './kinds/events.ts';
import { logKinds } from './kinds/logs.ts';
import { processKinds } from './kinds/processes.ts';
import { serverKinds } from './kinds/servers.ts';
import { startServers, type Servers } from './servers.ts';
import { storeKinds, Stores, type StoreKind } from './stores.ts';
import { wrongs, type Tally, type Wrong } from './tally.ts';
import type { Bug } from './protocol.ts';
import { World } from './world.ts';

export const kinds: readonly Kind[] = [...processKinds, ...serverKinds, ...eventKinds, ...logKinds];

/** Rounds in one world: its topics grow, and each look reads all of them. */
const rounds_per_world = 10;

export interface Outcome {
  readonly fault: string;
  rounds: number;
  /** Rounds whose fault did not hit. */
  missed: number;
  /** Rounds after which something hung, or that ended in an error. */
  failed: number;
  effects: number;
  readonly counts: Record<Wrong, number>;
  /** Instances that ended by themselves, with an error. */
  exits: number;
  readonly words: string[];
}

export interface SuiteOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly bug?: Bug;
  /** Goes on no further than to the first effect that was lost, done twice or wrong; a round that missed is no finding. */
  readonly stop_at_first?: boolean;
  readonly onProgress?: (text: string) => void;
}

/** All kinds whose name holds `fault`, on servers of their own. Rejects where there is none. */
export async function kafkaFaults(
  options: SuiteOptions & { readonly fault: string },
): Promise<{ readonly measures: readonly Measure[]; readonly ok: boolean; readonly outcomes: readonly Outcome[] }> {
  const isChosen = ({ name }: { readonly name: string }): boolean => name.includes(options.fault);
  const [chosen, ofStores] = [kinds.filter(isChosen), storeKinds.filter(isChosen)];
  if (chosen.length + ofStores.length === 0)
    throw new Error(
      `no fault is called ${options.fault}; there are: ${[...kinds, ...storeKinds].map(({ name }) => name).join(', ')}`,
    );
  const servers = await startServers();
  const outcomes: Outcome[] = [];
  try {
    for (const kind of chosen) outcomes.push(await runKind(servers, kind, options));
    if (ofStores.length > 0) outcomes.push(...(await runStores(servers, ofStores, options)));
  } finally {
    await servers.stop();
  }
  return { measures: measuresOf(outcomes), ok: outcomes.every(isClean), outcomes };
}

/** Effects that were lost, done twice or wrong. */
export const findings = ({ counts }: Outcome): number => wrongs.reduce((sum, kind) => sum + counts[kind], 0);

export const isClean = (outcome: Outcome): boolean => outcome.missed + outcome.failed + findings(outcome) === 0;

const newOutcome = (fault: string): Outcome => ({
  fault,
  rounds: 0,
  missed: 0,
  failed: 0,
  effects: 0,
  counts: { lost: 0, duplicated: 0, wrong: 0 },
  exits: 0,
  words: [],
});

/** So many rounds of each kind, all of them on one program, whose servers take long to start. */
export async function runStores(
  servers: Servers,
  chosen: readonly StoreKind[],
  { seed, rounds, onProgress = () => undefined }: SuiteOptions,
): Promise<readonly Outcome[]> {
  const random = generator(seed);
  const stores = await Stores.open(servers, seed);
  try {
    const outcomes: Outcome[] = [];
    let effects = 0;
    for (const kind of chosen) {
      const outcome = newOutcome(kind.name);
      outcomes.push(outcome);
      for (let round = 0; round < rounds && outcome.failed === 0; round++) {
        effects = await storeRound(stores, kind, { outcome, random, effects });
        onProgress(`${kind.name}: ${outcome.rounds} of ${rounds} rounds, ${JSON.stringify(outcome.counts)}`);
      }
      outcome.exits = stores.endings.length;
      outcome.words.push(...stores.endings.splice(0));
    }
    return outcomes;
  } finally {
    await stores.close();
  }
}

/** Resolves with the effects that there are after it. */
async function storeRound(
  stores: Stores,
  kind: StoreKind,
  { outcome, random, effects }: { outcome: Outcome; readonly random: () => number; readonly effects: number },
): Promise<number> {
  outcome.rounds++;
  try {
    await kind.round(stores, random);
    const tally = await stores.judge();
    counted(outcome, tally, effects);
    for (const word of tally.words) outcome.words.push(`round ${outcome.rounds}: ${word}`);
    return tally.effects;
  } catch (error) {
    if (error instanceof Missed) outcome.missed++;
    else outcome.failed++;
    outcome.words.push(`round ${outcome.rounds}: ${error instanceof Error ? error.message : String(error)}`);
    return effects;
  }
}

/** @param before effects that were looked at in earlier rounds */
function counted(outcome: Outcome, tally: Tally, before: number): void {
  outcome.effects += tally.effects - before;
  for (const wrong of wrongs) outcome.counts[wrong] += tally.counts[wrong];
}

/** So many rounds of one kind of fault. */
export async function runKind(servers: Servers, kind: Kind, options: SuiteOptions): Promise<Outcome> {
  const outcome = newOutcome(kind.name);
  const random = generator(options.seed);
  const { onProgress = () => undefined } = options;
  while (outcome.rounds < options.rounds && (options.stop_at_first !== true || findings(outcome) === 0)) {
    const seed = Math.floor(random() * 2 ** 31);
    const rounds = kind.once === true ? 1 : Math.min(rounds_per_world, options.rounds - outcome.rounds);
    await inWorld(servers, kind, { seed, rounds, bug: options.bug ?? 'none', outcome, onProgress });
    onProgress(
      `${kind.name}: ${outcome.rounds} of ${options.rounds} rounds, ${JSON.stringify(outcome.counts)}, ` +
        `${outcome.missed} missed, ${outcome.failed} failed, ${outcome.exits} exits`,
    );
  }
  return outcome;
}

interface Run {
  readonly seed: number;
  readonly rounds: number;
  readonly bug: Bug;
  readonly outcome: Outcome;
  readonly onProgress: (text: string) => void;
}

/** Rounds in one world, until it is no longer whole. */
async function inWorld(servers: Servers, kind: Kind, { seed, rounds, bug, outcome, onProgress }: Run): Promise<void> {
  const world = await World.open(servers, { seed, bug });
  const note = (what: string): void => {
    outcome.words.push(`seed ${seed}, round ${outcome.rounds}: ${what}`);
    onProgress(`  ${kind.name}, seed ${seed}, round ${outcome.rounds}: ${what}`);
  };
  try {
    await Promise.all(Array.from({ length: kind.instances }, () => world.add()));
    // A fault is done to a world that works.
    await world.publish(world.events.some());
    await world.rest();
    let effects = 0;
    for (let i = 0; i < rounds; i++) {
      outcome.rounds++;
      world.busy();
      await kind.round(world, world.events.random);
      if (kind.once === true) return;
      await world.rest();
      const tally = await world.judge();
      counted(outcome, tally, effects);
      effects = tally.effects;
      tally.words.forEach(note);
      if (tally.total > 0) return;
    }
  } catch (error) {
    if (error instanceof Missed) outcome.missed++;
    else outcome.failed++;
    note(error instanceof Error ? error.message : String(error));
  } finally {
    const exits = world.endings.filter(({ signal }) => signal !== 'SIGKILL');
    outcome.exits += exits.length;
    for (const { code, failure } of exits) note(`ended with ${String(code)}: ${failure ?? ''}`);
    await world.close();
  }
}

export function measuresOf(outcomes: readonly Outcome[]): readonly Measure[] {
  return outcomes.flatMap(({ fault, rounds, missed, failed, effects, counts, exits }) => {
    const one = (
      name: string,
      value: number,
      unit: string,
      labels: Readonly<Record<string, string>> = {},
    ): Measure => ({
      name,
      labels: { fault, ...labels },
      value,
      unit,
      n: rounds,
    });
    return [
      ...wrongs.map((kind) => one('effects', counts[kind], 'effects', { kind })),
      one('effects_seen', effects, 'effects'),
      one('rounds', rounds, 'rounds'),
      one('rounds_missed', missed, 'rounds'),
      one('rounds_failed', failed, 'rounds'),
      one('instances_ended', exits, 'processes'),
    ];
  });
}
