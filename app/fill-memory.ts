/**
 * Fills the store of vectors with what it lacks of the winners that the log knows, in vectors of the provider that is
 * configured now. A store in this process lacks all of them at each start; one that keeps them is asked what it has by
 * name alone, and lacks some after it was away, or all where the provider is another one: vectors of two models never
 * meet. Recall answers meanwhile with what is there and says what it lacks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readRange } from '../engine/read-range.ts';
import type { LogRecord } from '../engine/ports.ts';
import type { Runtime } from '../engine/runtime.ts';
import { index, storeVersion, type MemoryOutside, type Wish } from '../processors/rag-memory/outside.ts';
import { memoryIndexRequested } from '../schemas/index.ts';
import { PermanentError } from '../topology/processor.ts';
import type { Logger } from './observe/logger.ts';

/** What of `memory.index.requested` the store keeps. */
const wish = z.object({
  account_id: z.string(),
  ad_id: z.string(),
  version: z.number(),
  experiment_id: z.string(),
  text: z.string(),
  traits: z.array(z.string()),
  format: z.string(),
  niche: z.string().nullable(),
  lift: z.number(),
  recallable: z.boolean(),
  won_at_ms: z.number(),
});

/** Creatives that are embedded at once. */
const batch = 256;
/** Wait after a provider did not answer, milliseconds; doubled each time, up to the longest. */
const first_wait_ms = 1_000;
const longest_wait_ms = 60_000;

/** How long a start waits for the store to be full before it goes on without, milliseconds. */
const patience_ms = 3_000;

type Asked = Pick<MemoryOutside, 'embeddings' | 'vectors'>;

export class MemoryFill {
  /** Memory as the groups that ask know it. */
  readonly outside: MemoryOutside;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  /** Newest wishes that the store has not got, by account and ad. */
  readonly #missing = new Map<string, Wish>();
  /** Those of them that the provider will not take. */
  readonly #refused = new Set<string>();
  /** Winners of the log of which the store has not said yet whether it has them. */
  #unknown: readonly Wish[] = [];
  #why = '';
  #filling: Promise<void> = Promise.resolve();
  #stopListening: (() => void) | undefined;

  constructor(asked: Asked, logger: Logger) {
    this.#logger = logger;
    this.outside = {
      ...asked,
      lacking: (account_id) => this.#lacking(account_id),
      later: (wish) => this.#later(wish),
    };
  }

  #lacking(account_id: string): string | null {
    if (this.#unknown.some((one) => one.account_id === account_id))
      return `it is not known yet which winners have a vector of ${this.outside.embeddings.model}${this.#why}`;
    const count = [...this.#missing.values()].filter((one) => one.account_id === account_id).length;
    if (count === 0) return null;
    const winners = count === 1 ? 'one winner has' : `${count} winners have`;
    return `${winners} no vector of ${this.outside.embeddings.model} yet${this.#why}`;
  }

  /** Reads what winners the log has and begins to fill the store; waits for it a little, the rest goes on beside. */
  async begin(engine: Runtime): Promise<void> {
    // Where other processes may have the groups that index, what they were asked is met here too.
    if (engine.log.follow !== undefined)
      this.#stopListening = engine.log.onAppend((records) => this.#heard(engine, records));
    this.#unknown = await newestWishes(engine);
    this.#filling = this.#fill();
    const patience = new AbortController();
    const waited = sleep(patience_ms, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.#filling, waited]);
    patience.abort();
  }

  #heard(engine: Runtime, records: readonly LogRecord[]): void {
    for (const record of records) {
      if (record.topic !== memoryIndexRequested.name) continue;
      const request = wish.safeParse(engine.decoded(record).value);
      if (request.success) this.#later(request.data);
    }
  }

  /** Resolves when the store is full, or holds all that the provider takes. */
  full(): Promise<void> {
    return this.#filling;
  }

  /** Gives up what is under way. */
  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#stopping.abort(new Error('the program stops'));
    await this.#filling;
  }

  async #fill(): Promise<void> {
    const { signal } = this.#stopping;
    await this.#patiently(async () => {
      const failure = await this.#ask();
      if (failure !== null || this.#left().length === 0) return failure;
      return this.#put(this.#left().slice(0, batch));
    });
    if (this.#refused.size > 0 && !signal.aborted)
      this.#logger.error({ winners: this.#refused.size, why: this.#why }, 'winners that memory could not take');
  }

  /** Takes steps until nothing is left; waits after one that failed, longer each time. */
  async #patiently(step: () => Promise<Error | null>): Promise<void> {
    const { signal } = this.#stopping;
    let wait_ms = first_wait_ms;
    while ((this.#unknown.length > 0 || this.#left().length > 0) && !signal.aborted) {
      const failure = await step();
      if (failure === null) wait_ms = first_wait_ms;
      else {
        const left = this.#unknown.length + this.#left().length;
        this.#logger.warn({ left, wait_ms, error: failure.message }, 'memory waits for who makes or keeps vectors');
        await sleep(wait_ms, undefined, { signal }).catch(() => undefined);
        wait_ms = Math.min(wait_ms * 2, longest_wait_ms);
      }
    }
  }

  /** Asks the store which of the log's winners it lacks. */
  async #ask(): Promise<Error | null> {
    if (this.#unknown.length === 0) return null;
    try {
      for (const one of await this.outside.vectors.absent(this.#unknown)) this.#miss(one);
      this.#unknown = [];
      return null;
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): Error {
    const found = error instanceof Error ? error : new Error(String(error));
    this.#why = `: ${found.message}`;
    return found;
  }

  /** Notes what the store lacks, where nothing newer of the winner waits already. */
  #miss(one: Wish): boolean {
    const name = nameOf(one);
    if ((this.#missing.get(name)?.version ?? 0) >= one.version) return false;
    this.#missing.set(name, one);
    this.#refused.delete(name);
    return true;
  }

  #later(one: Wish): void {
    if (!this.#miss(one)) return;
    this.#filling = this.#filling.then(() => this.#fill());
  }

  #left(): readonly Wish[] {
    return [...this.#missing].flatMap(([name, one]) => (this.#refused.has(name) ? [] : [one]));
  }

  /** Puts winners into the store, each by itself: one that is refused does not hold up the others. */
  async #put(wishes: readonly Wish[]): Promise<Error | null> {
    const { signal } = this.#stopping;
    let failure: Error | null = null;
    const put = async (one: Wish): Promise<void> => {
      try {
        await index(this.outside, [one], signal);
        // A newer wish may have come meanwhile, and waits.
        if (this.#missing.get(nameOf(one)) === one) this.#missing.delete(nameOf(one));
      } catch (error) {
        const found = this.#failed(error);
        if (found instanceof PermanentError) this.#refused.add(nameOf(one));
        else failure = found;
      }
    };
    await Promise.all(wishes.map(put));
    return failure;
  }
}

const nameOf = ({ account_id, ad_id }: Wish): string => `${account_id}\u001f${ad_id}`;

/** The newest wish of each winner. */
async function newestWishes(engine: Runtime): Promise<readonly Wish[]> {
  const { name } = memoryIndexRequested;
  const newest = new Map<string, Wish>();
  for (let partition = 0; partition < engine.options.partitions; partition++) {
    const { start, end } = await engine.log.range(name, partition);
    for await (const record of readRange(engine.log, name, partition, start, end)) {
      const request = wish.safeParse(engine.decoded(record).value);
      if (!request.success) continue;
      const version = storeVersion(record.name?.run ?? 0, request.data.version);
      const known = newest.get(nameOf(request.data));
      if (known === undefined || known.version < version)
        newest.set(nameOf(request.data), { ...request.data, version });
    }
  }
  return [...newest.values()];
}
