/** Points, filters and answers in Qdrant's words. */
import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';
import type { Named, Neighbour, Point, Query } from '../port.ts';
import { pointId } from './uuid.ts';

/** Fields of a stored point. One that was taken out stays as a tombstone: it holds its version and nothing of the ad. */
export const stored = z.object({
  account_id: z.string(),
  ad_id: z.string(),
  version: z.number(),
  recallable: z.literal(true),
  experiment_id: z.string(),
  format: z.string(),
  /** Points that were written before it was known do not have it. */
  niche: z.string().nullable().default(null),
  lift: z.number(),
  won_at_ms: z.number(),
});

export const nameOf = ({ account_id, ad_id }: Named): string => pointId(account_id, ad_id);

/** A direction that says nothing: a point of this collection must have a vector, and a tombstone is never found. */
const nowhere = (dimensions: number): number[] => Array.from({ length: dimensions }, (_, i) => (i === 0 ? 1 : 0));

export function pointOf(point: Point, dimensions: number): Schemas['PointStruct'] {
  const { account_id, ad_id, version, vector, payload } = point;
  const id = nameOf(point);
  if (vector === null)
    return { id, vector: nowhere(dimensions), payload: { account_id, ad_id, version, recallable: false } };
  const { experiment_id, format, niche, lift, won_at_ms } = payload;
  const told = { experiment_id, format, niche, lift, won_at_ms } satisfies typeof payload;
  return { id, vector: [...vector], payload: { account_id, ad_id, version, recallable: true, ...told } };
}

/** The newest point of each ad. */
export function newest(points: readonly Point[]): readonly Point[] {
  const kept = new Map<string, Point>();
  for (const point of points) {
    const id = nameOf(point);
    if ((kept.get(id)?.version ?? Number.NEGATIVE_INFINITY) < point.version) kept.set(id, point);
  }
  return [...kept.values()];
}

/**
 * Writes that Qdrant applies only to points that are not there, or are there in an older version. It decides that where
 * it applies them, one after the other, so that of two writers the newer version stays whichever comes last. A condition
 * is one for all points of a write: one write for each version.
 */
export function writes(points: readonly Point[], dimensions: number): Schemas['UpdateOperation'][] {
  const versions = new Map<number, Schemas['PointStruct'][]>();
  for (const point of newest(points)) {
    const of_version = versions.get(point.version) ?? [];
    of_version.push(pointOf(point, dimensions));
    versions.set(point.version, of_version);
  }
  return [...versions].map(([version, of_version]) => ({
    upsert: { points: of_version, update_filter: { must: [{ key: 'version', range: { lt: version } }] } },
  }));
}

const is = (key: string, value: string | boolean): Schemas['FieldCondition'] => ({ key, match: { value } });

/** Points of an account that can be found. Every question holds this. */
export const ofAccount = (account_id: string): Schemas['Condition'][] => [
  is('account_id', account_id),
  is('recallable', true),
];

export function filterOf({ account_id, except_ad_id, format, niche, since_ms }: Query): Schemas['Filter'] {
  const must = ofAccount(account_id);
  if (format !== undefined) must.push(is('format', format));
  if (niche !== undefined) must.push(is('niche', niche));
  if (since_ms !== undefined) must.push({ key: 'won_at_ms', range: { gte: since_ms } });
  if (except_ad_id === undefined) return { must };
  return { must, must_not: [{ has_id: [pointId(account_id, except_ad_id)] }] };
}

const found = z.object({ score: z.number(), payload: stored, vector: z.array(z.number()) });

/** Neighbours, nearest first; at equal scores by ad, which Qdrant does not know. */
export function neighbours(points: readonly unknown[]): readonly Neighbour[] {
  return z
    .array(found)
    .parse(points)
    .map(({ score, vector, payload: { ad_id, experiment_id, format, niche, lift, won_at_ms } }) => ({
      ad_id,
      score,
      vector: Float32Array.from(vector),
      payload: { experiment_id, format, niche, lift, won_at_ms },
    }))
    .sort((a, b) => b.score - a.score || (a.ad_id < b.ad_id ? -1 : 1));
}
