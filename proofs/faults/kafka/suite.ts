/** Runs rounds of faults and counts what they left behind. */
import { generator } from '../../../engine/commit-path/seed.ts';
import type { Measure } from '../../measures.ts';
import type { Kind } from './kind.ts';
import { eventKinds } from './kinds/events.ts';
import { logKinds } from './kinds/logs.ts';
import { processKinds } from './kinds/processes.ts';
import { serverKinds } from './kinds/servers.ts';
import { versionKinds } from './kinds/versions.ts';
import { nameOf, rounds_per_world, runLanes, type Chosen } from './lanes.ts';
import { add, findings, isClean, measuresOf, newOutcome, outcomesOf, tableOf, type Outcome } from './outcome.ts';
import type { Bug } from './protocol.ts';
import { keepRecord, keptRecords, openRecords, type RoundRecord } from './record.ts';
import { roundsInWorld, roundsOnStores } from './rounds.ts';
import type { Servers } from './servers.ts';
import { storeKinds, type StoreKind } from './stores.ts';

export const kinds: readonly Kind[] = [...processKinds, ...versionKinds, ...serverKinds, ...eventKinds, ...logKinds];

const all: readonly Chosen[] = [...kinds.map((kind) => ({ kind })), ...storeKinds.map((store) => ({ store }))];

export interface SuiteOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly bug?: Bug;
  /** Goes on no further than to the first effect that was lost, done twice or wrong; a round that missed is no finding. */
  readonly stop_at_first?: boolean;
}

export interface KafkaFaultsOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Only kinds whose name holds this. */
  readonly fault: string;
  readonly lanes: number;
  readonly minutes: number;
  /** Where each round is kept, and where those of earlier runs are counted from; null: nowhere. */
  readonly out: string | null;
  readonly onProgress: (text: string) => void;
}

export interface KafkaFaults {
  readonly measures: readonly Measure[];
  /** Every kind has its rounds, all of them hit, and none of them found anything. */
  readonly ok: boolean;
}

/** All kinds whose name holds `fault`, until each has its rounds. Rejects where there is none. */
export async function kafkaFaults(options: KafkaFaultsOptions): Promise<KafkaFaults> {
  const { fault, out, rounds, onProgress } = options;
  const chosen = all.filter((one) => nameOf(one).includes(fault));
  if (chosen.length === 0)
    throw new Error(`no fault is called ${fault}; there are: ${all.map((one) => nameOf(one)).join(', ')}`);
  const before = out === null ? [] : openRecords(out);
  const onRound = (record: RoundRecord): void => (out === null ? undefined : keepRecord(out, record));
  const outcomes = await runLanes(chosen, { ...options, before, onRound });
  onProgress(tableOf(outcomes.filter((outcome) => outcome.rounds > 0)));
  return { measures: measuresOf(outcomes), ok: outcomes.every((one) => isClean(one) && one.rounds >= rounds) };
}

/** Rounds that runs have kept in files, added up. */
export function keptFaults(files: readonly string[], rounds: number): KafkaFaults & { readonly table: string } {
  const records = files.flatMap((file) => keptRecords(file));
  const outcomes = outcomesOf(
    records,
    all.map((one) => nameOf(one)),
  );
  const ok = outcomes.length >= all.length && outcomes.every((one) => isClean(one) && one.rounds >= rounds);
  return { measures: measuresOf(outcomes), ok, table: tableOf(outcomes) };
}

/** So many rounds of one kind of fault. */
export async function runKind(servers: Servers, kind: Kind, options: SuiteOptions): Promise<Outcome> {
  const outcome = newOutcome(kind.name);
  const random = generator(options.seed);
  const { bug = 'none' } = options;
  while (outcome.rounds < options.rounds && (options.stop_at_first !== true || findings(outcome) === 0)) {
    const seed = Math.floor(random() * 2 ** 31);
    const rounds = Math.min(rounds_per_world, options.rounds - outcome.rounds);
    await roundsInWorld(servers, kind, { seed, rounds, bug, onRound: (record) => add(outcome, record) });
  }
  return outcome;
}

/** So many rounds of each kind, all of them on one program. */
export async function runStores(
  servers: Servers,
  chosen: readonly StoreKind[],
  { seed, rounds }: SuiteOptions,
): Promise<readonly Outcome[]> {
  const outcomes = new Map(chosen.map(({ name }) => [name, newOutcome(name)]));
  const onRound = (record: RoundRecord): void => {
    const outcome = outcomes.get(record.fault);
    if (outcome !== undefined) add(outcome, record);
  };
  await roundsOnStores(servers, chosen, { seed, rounds, onRound });
  return [...outcomes.values()];
}
