/**
 * Drops what was seen. An event of ours is named by its cause; for each (topic read, group, input topic, input
 * partition) a reader takes only what lies above the last (offset, ordinal) it took. A higher run supersedes.
 */
import type { CauseName, NewRecord } from '../ports.ts';
import type { Watermark } from '../ledger.ts';

/** The name by which a record is dropped when it comes again; undefined where it has none. */
export const dropName = ({ name, from }: NewRecord): CauseName | undefined =>
  name ??
  (from && {
    group: sourceGroup(from.source),
    run: 1,
    topic: '',
    partition: 0,
    offset: from.batch,
    ordinal: from.ordinal,
  });

let last_source = '';
let last_group = 'source ';

/** The group that records of a source are marked under; one text for records in a row. */
function sourceGroup(source: string): string {
  if (source === last_source) return last_group;
  last_source = source;
  last_group = `source ${source}`;
  return last_group;
}

/** A mark that moves in place, since it moves with nearly every record. */
type Mark = { -readonly [K in keyof Watermark]: Watermark[K] };

export class Watermarks {
  readonly #marks = new Map<string, Mark>();
  /** The mark that was asked for last, and of what: records of one cause come in a row. */
  #last: Mark | undefined;
  #topic = '';
  #cause: Pick<CauseName, 'group' | 'topic' | 'partition'> = { group: '', topic: '', partition: 0 };

  constructor(stored: Readonly<Record<string, Watermark>>) {
    for (const [key, { run, offset, ordinal }] of Object.entries(stored))
      this.#marks.set(key, { run, offset, ordinal });
  }

  /** Whether the event was taken before; if not, it counts as taken from now on. */
  seen(topic: string, name: CauseName): boolean {
    const mark = this.#markOf(topic, name);
    if (mark === undefined) {
      const fresh = { run: name.run, offset: name.offset, ordinal: name.ordinal };
      this.#marks.set(keyOf(topic, name), fresh);
      this.#last = fresh;
      return false;
    }
    if (!isAbove(name, mark)) return true;
    mark.run = name.run;
    mark.offset = name.offset;
    mark.ordinal = name.ordinal;
    return false;
  }

  #markOf(topic: string, name: CauseName): Mark | undefined {
    const { group, topic: read, partition } = this.#cause;
    const isSame = topic === this.#topic && name.group === group && name.topic === read && name.partition === partition;
    if (isSame && this.#last !== undefined) return this.#last;
    this.#topic = topic;
    this.#cause = name;
    this.#last = this.#marks.get(keyOf(topic, name));
    return this.#last;
  }

  /** The marks as they are now. */
  stored(): Readonly<Record<string, Watermark>> {
    return Object.fromEntries([...this.#marks].map(([key, mark]) => [key, { ...mark }]));
  }
}

const keyOf = (topic: string, { group, topic: read, partition }: CauseName): string =>
  `${topic}|${group}|${read}|${partition}`;

function isAbove(name: CauseName, mark: Watermark): boolean {
  if (name.run !== mark.run) return name.run > mark.run;
  if (name.offset !== mark.offset) return name.offset > mark.offset;
  return name.ordinal > mark.ordinal;
}
