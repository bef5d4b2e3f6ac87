/** Puts winners where recall finds them, and takes them out again. */
import type { Policy } from '../../../policy/policy.ts';
import {
  memoryIndexRequested,
  winnerIndexed,
  type MemoryIndexRequested,
  type WinnerIndexed,
} from '../../../schemas/index.ts';
import { caller, noState, wire, type Call } from '../../../topology/processor.ts';
import { index, storeVersion, type MemoryOutside, type Wish } from '../outside.ts';

export const wiring = wire({
  group: 'rag-memory.index',
  description: 'Puts winners where recall finds them, and takes withdrawn ones out',
  partitionBy: 'account_id',
  reads: [memoryIndexRequested],
  emits: [winnerIndexed],
  writes: [],
  state: noState,
  stateKey: { 'memory.index.requested': () => '' },
});

const limits = { concurrency: 8, deadline_ms: 60_000, attempts: 5, first_retry_ms: 500 };

export const indexGroup = (outside: MemoryOutside): ReturnType<typeof caller<typeof wiring, Policy>> => {
  const call: Call<typeof wiring, Policy> = {
    limits,
    answer: {
      'memory.index.requested': async (request, { signal, at_ms, run }) => {
        await index(outside, [wishOf(request, run)], signal);
        return { emit: [winnerIndexed.event(indexed(outside, request, request.recallable, at_ms))] };
      },
    },
    // The winner is tried again beside the stream, and at the next start: the log still has the request.
    failed: {
      'memory.index.requested': (request, _, { at_ms, run }) => {
        outside.later(wishOf(request, run));
        return { emit: [winnerIndexed.event(indexed(outside, request, false, at_ms))] };
      },
    },
  };
  return caller(wiring, call);
};

const wishOf = (request: MemoryIndexRequested, run: number): Wish => ({
  ...request,
  version: storeVersion(run, request.version),
});

const indexed = (
  { embeddings }: MemoryOutside,
  { account_id, ad_id, experiment_id, fingerprint }: MemoryIndexRequested,
  recallable: boolean,
  at_ms: number,
): WinnerIndexed => ({
  account_id,
  ad_id,
  experiment_id,
  embedding_model: embeddings.model,
  dimensions: embeddings.dimensions,
  fingerprint,
  recallable,
  at_ms,
});
