/** Finds what a new creative resembles among the winners of its account. */
import { diverse, expectedLogLift } from '../../../learning/memory/diversity.ts';
import type { Policy } from '../../../policy/policy.ts';
import {
  memoryRecalled,
  memoryRecallRequested,
  type MemoryRecalled,
  type MemoryRecallRequested,
} from '../../../schemas/index.ts';
import { caller, noState, wire, type Call } from '../../../topology/processor.ts';
import type { MemoryOutside } from '../outside.ts';

export const wiring = wire({
  group: 'rag-memory.recall',
  description: 'Finds what a new creative resembles among the winners of its account',
  partitionBy: 'account_id',
  reads: [memoryRecallRequested],
  emits: [memoryRecalled],
  writes: [],
  state: noState,
  stateKey: { 'memory.recall.requested': () => '' },
});

const limits = { concurrency: 8, deadline_ms: 20_000, attempts: 3, first_retry_ms: 200 };
/** Neighbours that the few which differ are chosen from, for each of those few. */
const candidates_each = 4;

export const recallGroup = (outside: MemoryOutside): ReturnType<typeof caller<typeof wiring, Policy>> => {
  const { model } = outside.embeddings;
  const call: Call<typeof wiring, Policy> = {
    limits,
    answer: {
      'memory.recall.requested': async (request, { signal, at_ms, policy }) => ({
        emit: [memoryRecalled.event(await recall(outside, request, policy, { signal, at_ms }))],
      }),
    },
    failed: {
      'memory.recall.requested': ({ account_id, ad_id }, failure, { at_ms }) => ({
        emit: [
          memoryRecalled.event({
            account_id,
            ad_id,
            embedding_model: model,
            neighbours: [],
            prior_log_lift: null,
            failure: failure.slice(0, 10_000),
            at_ms,
          }),
        ],
      }),
    },
  };
  return caller(wiring, call);
};

async function recall(
  { embeddings, vectors, lacking }: MemoryOutside,
  { account_id, ad_id, text, traits }: MemoryRecallRequested,
  { memory }: Policy,
  { signal, at_ms }: { readonly signal: Parameters<typeof embeddings.embed>[1]; readonly at_ms: number },
): Promise<MemoryRecalled> {
  const [vector] = await embeddings.embed([{ text, traits }], signal);
  if (vector === undefined) throw new Error('the embedding provider answered with nothing');
  const limit = memory.neighbours * candidates_each;
  const near = await vectors.search({ account_id, vector, limit, except_ad_id: ad_id });
  const chosen = diverse(near, memory.neighbours, memory.nearness);
  const neighbours = chosen.map(({ ad_id: winner, score, payload: { lift, format, won_at_ms } }) => ({
    account_id,
    ad_id: winner,
    score,
    lift,
    format,
    won_at_ms,
  }));
  const prior_log_lift = expectedLogLift(neighbours, memory.doubt);
  const failure = lacking(account_id);
  return { account_id, ad_id, embedding_model: embeddings.model, neighbours, prior_log_lift, failure, at_ms };
}
