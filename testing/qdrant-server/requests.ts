/**
 * The requests that the server takes, checked as they come. Each check is held by the compiler to the type that Qdrant's
 * own OpenAPI description has for it: a field it does not know, or of another type, does not compile here, and a request
 * that has one is refused.
 */
import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';

/** A check of exactly the fields of `S`: none may be of another type, none may be unknown to it. */
const of =
  <S>() =>
  <T extends z.ZodType<S>>(check: T & (UnknownTo<z.output<T>, S> extends never ? unknown : never)): T =>
    check;

type UnknownTo<Given, Known> = Exclude<KeysOf<Given>, KeysOf<Known>>;
type KeysOf<T> = T extends unknown ? keyof T : never;

const id = z.union([z.uuid(), z.number().int().nonnegative()]) satisfies z.ZodType<Schemas['ExtendedPointId']>;
const vector = z.array(z.number()).min(1);
const payload = z.record(z.string(), z.unknown()) satisfies z.ZodType<Schemas['Payload']>;

const range = of<Schemas['Range']>()(
  z.strictObject({
    lt: z.number().exactOptional(),
    gt: z.number().exactOptional(),
    lte: z.number().exactOptional(),
    gte: z.number().exactOptional(),
  }),
);
const match = of<Schemas['MatchValue']>()(z.strictObject({ value: z.union([z.string(), z.boolean(), z.int()]) }));
const fieldCondition = of<Schemas['FieldCondition']>()(
  z.strictObject({ key: z.string().min(1), match: match.exactOptional(), range: range.exactOptional() }),
);
const hasId = of<Schemas['HasIdCondition']>()(z.strictObject({ has_id: z.array(id) }));
const condition = z.union([fieldCondition, hasId]) satisfies z.ZodType<Schemas['Condition']>;
export type Condition = z.infer<typeof condition>;

const filter = of<Schemas['Filter']>()(
  z.strictObject({ must: z.array(condition).exactOptional(), must_not: z.array(condition).exactOptional() }),
);
export type Filter = z.infer<typeof filter>;

const point = of<Schemas['PointStruct']>()(z.strictObject({ id, vector, payload }));
export type StoredPoint = z.infer<typeof point>;

const pointsList = of<Schemas['PointsList']>()(
  z.strictObject({ points: z.array(point).min(1), update_filter: filter.exactOptional() }),
);
const upsertOperation = of<Schemas['UpsertOperation']>()(z.strictObject({ upsert: pointsList }));
export type Upsert = z.infer<typeof upsertOperation>;

export const updateOperations = of<Schemas['UpdateOperations']>()(
  z.strictObject({ operations: z.array(upsertOperation).min(1) }),
);

const vectorParams = of<Schemas['VectorParams']>()(
  z.strictObject({
    size: z.int().min(1).max(65_536),
    distance: z.enum(['Cosine', 'Dot', 'Euclid', 'Manhattan']),
    on_disk: z.boolean().exactOptional(),
  }),
);
const scalar = of<Schemas['ScalarQuantization']>()(
  z.strictObject({
    scalar: z.strictObject({
      type: z.literal('int8'),
      quantile: z.number().min(0.5).max(1).exactOptional(),
      always_ram: z.boolean().exactOptional(),
    }),
  }),
);
const hnsw = of<Schemas['HnswConfigDiff']>()(
  z.strictObject({ m: z.int().nonnegative().exactOptional(), payload_m: z.int().nonnegative().exactOptional() }),
);
export const createCollection = of<Schemas['CreateCollection']>()(
  z.strictObject({
    vectors: vectorParams,
    hnsw_config: hnsw.exactOptional(),
    quantization_config: scalar.exactOptional(),
  }),
);
export type CreateCollection = z.infer<typeof createCollection>;

const keywordIndex = of<Schemas['KeywordIndexParams']>()(
  z.strictObject({ type: z.literal('keyword'), is_tenant: z.boolean().exactOptional() }),
);
const integerIndex = of<Schemas['IntegerIndexParams']>()(
  z.strictObject({
    type: z.literal('integer'),
    lookup: z.boolean().exactOptional(),
    range: z.boolean().exactOptional(),
  }),
);
const boolIndex = of<Schemas['BoolIndexParams']>()(z.strictObject({ type: z.literal('bool') }));
const index = z.discriminatedUnion('type', [keywordIndex, integerIndex, boolIndex]) satisfies z.ZodType<
  Schemas['PayloadSchemaParams']
>;
export type Index = z.infer<typeof index>;
export const createFieldIndex = of<Schemas['CreateFieldIndex']>()(
  z.strictObject({ field_name: z.string().min(1), field_schema: index }),
);

export const pointRequest = of<Schemas['PointRequest']>()(
  z.strictObject({
    ids: z.array(id),
    with_payload: z.union([z.boolean(), z.array(z.string())]),
    with_vector: z.boolean(),
  }),
);

const searchParams = of<Schemas['SearchParams']>()(
  z.strictObject({
    quantization: of<Schemas['QuantizationSearchParams']>()(
      z.strictObject({ rescore: z.boolean().exactOptional(), oversampling: z.number().min(1).exactOptional() }),
    ).exactOptional(),
  }),
);
export const queryRequest = of<Schemas['QueryRequest']>()(
  z.strictObject({
    query: vector,
    filter: filter.exactOptional(),
    limit: z.int().min(1),
    params: searchParams.exactOptional(),
    with_payload: z.boolean(),
    with_vector: z.boolean(),
  }),
);
export type QueryRequest = z.infer<typeof queryRequest>;

export const countRequest = of<Schemas['CountRequest']>()(
  z.strictObject({ filter: filter.exactOptional(), exact: z.boolean() }),
);
