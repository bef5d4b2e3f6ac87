/** A collection of the server: points by name, writes with their conditions, and searches of every vector. */
import type { Schemas } from '@qdrant/js-client-rest';
import type { Condition, CreateCollection, Filter, Index, QueryRequest, StoredPoint, Upsert } from './requests.ts';

/** A request that is refused for what is in it. */
export class BadRequest extends Error {}

export class Collection {
  readonly #config: CreateCollection;
  readonly #points = new Map<string | number, StoredPoint>();
  readonly #indexes = new Map<string, Index>();

  constructor(config: CreateCollection) {
    this.#config = config;
  }

  index(field: string, index: Index): void {
    this.#indexes.set(field, index);
  }

  info(): Schemas['CollectionInfo'] {
    const payload_schema: Schemas['CollectionInfo']['payload_schema'] = {};
    for (const [field, params] of this.#indexes)
      payload_schema[field] = { data_type: params.type, params, points: this.#points.size };
    return {
      status: 'green',
      optimizer_status: 'ok',
      points_count: this.#points.size,
      segments_count: 1,
      payload_schema,
      config: {
        params: { vectors: this.#config.vectors },
        hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000, ...this.#config.hnsw_config },
        optimizer_config: {
          deleted_threshold: 0.2,
          vacuum_min_vector_number: 1_000,
          default_segment_number: 0,
          flush_interval_sec: 5,
        },
        quantization_config: this.#config.quantization_config ?? null,
      },
    };
  }

  /** All operations, in their order; points that are there and do not match the condition stay as they are. */
  write(operations: readonly Upsert[]): void {
    for (const { upsert } of operations) for (const { vector } of upsert.points) this.#fits(vector);
    for (const { upsert } of operations) {
      const { points, update_filter } = upsert;
      const may = update_filter === undefined ? () => true : this.#matcher(update_filter);
      const taken = points.filter(({ id }) => {
        const there = this.#points.get(id);
        return there === undefined || may(there);
      });
      for (const point of taken) this.#points.set(point.id, { ...point, vector: unit(point.vector) });
    }
  }

  retrieve(ids: readonly (string | number)[]): readonly StoredPoint[] {
    return ids.flatMap((id) => this.#points.get(id) ?? []);
  }

  count(filter: Filter): number {
    return [...this.#points.values()].filter(this.#matcher(filter)).length;
  }

  search({ query, filter, limit }: QueryRequest): readonly { readonly point: StoredPoint; readonly score: number }[] {
    this.#fits(query);
    const wanted = unit(query);
    return [...this.#points.values()]
      .filter(this.#matcher(filter ?? {}))
      .map((point) => ({ point, score: Math.fround(dot(wanted, point.vector)) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, limit);
  }

  /** Exported for tests that look at what is stored. */
  all(): readonly StoredPoint[] {
    return [...this.#points.values()];
  }

  #fits(vector: readonly number[]): void {
    const { size } = this.#config.vectors;
    if (vector.length !== size)
      throw new BadRequest(`Wrong input: Vector dimension error: expected dim: ${size}, got ${vector.length}`);
  }

  #matcher({ must = [], must_not = [] }: Filter): (point: StoredPoint) => boolean {
    for (const condition of [...must, ...must_not]) this.#indexed(condition);
    return (point) => must.every((one) => holds(one, point)) && !must_not.some((one) => holds(one, point));
  }

  /** As Qdrant is under strict mode: a filter without an index would look at every point. */
  #indexed(condition: Condition): void {
    if (!('key' in condition) || this.#indexes.has(condition.key)) return;
    throw new BadRequest(`Bad request: Index required but not found for "${condition.key}"`);
  }
}

function holds(condition: Condition, { id, payload }: StoredPoint): boolean {
  if ('has_id' in condition) return condition.has_id.includes(id);
  const { key, match, range } = condition;
  const value = payload[key];
  if (match !== undefined && value !== match.value) return false;
  if (range === undefined) return match !== undefined;
  const { lt, lte, gt, gte } = range;
  if (typeof value !== 'number') return false;
  return (
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte) &&
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte)
  );
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** By cosine, Qdrant keeps vectors at length 1. */
function unit(vector: readonly number[]): number[] {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => Math.fround(length === 0 ? value : value / length));
}
