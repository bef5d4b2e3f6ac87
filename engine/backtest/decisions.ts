/** The decisions of the log, each when what caused it has been decided again. */
import type { Log, LogRecord } from '../ports.ts';
import type { Coverage } from './coverage.ts';
import { Cursor } from './cursor.ts';
import type { HistoryRun } from './history-run.ts';

export class RecordedDecisions {
  /** When the newest was appended, UTC epoch milliseconds; minus infinity where there is none. */
  readonly newest_ms: number;
  readonly #cursors: readonly Cursor[];
  readonly #groups: ReadonlySet<string>;
  #waiting: LogRecord[] = [];

  private constructor(cursors: readonly Cursor[], newest_ms: number, groups: ReadonlySet<string>) {
    this.#cursors = cursors;
    this.newest_ms = newest_ms;
    this.#groups = groups;
  }

  static async open(log: Log, { made, processors }: Coverage): Promise<RecordedDecisions> {
    const cursors: Cursor[] = [];
    let newest_ms = -Infinity;
    for (const topic of made)
      for (let partition = 0; partition < log.partitions; partition++) {
        cursors.push(await Cursor.open(log, topic, partition));
        const { start, end } = await log.range(topic, partition);
        const [last] = start < end ? await log.read(topic, partition, end - 1, 1) : [];
        newest_ms = Math.max(newest_ms, last?.appended_ms ?? -Infinity);
      }
    return new RecordedDecisions(cursors, newest_ms, new Set(processors.map(({ wiring }) => wiring.group)));
  }

  /**
   * Those that were appended up to a time and whose cause the run has decided. What was decided on records that the run
   * never takes, because it ends before, is never given.
   */
  async take(until_ms: number, run: HistoryRun): Promise<readonly LogRecord[]> {
    const read: LogRecord[] = [];
    for (const cursor of this.#cursors) await cursor.takeUntil(until_ms, read);
    const found = [...this.#waiting, ...read.filter(({ name }) => name !== undefined && this.#groups.has(name.group))];
    const isDecided = ({ name }: LogRecord): boolean => name !== undefined && run.hasDecided(name);
    this.#waiting = found.filter((record) => !isDecided(record));
    return found.filter(isDecided);
  }
}
