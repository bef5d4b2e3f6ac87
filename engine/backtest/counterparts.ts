/** Which decisions the log has, by their causes: of each place in the log, the sorted numbers of what it holds. */
import { readRange } from '../read-range.ts';
import type { Log, LogRecord, NewRecord } from '../ports.ts';

/** More events than one record causes. */
const ordinals = 2 ** 22;

const placeOf = ({ topic, partition, name }: NewRecord): string =>
  `${topic}|${partition}|${name?.group ?? ''}|${name?.topic ?? ''}|${name?.partition ?? 0}`;
const numberOf = ({ name }: NewRecord): number => (name?.offset ?? 0) * ordinals + (name?.ordinal ?? 0);

export class Counterparts {
  readonly #places = new Map<string, number[]>();

  /** Reads these topics from where they are kept. */
  static async of(log: Log, topics: readonly string[]): Promise<Counterparts> {
    const found = new Counterparts();
    for (const topic of topics)
      for (let partition = 0; partition < log.partitions; partition++) {
        const { start, end } = await log.range(topic, partition);
        for await (const record of readRange(log, topic, partition, start, end)) found.#add(record);
      }
    // A group that was reset made its decisions again.
    for (const numbers of found.#places.values()) numbers.sort((a, b) => a - b);
    return found;
  }

  #add(record: LogRecord): void {
    if (record.name === undefined) return;
    const place = placeOf(record);
    const numbers = this.#places.get(place);
    if (numbers === undefined) this.#places.set(place, [numberOf(record)]);
    else numbers.push(numberOf(record));
  }

  /** Whether the log has an event of this cause in the same place. */
  has(record: NewRecord): boolean {
    const numbers = this.#places.get(placeOf(record)) ?? [];
    const wanted = numberOf(record);
    let [low, high] = [0, numbers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((numbers[middle] ?? Infinity) < wanted) low = middle + 1;
      else high = middle;
    }
    return numbers[low] === wanted;
  }
}

/** An event by its place and cause, whichever run of its group made it. */
export const counterpartKey = (record: NewRecord): string => `${placeOf(record)}|${numberOf(record)}`;
