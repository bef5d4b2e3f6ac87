/** Many rounds of many kinds: lanes side by side, each with servers of its own, and the kinds rise together. */
import { hash32 } from '../../../engine/commit-path/seed.ts';
import type { Kind } from './kind.ts';
import { add, hits, newOutcome, tableOf, type Outcome } from './outcome.ts';
import type { RoundRecord } from './record.ts';
import { roundsInWorld, roundsOnStores } from './rounds.ts';
import { startServers, type Servers } from './servers.ts';
import type { StoreKind } from './stores.ts';
import { between_events_ms } from './world.ts';

/** A kind of fault, done to worlds of the engine or to the program on its stores. */
export type Chosen = { readonly kind: Kind } | { readonly store: StoreKind };

export const nameOf = (chosen: Chosen): string => ('kind' in chosen ? chosen.kind.name : chosen.store.name);

/** Rounds in one world: its topics grow, and each look reads all of them. */
export const rounds_per_world = 10;
/** Rounds of a kind that may miss or fail in one run before it is left alone. */
const most_spoiled = 10;
/** Rounds between two tables. */
const table_every = 100;

export interface LanesOptions {
  readonly seed: number;
  /** Rounds of each kind that must have hit, those of earlier runs included. */
  readonly rounds: number;
  readonly lanes: number;
  /** No world is begun after so long. */
  readonly minutes: number;
  /** Rounds of earlier runs. */
  readonly before: readonly RoundRecord[];
  readonly onRound: (record: RoundRecord) => void;
  readonly onProgress: (text: string) => void;
}

interface Job {
  readonly chosen: Chosen;
  readonly seed: number;
  readonly rounds: number;
}

interface Standing {
  readonly chosen: Chosen;
  /** Of this run and those before. */
  readonly outcome: Outcome;
  readonly before: number;
  /** Rounds that lanes are at. */
  planned: number;
  /** Worlds that were begun, and rounds that missed or failed, in this run. */
  worlds: number;
  spoiled: number;
}

/** Says what a lane does next, and adds up what came of it. */
export class Plan {
  readonly #standings: readonly Standing[];
  readonly #options: Pick<LanesOptions, 'seed' | 'rounds'>;

  constructor(kinds: readonly Chosen[], options: Pick<LanesOptions, 'seed' | 'rounds' | 'before'>) {
    this.#options = options;
    this.#standings = kinds.map((chosen) => {
      const outcome = newOutcome(nameOf(chosen));
      for (const record of options.before) if (record.fault === outcome.fault) add(outcome, record);
      return { chosen, outcome, before: outcome.rounds, planned: 0, worlds: 0, spoiled: 0 };
    });
  }

  get outcomes(): readonly Outcome[] {
    return this.#standings.map(({ outcome }) => outcome);
  }

  /** Rounds that are still to hit. */
  get left(): number {
    return this.#standings.reduce((sum, { outcome }) => sum + Math.max(0, this.#options.rounds - hits(outcome)), 0);
  }

  /** Of the kind with the fewest rounds; undefined where every kind has enough, or all that it lacks is under way. */
  next(): Job | undefined {
    const { rounds, seed } = this.#options;
    const standing = (one: Standing): number => hits(one.outcome) + one.planned;
    const lacking = this.#standings.filter((one) => standing(one) < rounds && one.spoiled < most_spoiled);
    const [least] = [...lacking].sort((a, b) => standing(a) - standing(b));
    if (least === undefined) return undefined;
    const job = {
      chosen: least.chosen,
      // Another in each run that goes on where one was cut.
      seed: hash32(`${least.outcome.fault} ${least.before} ${least.worlds++}`, seed),
      rounds: Math.min(rounds_per_world, rounds - standing(least)),
    };
    least.planned += job.rounds;
    return job;
  }

  took(record: RoundRecord): Outcome | undefined {
    const standing = this.#standings.find(({ outcome }) => outcome.fault === record.fault);
    if (standing === undefined) return undefined;
    add(standing.outcome, record);
    if (record.ended !== 'hit') standing.spoiled++;
    return standing.outcome;
  }

  /** A job is over, whatever of its rounds were done: what is counted is what was taken. */
  done({ chosen, rounds }: Job): void {
    const standing = this.#standings.find((one) => one.chosen === chosen);
    if (standing !== undefined) standing.planned -= rounds;
  }
}

export async function runLanes(kinds: readonly Chosen[], options: LanesOptions): Promise<readonly Outcome[]> {
  const plan = new Plan(kinds, options);
  const until_ms = performance.now() + options.minutes * 60_000;
  const from_ms = performance.now();
  let taken = 0;
  const take = (lane: number, record: RoundRecord): void => {
    options.onRound(record);
    const outcome = plan.took(record);
    taken++;
    const each_s = (performance.now() - from_ms) / 1_000 / taken;
    options.onProgress(lineOf(lane, record, outcome, { options, plan, each_s }));
    if (taken % table_every === 0) options.onProgress(tableOf(plan.outcomes.filter(({ rounds }) => rounds > 0)));
  };
  const lanes = Math.min(options.lanes, Math.ceil(plan.left / rounds_per_world));
  // The load of one world, shared out: what the machine has to do stays the same.
  const lane = new Lane(plan, { isOver: () => performance.now() > until_ms, between_ms: lanes * between_events_ms });
  await Promise.all(Array.from({ length: lanes }, (_, i) => lane.run((record) => take(i + 1, record))));
  return plan.outcomes;
}

interface LaneOptions {
  readonly isOver: () => boolean;
  /** Between two appends of the load in its worlds, milliseconds. */
  readonly between_ms: number;
}

/** Works through the plan on servers of its own. */
class Lane {
  readonly #plan: Plan;
  readonly #given: LaneOptions;

  constructor(plan: Plan, given: LaneOptions) {
    this.#plan = plan;
    this.#given = given;
  }

  async run(onRound: (record: RoundRecord) => void): Promise<void> {
    const { isOver, between_ms } = this.#given;
    let servers: Servers | undefined;
    try {
      for (let job = this.#plan.next(); job !== undefined && !isOver(); job = this.#plan.next()) {
        servers ??= await startServers();
        let isWhole = true;
        await worked(servers, { ...job, between_ms }, (record) => {
          isWhole &&= record.ended !== 'failed';
          onRound(record);
        });
        this.#plan.done(job);
        if (isWhole) continue;
        // Whatever hung, the next world shall not suffer from it.
        await servers.stop();
        servers = undefined;
      }
    } finally {
      await servers?.stop();
    }
  }
}

function worked(
  servers: Servers,
  { chosen, ...job }: Job & { readonly between_ms: number },
  onRound: (record: RoundRecord) => void,
): Promise<void> {
  const given = { ...job, onRound };
  return 'kind' in chosen ? roundsInWorld(servers, chosen.kind, given) : roundsOnStores(servers, [chosen.store], given);
}

function lineOf(
  lane: number,
  { fault, ended, shown, took_ms, words, seed, round }: RoundRecord,
  outcome: Outcome | undefined,
  { options, plan, each_s }: { readonly options: LanesOptions; readonly plan: Plan; readonly each_s: number },
): string {
  const { lost, duplicated, wrong } = outcome?.counts ?? { lost: 0, duplicated: 0, wrong: 0 };
  const done = outcome === undefined ? 0 : hits(outcome);
  const minutes = Math.ceil((plan.left * each_s) / 60);
  const line =
    `lane ${lane}: ${fault} ${done}/${options.rounds}, ${lost} lost, ${duplicated} duplicated, ${wrong} wrong, ` +
    `${outcome?.missed ?? 0} missed, ${outcome?.failed ?? 0} failed (${(took_ms / 1_000).toFixed(1)} s: ${shown}); ` +
    `${plan.left} rounds left, about ${minutes} min`;
  return [line, ...words.map((word) => `  ${fault}, seed ${seed}, round ${round}, ${ended}: ${word}`)].join('\n');
}
