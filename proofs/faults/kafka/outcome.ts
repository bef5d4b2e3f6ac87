/** What rounds of a kind of fault came to. */
import Table from 'cli-table3';
import type { Measure } from '../../measures.ts';
import type { RoundRecord } from './record.ts';
import { wrongs, type Wrong } from './tally.ts';

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
  took_ms: number;
  readonly words: string[];
}

export const newOutcome = (fault: string): Outcome => ({
  fault,
  rounds: 0,
  missed: 0,
  failed: 0,
  effects: 0,
  counts: { lost: 0, duplicated: 0, wrong: 0 },
  exits: 0,
  took_ms: 0,
  words: [],
});

export function add(outcome: Outcome, record: RoundRecord): void {
  outcome.rounds++;
  if (record.ended !== 'hit') outcome[record.ended]++;
  outcome.effects += record.effects;
  for (const wrong of wrongs) outcome.counts[wrong] += record[wrong];
  outcome.exits += record.exits;
  outcome.took_ms += record.took_ms;
  for (const word of record.words) outcome.words.push(`seed ${record.seed}, round ${record.round}: ${word}`);
}

/** Rounds whose fault hit and whose world came to rest and was judged. */
export const hits = ({ rounds, missed, failed }: Outcome): number => rounds - missed - failed;

/** Effects that were lost, done twice or wrong. */
export const findings = ({ counts }: Outcome): number => wrongs.reduce((sum, kind) => sum + counts[kind], 0);

export const isClean = (outcome: Outcome): boolean => outcome.missed + outcome.failed + findings(outcome) === 0;

/** Rounds that were kept, by kind of fault in the order given; kinds without a round are left out. */
export function outcomesOf(records: readonly RoundRecord[], faults: readonly string[]): readonly Outcome[] {
  const outcomes = new Map(faults.map((fault) => [fault, newOutcome(fault)]));
  for (const record of records) {
    const outcome = outcomes.get(record.fault) ?? newOutcome(record.fault);
    outcomes.set(record.fault, outcome);
    add(outcome, record);
  }
  return [...outcomes.values()].filter(({ rounds }) => rounds > 0);
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

const columns = ['fault', 'hit', 'missed', 'failed', 'effects', ...wrongs, 'exits', 's a round'];

/** The outcomes so far, for people. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const table = new Table({
    head: columns,
    colAligns: columns.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [] },
  });
  for (const outcome of outcomes) {
    const { fault, missed, failed, effects, counts, exits, took_ms, rounds } = outcome;
    const seconds = (took_ms / rounds / 1_000).toFixed(1);
    table.push([
      fault,
      ...[hits(outcome), missed, failed, effects, ...wrongs.map((kind) => counts[kind]), exits].map(String),
      seconds,
    ]);
  }
  return table.toString();
}
