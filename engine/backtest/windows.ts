/** Recorded history in windows: what the groups took meanwhile, each in its own order. */
import type { Log, LogRecord } from '../ports.ts';
import type { Coverage } from './coverage.ts';
import { planOf, type PlannedLine } from './plan.ts';

/** What one group took of one partition. */
export interface TakenLines {
  readonly group: string;
  readonly partition: number;
  readonly lines: readonly PlannedLine[];
  /** Nothing follows. */
  readonly ended: boolean;
}

export interface Window {
  readonly taken: readonly TakenLines[];
  /** All that was taken up to then is in this window or one before, UTC epoch milliseconds. */
  readonly until_ms: number;
  /** Records of sources that no group took in an earlier window. */
  readonly sources: readonly LogRecord[];
}

export interface Played {
  readonly log: Log;
  readonly coverage: Coverage;
  readonly policy_topic: string;
  /** Nothing appended after this is played, UTC epoch milliseconds. */
  readonly until_ms: number;
}

/** Records that a window holds, about: they are kept until all groups have them. */
const most_records = 8_192;

/** A plan, one line ahead. */
class Ahead {
  readonly group: string;
  readonly partition: number;
  readonly #plan: AsyncGenerator<PlannedLine>;
  head: PlannedLine | undefined;
  lines: PlannedLine[] = [];

  constructor(group: string, partition: number, plan: AsyncGenerator<PlannedLine>) {
    this.group = group;
    this.partition = partition;
    this.#plan = plan;
  }

  async next(): Promise<void> {
    if (this.head !== undefined) this.lines.push(this.head);
    const { value, done } = await this.#plan.next();
    this.head = done === true ? undefined : value;
  }

  take(): TakenLines {
    const { group, partition, lines } = this;
    this.lines = [];
    return { group, partition, lines, ended: this.head === undefined };
  }
}

const earliestOf = (plans: readonly Ahead[]): Ahead | undefined =>
  plans.reduce<Ahead | undefined>(
    (first, one) => (one.head === undefined || (first?.head?.at_ms ?? Infinity) <= one.head.at_ms ? first : one),
    undefined,
  );

/** All windows, by the times at which the groups took their records; the last is the one in which all plans ended. */
export async function* windows({ log, coverage, policy_topic, until_ms }: Played): AsyncGenerator<Window> {
  const plans: Ahead[] = [];
  for (const { wiring } of coverage.processors)
    for (let partition = 0; partition < log.partitions; partition++) {
      const { group } = wiring;
      const topics = [...new Set([...wiring.reads.map(({ name }) => name), policy_topic])];
      plans.push(new Ahead(group, partition, planOf({ log, group, partition, topics, until_ms })));
    }
  for (const plan of plans) await plan.next();
  const fresh = new Fresh(coverage);
  for (let first = earliestOf(plans); first !== undefined; first = earliestOf(plans)) {
    let [records, until] = [0, -Infinity];
    for (; first?.head !== undefined && (records < most_records || first.head.at_ms <= until);) {
      until = Math.max(until, first.head.at_ms);
      records += first.head.records.length;
      await first.next();
      first = earliestOf(plans);
    }
    const taken = plans.map((plan) => plan.take());
    yield { taken, until_ms: first === undefined ? Infinity : until, sources: fresh.of(taken) };
  }
}

/** Several groups take the same record, perhaps in different windows: it is new once. */
class Fresh {
  readonly #made: ReadonlySet<string>;
  /** Next offset by topic and partition. */
  readonly #next = new Map<string, number>();

  constructor({ made }: Coverage) {
    this.#made = new Set(made);
  }

  of(taken: readonly TakenLines[]): readonly LogRecord[] {
    const found: LogRecord[] = [];
    for (const { lines } of taken)
      for (const { records } of lines)
        for (const record of records) {
          const place = `${record.topic}|${record.partition}`;
          if (this.#made.has(record.topic) || record.offset < (this.#next.get(place) ?? 0)) continue;
          this.#next.set(place, record.offset + 1);
          found.push(record);
        }
    return found;
  }
}
