/** Looks at a Qdrant and changes nothing, or makes the collection before anybody needs it. */
import type { QdrantClient } from '@qdrant/js-client-rest';
import { FlywheelError } from '../../../topology/errors.ts';
import { PermanentError } from '../../../topology/processor.ts';
import { asked } from './asking.ts';
import { checkShape, checkVersion, collectionName, ensureCollection, indexes, infoOf } from './collection.ts';
import { clientOf } from './qdrant.ts';
import { usual_patience, type QdrantSettings } from './settings.ts';

export interface QdrantReport {
  readonly version: string;
  /** Its whole name, with model and size. */
  readonly collection: string;
  readonly exists: boolean;
  /** Fields that it has no index of. */
  readonly missing: readonly string[];
}

/** How long the server may take, milliseconds. */
const usual_within_ms = 5_000;

/** Asks once. Rejects with one of the errors `vectors....`, not wrapped as callers of a group know them. */
async function asking<T>(
  settings: QdrantSettings,
  within_ms: number,
  ask: (client: QdrantClient, place: string) => Promise<T>,
): Promise<T> {
  const patience = { ...usual_patience, attempts: 1, try_ms: within_ms, deadline_ms: within_ms };
  const place = new URL(settings.url).host;
  const client = clientOf(settings, patience);
  try {
    return await asked(() => ask(client, place), place, patience);
  } catch (error) {
    if (error instanceof PermanentError && error.cause instanceof FlywheelError) throw error.cause;
    throw error;
  }
}

/** Rejects with `vectors.unavailable`, `vectors.refused`, `vectors.too_old` or `vectors.collection`. */
export const examineQdrant = (settings: QdrantSettings, within_ms = usual_within_ms): Promise<QdrantReport> =>
  asking(settings, within_ms, async (client, place) => {
    const { version } = await client.versionInfo();
    checkVersion(version, place);
    const info = await infoOf(client, collectionName(settings));
    if (info !== undefined) checkShape(info, settings, place);
    const indexed = info?.payload_schema ?? {};
    return {
      version,
      collection: collectionName(settings),
      exists: info !== undefined,
      missing: Object.keys(indexes).filter((field) => indexed[field] === undefined),
    };
  });

/** Makes what is missing of the collection. Rejects as `examineQdrant` does. */
export const makeCollection = (settings: QdrantSettings): Promise<void> =>
  asking(settings, usual_patience.deadline_ms, (client, place) => ensureCollection(client, settings, place));
