/**
 * Whether deciding again under the recorded policy gives what the log has: the ground on which a comparison with another
 * policy stands. Decisions are the same where all their fields are, the time of the decision apart.
 */
import type { EngineEvent } from '../../engine/engine.ts';
import type { LogRecord } from '../../engine/ports.ts';
import { Watermarks } from '../../engine/commit-path/watermarks.ts';

export interface TopicFidelity {
  readonly topic: string;
  /** Decisions in the log. */
  readonly recorded: number;
  /** Of these, made again. */
  readonly matched: number;
  /** In the log, and not made again. */
  readonly not_made_again: number;
  /** Made now, and not in the log. */
  readonly not_in_log: number;
}

interface Counts {
  recorded: number;
  matched: number;
}

interface Unmatched {
  readonly topic: string;
  /** Where it was made now: it counts if it is not in the log. */
  readonly held: boolean;
  /** Above 0: in the log so often and not made again; below: made again and not in the log. */
  balance: number;
}

/** A decision without its time, as text. */
function contentOf({ record, value }: EngineEvent): string {
  return `${record.topic} ${JSON.stringify(value, (name, field: unknown) => (name === 'at_ms' ? undefined : field))}`;
}

export class Fidelity {
  readonly #topics = new Map<string, Counts>();
  readonly #unmatched = new Map<string, Unmatched>();
  /** Drops what was sent again after a crash, as every reader does. */
  readonly #marks = new Watermarks({});
  readonly #held: (record: LogRecord) => boolean;

  /** `held`: whether what is made now must be in the log. */
  constructor(topics: readonly string[], held: (record: LogRecord) => boolean) {
    this.#held = held;
    for (const topic of topics) this.#topics.set(topic, { recorded: 0, matched: 0 });
  }

  /** Decisions of the log and those made now, in no order between the two. */
  take(recorded: readonly EngineEvent[], made: readonly EngineEvent[]): void {
    for (const event of recorded) {
      const counts = this.#topics.get(event.record.topic);
      if (counts === undefined || this.#sentAgain(event.record)) continue;
      counts.recorded++;
      this.#meet(event, 1, counts);
    }
    for (const event of made) {
      const counts = this.#topics.get(event.record.topic);
      if (counts !== undefined) this.#meet(event, -1, counts);
    }
  }

  #sentAgain({ topic, name }: EngineEvent['record']): boolean {
    return name !== undefined && this.#marks.seen(topic, name);
  }

  #meet(event: EngineEvent, sign: 1 | -1, counts: Counts): void {
    const content = contentOf(event);
    const other = this.#unmatched.get(content);
    if (other === undefined) {
      const held = sign < 0 && this.#held(event.record);
      this.#unmatched.set(content, { topic: event.record.topic, held, balance: sign });
      return;
    }
    if (other.balance * sign < 0) counts.matched++;
    other.balance += sign;
    if (other.balance === 0) this.#unmatched.delete(content);
  }

  topics(): readonly TopicFidelity[] {
    const missing = (topic: string, sign: 1 | -1): number =>
      [...this.#unmatched.values()]
        .filter((one) => one.topic === topic && one.balance * sign > 0 && (sign > 0 || one.held))
        .reduce((sum, { balance }) => sum + Math.abs(balance), 0);
    return [...this.#topics].map(([topic, counts]) => ({
      topic,
      ...counts,
      not_made_again: missing(topic, 1),
      not_in_log: missing(topic, -1),
    }));
  }
}
