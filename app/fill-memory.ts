/**
 * Fills the store of vectors that lives in this process with what the log says of winners, in vectors of the provider
 * that is configured now. The store begins empty, so vectors of two models never meet; with another provider than before
 * winners get their new vectors here. Recall answers meanwhile with what is there and says what it lacks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readRange } from '../engine/read-range.ts';
import type { LogRecord } from '../engine/ports.ts';
import type { Runtime } from '../engine/runtime.ts';
import { index, type MemoryOutside, type Wish } from '../processors/rag-memory/outside.ts';
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
    for (const one of await newestWishes(engine)) this.#missing.set(nameOf(one), one);
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
    let wait_ms = first_wait_ms;
    const { signal } = this.#stopping;
    for (let left = this.#left(); left.length > 0 && !signal.aborted; left = this.#left()) {
      const failure = await this.#put(left.slice(0, batch));
      if (failure === null) wait_ms = first_wait_ms;
      else {
        this.#logger.warn(
          { left: left.length, wait_ms, error: failure.message },
          'memory waits for the embedding provider',
        );
        await sleep(wait_ms, undefined, { signal }).catch(() => undefined);
        wait_ms = Math.min(wait_ms * 2, longest_wait_ms);
      }
    }
    if (this.#refused.size > 0)
      this.#logger.error(
        { winners: this.#refused.size, why: this.#why },
        'winners that the embedding provider refuses',
      );
  }

  /** Goes on filling, where nothing newer of the winner waits already. */
  #later(one: Wish): void {
    const name = nameOf(one);
    if ((this.#missing.get(name)?.version ?? 0) >= one.version) return;
    this.#missing.set(name, one);
    this.#refused.delete(name);
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
        this.#missing.delete(nameOf(one));
      } catch (error) {
        const found = error instanceof Error ? error : new Error(String(error));
        this.#why = `: ${found.message}`;
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
      const known = newest.get(nameOf(request.data));
      if (known === undefined || known.version < request.data.version) newest.set(nameOf(request.data), request.data);
    }
  }
  return [...newest.values()];
}
