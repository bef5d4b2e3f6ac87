/** Runs rounds of faults and counts what they left behind. */
import { generator } from '../../../engine/seed.ts';
import type { Measure } from '../../measures.ts';
import { Missed, type Kind } from './kind.ts';
import { eventKinds } from './kinds/events.ts';
import { logKinds } from './kinds/logs.ts';
import { processKinds } from './kinds/processes.ts';
import { serverKinds } from './kinds/servers.ts';
import { startServers, type Servers } from './servers.ts';
import { wrongs, type Wrong } from './tally.ts';
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
  const chosen = kinds.filter(({ name }) => name.includes(options.fault));
  if (chosen.length === 0)
    throw new Error(`no fault is called ${options.fault}; there are: ${kinds.map(({ name }) => name).join(', ')}`);
  const servers = await startServers();
  const outcomes: Outcome[] = [];
  try {
    for (const kind of chosen) {
      outcomes.push(await runKind(servers, kind, options));
    }
  } finally {
    await servers.stop();
  }
  return { measures: measuresOf(outcomes), ok: outcomes.every(isClean), outcomes };
}

/** Effects that were lost, done twice or wrong. */
export const findings = ({ counts }: Outcome): number => wrongs.reduce((sum, kind) => sum + counts[kind], 0);

export const isClean = (outcome: Outcome): boolean => outcome.missed + outcome.failed + findings(outcome) === 0;

/** So many rounds of one kind of fault. */
export async function runKind(servers: Servers, kind: Kind, options: SuiteOptions): Promise<Outcome> {
  const outcome: Outcome = {
    fault: kind.name,
    rounds: 0,
    missed: 0,
    failed: 0,
    effects: 0,
    counts: { lost: 0, duplicated: 0, wrong: 0 },
    exits: 0,
    words: [],
  };
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
      outcome.effects += tally.effects - effects;
      effects = tally.effects;
      for (const wrong of wrongs) outcome.counts[wrong] += tally.counts[wrong];
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
