/** The collection of a model's vectors: made where it is missing, refused where it is another one than it should be. */
import { createHash } from 'node:crypto';
import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';
import { FlywheelError } from '../../../topology/errors.ts';
import { permanent, statusOf } from './asking.ts';
import type { QdrantSettings } from './settings.ts';

/** A name that no two models share; what Qdrant takes no name of is replaced, and told apart by a hash. */
export function collectionName({ collection, model, dimensions }: QdrantSettings): string {
  const plain = model.replaceAll(/[^\w.-]/g, '-');
  const told = plain === model ? plain : `${plain}-${createHash('sha256').update(model).digest('hex').slice(0, 8)}`;
  return `${collection}_${told}_${dimensions}`;
}

/**
 * Every search is within one account, so there is no graph over all points, but one for each account that is large
 * enough to need one. Numbers of one byte are searched, those of four bytes score what is found, and only these leave
 * memory.
 */
const shape = (size: number): Schemas['CreateCollection'] => ({
  vectors: { size, distance: 'Cosine', on_disk: true },
  hnsw_config: { m: 0, payload_m: 16 },
  quantization_config: { scalar: { type: 'int8', quantile: 0.99, always_ram: true } },
});

/** Fields that are filtered by, for searches and for writes. */
export const indexes: Readonly<Record<string, Schemas['PayloadSchemaParams']>> = {
  account_id: { type: 'keyword', is_tenant: true },
  recallable: { type: 'bool' },
  format: { type: 'keyword' },
  niche: { type: 'keyword' },
  won_at_ms: { type: 'integer', lookup: false, range: true },
  version: { type: 'integer', lookup: false, range: true },
};

/** The first version that knows conditions of writes: an older one would ignore them, and overwrite. */
const oldest = { major: 1, minor: 16 };

const vectorsShape = z.object({ size: z.number(), distance: z.string() });

/** Brings the collection into being. Rejects with a `PermanentError` where the server or the collection cannot serve. */
export async function ensureCollection(client: QdrantClient, settings: QdrantSettings, place: string): Promise<void> {
  checkVersion((await client.versionInfo()).version, place);
  const name = collectionName(settings);
  const info = (await infoOf(client, name)) ?? (await made(client, name, settings.dimensions));
  checkShape(info, settings, place);
  for (const [field_name, field_schema] of Object.entries(indexes))
    if (info.payload_schema[field_name] === undefined)
      await client.createPayloadIndex(name, { field_name, field_schema, wait: true });
}

export function checkVersion(version: string, place: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return;
  const wanted = `${oldest.major}.${oldest.minor}`;
  throw permanent(new FlywheelError('vectors.too_old', { place, found: version, wanted }));
}

export async function infoOf(client: QdrantClient, name: string): Promise<Schemas['CollectionInfo'] | undefined> {
  try {
    return await client.getCollection(name);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Makes it, or finds it where another instance was first. */
async function made(client: QdrantClient, name: string, size: number): Promise<Schemas['CollectionInfo']> {
  try {
    await client.createCollection(name, shape(size));
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
  return client.getCollection(name);
}

export function checkShape({ config }: Schemas['CollectionInfo'], settings: QdrantSettings, place: string): void {
  const vectors = vectorsShape.safeParse(config.params.vectors).data;
  if (vectors?.size === settings.dimensions && vectors.distance === 'Cosine') return;
  const found = vectors === undefined ? 'vectors with names' : `${vectors.size} numbers by ${vectors.distance}`;
  const collection = collectionName(settings);
  const wanted = `${settings.dimensions} numbers by Cosine`;
  throw permanent(new FlywheelError('vectors.collection', { place, collection, found, wanted }));
}
