/**
 * Vectors in Qdrant, over REST. What is written stays over a restart; a point is named by account and ad, and a write
 * applies only where its version is newer, so that redone, late and competing writes leave the newest.
 */
import { QdrantClient } from '@qdrant/js-client-rest';
import { z } from 'zod';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Named, Neighbour, Point, Query, VectorStore } from '../port.ts';
import { asked, statusOf, Unapplied } from './asking.ts';
import { collectionName, ensureCollection } from './collection.ts';
import { filterOf, nameOf, neighbours, ofAccount, writes } from './points.ts';
import { usual_patience, type Patience, type QdrantSettings } from './settings.ts';

/** Points of one write; 256 vectors of 1,536 numbers are about 5 MB. */
const points_at_once = 256;
/** Points that are asked for at once, by name alone. */
const names_at_once = 1_000;

const version = z.object({ version: z.number() });

/** Asks nothing of the server yet: one that is away at the start is waited for like one that goes later. */
export function qdrantVectors(settings: QdrantSettings): VectorStore {
  return new QdrantVectors(settings);
}

export function clientOf({ url, key }: QdrantSettings, { try_ms }: Patience): QdrantClient {
  const { protocol, hostname, port, pathname } = new URL(url);
  return new QdrantClient({
    // The client knows no path of a url, and takes one without a port for 6333.
    url: `${protocol}//${hostname}${port === '' ? '' : `:${port}`}`,
    port: null,
    prefix: pathname.replace(/\/+$/, ''),
    timeout: try_ms,
    checkCompatibility: false,
    // Not as `apiKey`, of which the client warns on the console where the server is on this machine.
    ...(key === null ? {} : { headers: { 'api-key': key } }),
  });
}

class QdrantVectors implements VectorStore {
  readonly dimensions: number;
  readonly #settings: QdrantSettings;
  readonly #patience: Patience;
  readonly #client: QdrantClient;
  readonly #collection: string;
  readonly #place: string;
  #ensured: Promise<void> | undefined;
  /** Whether the last request got no answer. */
  #away = false;

  constructor(settings: QdrantSettings) {
    this.#settings = settings;
    this.#patience = { ...usual_patience, ...settings.patience };
    this.#client = clientOf(settings, this.#patience);
    this.#collection = collectionName(settings);
    this.#place = new URL(settings.url).host;
    this.dimensions = settings.dimensions;
  }

  async upsert(points: readonly Point[]): Promise<void> {
    for (const { vector } of points) if (vector !== null) this.#check(vector);
    for (let at = 0; at < points.length; at += points_at_once) {
      const operations = writes(points.slice(at, at + points_at_once), this.dimensions);
      await this.#ask(async (client) => {
        const results = await client.batchUpdate(this.#collection, { operations, wait: true });
        const waiting = results.find(({ status }) => status !== 'completed');
        if (waiting !== undefined) throw new Unapplied(`a write is ${waiting.status} and not yet applied`);
      });
    }
  }

  async absent<N extends Named>(named: readonly N[]): Promise<readonly N[]> {
    const known = new Map<string, number>();
    for (let at = 0; at < named.length; at += names_at_once) {
      const ids = named.slice(at, at + names_at_once).map(nameOf);
      const found = await this.#ask((client) =>
        client.retrieve(this.#collection, { ids, with_payload: ['version'], with_vector: false }),
      );
      for (const { id, payload } of found) known.set(String(id), version.parse(payload).version);
    }
    return named.filter((one) => (known.get(nameOf(one)) ?? Number.NEGATIVE_INFINITY) < one.version);
  }

  async search(query: Query): Promise<readonly Neighbour[]> {
    this.#check(query.vector);
    const { points } = await this.#ask((client) =>
      client.query(this.#collection, {
        query: [...query.vector],
        filter: filterOf(query),
        limit: query.limit,
        with_payload: true,
        with_vector: true,
        // Twice as many by one byte a number, of which the best by four: their scores are the cosines.
        params: { quantization: { rescore: true, oversampling: 2 } },
      }),
    );
    return neighbours(points);
  }

  async count(account_id: string): Promise<number> {
    const filter = { must: ofAccount(account_id) };
    const { count } = await this.#ask((client) => client.count(this.#collection, { filter, exact: true }));
    return count;
  }

  async #ask<T>(ask: (client: QdrantClient) => Promise<T>): Promise<T> {
    const once = async (): Promise<T> => {
      await this.#ready();
      try {
        return await ask(this.#client);
      } catch (error) {
        // The collection is gone: the next try makes it anew, and who fills memory sees what it lacks.
        if (statusOf(error) === 404) this.#ensured = undefined;
        throw error;
      }
    };
    // One that did not answer the last request in all of its tries gets one try until it does: who waits for what a
    // creative resembles waits for seconds only once.
    const patience = this.#away ? { ...this.#patience, attempts: 1 } : this.#patience;
    try {
      const answer = await asked(once, this.#place, patience);
      this.#away = false;
      return answer;
    } catch (error) {
      this.#away = error instanceof FlywheelError && error.code === 'vectors.unavailable';
      throw error;
    }
  }

  /** Resolves when the collection is there; those who ask meanwhile wait for the same attempt. */
  #ready(): Promise<void> {
    this.#ensured ??= ensureCollection(this.#client, this.#settings, this.#place).catch((error: unknown) => {
      this.#ensured = undefined;
      throw error;
    });
    return this.#ensured;
  }

  #check(vector: Float32Array): void {
    if (vector.length !== this.dimensions)
      throw new Error(`a vector of ${vector.length} numbers does not fit into a store of ${this.dimensions}`);
  }
}
