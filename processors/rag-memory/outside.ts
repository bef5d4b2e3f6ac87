/** What memory asks: who makes vectors, and where they are found again. */
import type { EmbeddingProvider } from '../../ports/embeddings/port.ts';
import type { Point, VectorStore } from '../../ports/vectors/port.ts';
import type { MemoryIndexRequested } from '../../schemas/index.ts';
import type { Signal } from '../../topology/processor.ts';

export interface MemoryOutside {
  readonly embeddings: EmbeddingProvider;
  readonly vectors: VectorStore;
  /** What recall of an account does not know yet, in words; null where it knows all. */
  lacking(account_id: string): string | null;
  /** Takes a wish that could not be met, to meet it when whoever failed is back. */
  later(wish: Wish): void;
}

/** What of a request the store needs; its version is that of the store. */
export type Wish = Omit<MemoryIndexRequested, 'fingerprint' | 'at_ms' | 'policy_version'>;

const versions_of_run = 2 ** 32;

/**
 * The version under which a store that outlives resets keeps a request. The request's own counts the changes of a winner
 * in the order of the group's journal, from 1 in each run; a store that still has those of the run before would take the
 * new ones for old.
 */
export const storeVersion = (run: number, version: number): number => run * versions_of_run + version;

/** Puts winners into the store as the requests say; those that are not to be found need no vector. */
export async function index(
  { embeddings, vectors }: Pick<MemoryOutside, 'embeddings' | 'vectors'>,
  requests: readonly Wish[],
  signal: Signal,
): Promise<void> {
  const found = requests.filter(({ recallable }) => recallable);
  const made = await embeddings.embed(found, signal);
  const vectorOf = new Map(found.map((request, i) => [request, made[i] ?? null]));
  await vectors.upsert(
    requests.map((request): Point => {
      const { account_id, ad_id, version, experiment_id, format, niche, lift, won_at_ms } = request;
      const payload = { experiment_id, format, niche, lift, won_at_ms };
      return { account_id, ad_id, version, vector: vectorOf.get(request) ?? null, payload };
    }),
  );
}
