/** Recorded history in steps: what reached the log before the groups decided again, and what they decided on it. */
import type { Log, LogRecord } from '../ports.ts';
import { Cursor } from './cursor.ts';

export interface Step {
  /** Records of sources, by partition in the order of the log. */
  readonly records: readonly LogRecord[];
  /** What was decided before the next step began. */
  readonly decided: readonly LogRecord[];
  /** When what follows from these records was appended, UTC epoch milliseconds. */
  readonly at_ms: number;
}

export interface Played {
  readonly log: Log;
  /** Topics to play. */
  readonly sources: readonly string[];
  /** Topics whose records say when decisions were made. */
  readonly made: readonly string[];
  /** Nothing appended after this is played, UTC epoch milliseconds. */
  readonly until_ms: number;
}

/** Where nothing was decided for long, a step ends all the same: another policy may have something to decide. */
const longest_step_ms = 24 * 3_600_000;

const cursorsOf = async (log: Log, topics: readonly string[]): Promise<readonly Cursor[]> => {
  const cursors: Cursor[] = [];
  for (const topic of topics)
    for (let partition = 0; partition < log.partitions; partition++)
      cursors.push(await Cursor.open(log, topic, partition));
  return cursors;
};

/** When the earliest of the records ahead was appended; infinity where there is none. */
const earliest_ms = (cursors: readonly Cursor[]): number =>
  cursors.reduce((earliest, cursor) => Math.min(earliest, cursor.peek()?.appended_ms ?? Infinity), Infinity);

async function taken(cursors: readonly Cursor[], until_ms: number): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for (const cursor of cursors) await cursor.takeUntil(until_ms, records);
  return records;
}

/**
 * A step takes records up to the moment at which something was decided, so that the groups meet them in the order in
 * which they met them then: what is decided on a step is stamped behind all of it and before the next.
 */
export async function* steps({ log, sources, made, until_ms }: Played): AsyncGenerator<Step> {
  // Decisions first: a program that runs goes on deciding, and what it decides on must not be missing.
  const decisions = await cursorsOf(log, made);
  const inputs = await cursorsOf(log, sources);
  for (let from_ms = earliest_ms(inputs); from_ms <= until_ms; from_ms = earliest_ms(inputs)) {
    if (from_ms === Infinity) return;
    const before = await taken(decisions, from_ms - 1);
    const decided_ms = earliest_ms(decisions);
    const records = await taken(inputs, Math.min(decided_ms, from_ms + longest_step_ms, until_ms));
    const last_ms = records.reduce((last, { appended_ms }) => Math.max(last, appended_ms), from_ms);
    const next_ms = earliest_ms(inputs);
    const at_ms = Math.min(decided_ms < next_ms ? decided_ms : last_ms + 1, next_ms);
    const decided = [...before, ...(await taken(decisions, Math.max(last_ms, next_ms - 1)))];
    yield { records, decided, at_ms };
  }
}
