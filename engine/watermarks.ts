/**
 * Drops what was seen. An event of ours is named by its cause; for each (topic read, group, input topic, input
 * partition) a reader takes only what lies above the last (offset, ordinal) it took. A higher run supersedes.
 */
import type { CauseName, NewRecord } from './ports.ts';
import type { Watermark } from './ledger.ts';

/** The name by which a record is dropped when it comes again; undefined where it has none. */
export const dropName = ({ name, from }: NewRecord): CauseName | undefined =>
  name ??
  (from && {
    group: `source ${from.source}`,
    run: 1,
    topic: '',
    partition: 0,
    offset: from.batch,
    ordinal: from.ordinal,
  });

export class Watermarks {
  readonly #marks: Map<string, Watermark>;

  constructor(stored: Readonly<Record<string, Watermark>>) {
    this.#marks = new Map(Object.entries(stored));
  }

  /** Whether the event was taken before; if not, it counts as taken from now on. */
  seen(topic: string, name: CauseName): boolean {
    const key = `${topic}|${name.group}|${name.topic}|${name.partition}`;
    const mark = this.#marks.get(key);
    if (mark !== undefined && !isAbove(name, mark)) return true;
    this.#marks.set(key, { run: name.run, offset: name.offset, ordinal: name.ordinal });
    return false;
  }

  stored(): Readonly<Record<string, Watermark>> {
    return Object.fromEntries(this.#marks);
  }
}

function isAbove(name: CauseName, mark: Watermark): boolean {
  if (name.run !== mark.run) return name.run > mark.run;
  if (name.offset !== mark.offset) return name.offset > mark.offset;
  return name.ordinal > mark.ordinal;
}
