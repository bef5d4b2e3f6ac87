/** What sources give, with their positions: one batch of a source at a time. */
import { EngineError } from '../errors.ts';
import type { NewRecord } from '../ports.ts';

/** Where a source is, and how often it has appended. */
export interface Position {
  readonly position: string;
  readonly batch: number;
}

/** Where sources are, kept outside the log. */
export interface Positions {
  get(source: string): Promise<Position | undefined>;
  /** False, and nothing is kept, where the source is not at the batch before: another process gave one for it. */
  set(source: string, position: Position): Promise<boolean>;
}

export class SourceAppends {
  readonly #positions: Positions;
  readonly #append: (records: readonly NewRecord[]) => Promise<void>;
  readonly #sources = new Map<string, Promise<unknown>>();

  constructor(positions: Positions, append: (records: readonly NewRecord[]) => Promise<void>) {
    this.#positions = positions;
    this.#append = append;
  }

  /**
   * The position is kept once the records are in the log. A source that was interrupted between the two gives the same
   * again, under the same names, which readers drop.
   */
  appendFrom(source: string, position: string, records: readonly NewRecord[]): Promise<void> {
    const before = this.#sources.get(source) ?? Promise.resolve();
    const appended = before.then(() => this.#appendFrom(source, position, records));
    const over = appended.catch(() => undefined);
    this.#sources.set(source, over);
    return appended.finally(() => this.#sources.get(source) === over && this.#sources.delete(source));
  }

  async #appendFrom(source: string, position: string, records: readonly NewRecord[]): Promise<void> {
    const batch = ((await this.#positions.get(source))?.batch ?? 0) + 1;
    await this.#append(records.map((record, ordinal) => ({ ...record, from: { source, batch, ordinal } })));
    if (await this.#positions.set(source, { position, batch })) return;
    throw new EngineError(
      'source.elsewhere',
      `${source} is read by another process too: what this one gave as batch ${batch} may have been dropped`,
      'let one process read it, and begin again from where it is',
    );
  }

  async position(source: string): Promise<string | undefined> {
    return (await this.#positions.get(source))?.position;
  }
}
