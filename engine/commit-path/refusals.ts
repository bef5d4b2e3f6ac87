/** What a task refuses: the order of its dead letters, and when there are so many that it must stop. */
import { EngineError } from '../errors.ts';
import { separator } from '../ledger.ts';
import type { Limits, Refusal } from '../options.ts';
import type { LogRecord, NewRecord } from '../ports.ts';

/** Events over which the share of failures is taken. */
const window_events = 10_000;

/** Counts the failures of a task, and stops a bug from draining a topic into dead letters. */
export class FailureWindow {
  #handled = 0;
  #failed = 0;
  readonly #group: string;
  readonly #limits: Limits;

  constructor(group: string, limits: Limits) {
    this.#group = group;
    this.#limits = limits;
  }

  handled(events: number): void {
    this.#handled += events;
    if (this.#handled <= window_events) return;
    this.#handled /= 2;
    this.#failed /= 2;
  }

  /** Throws when too large a share of events failed; the batch is then not committed. */
  failed(message: string): void {
    this.#failed++;
    const { failure_count, failure_share } = this.#limits;
    if (this.#failed < failure_count || this.#failed <= failure_share * Math.max(this.#handled, window_events / 10))
      return;
    throw new EngineError(
      'group.too_many_failures',
      `group ${this.#group} stopped: it failed on ${Math.round(this.#failed)} of the last ${Math.round(this.#handled)} events, the last time with "${message}"`,
      'repair what fails and start again; nothing of this batch was committed',
    );
  }
}

/**
 * The records of a batch with its dead letters, those in `topic`, last and in the order of what they are of: a batch is
 * decoded before it is decided, and a reader would take the letter of an earlier record, met after that of a later one,
 * for one that it has seen.
 */
export function lettersInOrder(
  records: readonly NewRecord[],
  topic: string,
  taken: readonly LogRecord[],
): readonly NewRecord[] {
  const places = new Map(taken.map((record, i) => [`${record.topic}|${record.offset}`, i]));
  const placeOf = ({ name }: NewRecord): number => places.get(`${name?.topic ?? ''}|${name?.offset ?? 0}`) ?? 0;
  const letters = records.filter((record) => record.topic === topic);
  letters.sort((a, b) => placeOf(a) - placeOf(b) || (a.name?.ordinal ?? 0) - (b.name?.ordinal ?? 0));
  return [...records.filter((record) => record.topic !== topic), ...letters];
}

/**
 * Record key of a dead letter: that of the record, or, where it has none as a tick, that of the state it was refused for.
 * Letters of one state must lie in one partition: only there it is known in what order they were refused.
 */
export function letterKey({ record, state_key, group }: Pick<Refusal, 'record' | 'state_key' | 'group'>): string {
  if (record.key !== '') return record.key;
  const end = state_key?.indexOf(separator) ?? -1;
  return state_key === null || end < 1 ? group : state_key.slice(0, end);
}
