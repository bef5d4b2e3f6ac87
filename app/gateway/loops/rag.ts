/** Loop 1, memory: winners by meaning. An ad is a winner by its experiment alone; what callers claim of it is not taken. */
import { z } from 'zod';
import { ragMemory } from '../../../processors/rag-memory/decide.ts';
import { initialAccount, type AdPart } from '../../../processors/rag-memory/state.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { keptParts, keptState } from '../../operations/running/kept-state.ts';
import type { MemoryView, RememberedWinner } from '../../operations/memory/view.ts';
import { route, type Place, type Route } from '../route.ts';
import { account_id, copy, iso, limit, list, maybe, num, text, time, word } from './shapes.ts';

const data = z.object({
  name: text,
  text,
  format: text,
  traits: list(text),
  experiment_id: text,
  experiment_name: text,
  decision_id: text.nullable(),
  lift: num,
  lift_low: num,
  lift_high: num,
  impressions: num,
});

const dataOf = (winner: RememberedWinner): z.input<typeof data> => {
  const { name, text: words, format, traits, experiment_id, experiment_name, decision_id } = winner;
  const { lift, lift_low, lift_high, impressions } = winner;
  const named = { name, text: words, format, traits, experiment_id, experiment_name, decision_id };
  return { ...named, lift, lift_low, lift_high, impressions };
};

const found = z
  .object({
    query: text,
    account_id: text,
    total_in_memory: num,
    results_found: num,
    winners: list(
      z.object({
        ad_id: text,
        data,
        ctr: num.describe('Click rate when it won, fraction'),
        similarity: num.describe('Cosine with the query, exact'),
        indexed_at: time,
      }),
    ),
    memory_backend: text,
    partial: z.boolean().describe('Whether winners are missing from the answer'),
    reason: text.nullable().describe('What is missing and why'),
  })
  .meta({ id: 'WinnersFound' });

const search = route({
  id: 'search_winners',
  method: 'POST',
  path: '/api/ml/rag/search-winners',
  tag: 'Memory',
  words: 'Winners of the account that a text resembles, the nearest first.',
  role: 'viewer',
  account: 'required',
  limit: 'read',
  weight: 4,
  changes: false,
  takes: z.strictObject({
    account_id,
    query: copy,
    top_k: limit.exactOptional(),
    min_ctr: z.number().min(0).max(1).exactOptional(),
    min_similarity: z.number().min(-1).max(1).exactOptional(),
    format: word.exactOptional(),
    niche: word.exactOptional(),
    since_ms: z.int().min(0).exactOptional(),
  }),
  answer: found,
  example: { account_id: 'act_1001', query: 'Free delivery on all shoes', top_k: 5 },
}).by(async ({ operations }, { query, top_k = 5, min_ctr, min_similarity, ...filter }) => {
  const view = await operations.memory({
    ...filter,
    text: query,
    limit: top_k,
    ...(min_ctr === undefined ? {} : { min_rate: min_ctr }),
    ...(min_similarity === undefined ? {} : { min_score: min_similarity }),
  });
  return { query, account_id: filter.account_id, ...foundIn(view) };
});

const foundIn = ({ standing, winners, model, failure }: MemoryView) => ({
  total_in_memory: standing,
  results_found: winners.length,
  winners: winners.map((winner) => ({
    ad_id: winner.ad_id,
    data: dataOf(winner),
    ctr: winner.rate,
    similarity: winner.score ?? 0,
    indexed_at: iso(winner.won_at_ms),
  })),
  memory_backend: model,
  partial: failure !== null,
  reason: failure,
});

const index = route({
  id: 'index_winner',
  method: 'POST',
  path: '/api/ml/rag/index-winner',
  tag: 'Memory',
  words:
    'Whether an ad is remembered as a winner. It is by itself once its experiment shows it; a click rate that a caller claims makes none, so that a lucky start is not kept for ever.',
  role: 'operator',
  account: 'required',
  limit: 'write',
  changes: false,
  takes: z.strictObject({
    account_id,
    ad_id: word,
    ad_data: z.record(z.string(), z.unknown()).exactOptional(),
    ctr: z.number().min(0).max(1).exactOptional(),
    roas: z.number().min(0).exactOptional(),
    conversions: z.int().min(0).exactOptional(),
    spend: z.number().min(0).exactOptional(),
  }),
  answer: z.object({
    status: z.enum(['already_indexed', 'waiting', 'skipped']),
    ad_id: text,
    total_in_memory: num,
    ctr: maybe.describe('When it won, fraction'),
    roas: z.null().describe('Winners are remembered by click rate'),
    memory_backend: text,
    reason: text.nullable(),
  }),
  example: { account_id: 'act_1001', ad_id: 'ad_1' },
}).by(async (place, given) => {
  const { winners, unindexed, ad } = await remembered(place, given);
  const { model } = place.context.memory.embeddings;
  const about = { ad_id: given.ad_id, total_in_memory: winners, roas: null, memory_backend: model };
  if (ad === undefined || ad.won === null || ad.won.withdrawn_ms !== null)
    return { ...about, status: 'skipped', ctr: null, reason: whyNot(place, given, ad) };
  if (unindexed.includes(given.ad_id))
    return { ...about, status: 'waiting', ctr: ad.won.rate, reason: 'its vector is asked for again by the next cycle' };
  return { ...about, status: 'already_indexed', ctr: ad.won.rate, reason: null };
});

interface Remembered {
  readonly winners: number;
  readonly unindexed: readonly string[];
  readonly ad: AdPart | undefined;
}

async function remembered(
  { context: { engine } }: Place,
  of: { readonly account_id: string; readonly ad_id: string },
): Promise<Remembered> {
  const { winners, unindexed } = (await keptState(engine, ragMemory, of.account_id)) ?? initialAccount();
  return { winners, unindexed, ad: (await keptParts(engine, ragMemory, of.account_id)).get(of.ad_id) };
}

function whyNot(
  { context: { directory, experiments } }: Place,
  { account_id: account, ad_id }: { readonly account_id: string; readonly ad_id: string },
  ad: AdPart | undefined,
): string {
  if (ad !== undefined && ad.won !== null) return 'its win was taken back on restated data';
  if (directory.ad(account, ad_id) === undefined) return 'no ad.created has named it';
  const standing = experiments.all().find(({ evidence }) => {
    return evidence.account_id === account && evidence.arms.some((arm) => arm.ad_id === ad_id);
  });
  return standing === undefined
    ? 'it is in no experiment with evidence'
    : `its experiment: ${standing.evidence.reason}`;
}

const stats = route({
  id: 'memory_stats',
  method: 'GET',
  path: '/api/ml/rag/memory-stats',
  tag: 'Memory',
  words: 'How many winners an account remembers, and who makes their vectors.',
  role: 'viewer',
  account: 'required',
  limit: 'read',
  changes: false,
  takes: z.strictObject({ account_id }),
  answer: z.object({
    total_winners_in_memory: num,
    withdrawn: num,
    faiss_index_size: maybe.describe('Vectors that can be searched; null while their store is away'),
    dimension: num,
    namespace: text.describe('The account'),
    storage_backend: text,
    redis_cache: z.null().describe('Nothing is cached: what is found is found anew'),
    embedding_model: text,
    memory_status: z.enum(['ready', 'filling', 'empty', 'away']),
    reason: text.nullable(),
  }),
  example: { account_id: 'act_1001' },
}).by(async ({ operations, context: { memory } }, of) => {
  const { standing, withdrawn, model, dimensions } = await operations.memory({ ...of, limit: 1 });
  const vectors = await memory.vectors.count(of.account_id).catch(() => null);
  const lacking = memory.lacking(of.account_id);
  const status = vectors === null ? 'away' : lacking !== null ? 'filling' : standing === 0 ? 'empty' : 'ready';
  return {
    total_winners_in_memory: standing,
    withdrawn,
    faiss_index_size: vectors,
    dimension: dimensions,
    namespace: of.account_id,
    storage_backend: 'the log, with vectors beside it',
    redis_cache: null,
    embedding_model: model,
    memory_status: status,
    reason: lacking,
  };
});

const winner = route({
  id: 'winner',
  method: 'GET',
  path: '/api/ml/rag/winner/{ad_id}',
  tag: 'Memory',
  words: 'One winner: its copy, what it won by, and when. 404 where the account remembers none.',
  role: 'viewer',
  account: 'required',
  limit: 'read',
  changes: false,
  takes: z.strictObject({ account_id, ad_id: word }),
  answer: z.object({ ad_id: text, ad_data: data, ctr: num, source: text, indexed_at: time }),
  example: { account_id: 'act_1001', ad_id: 'ad_1' },
}).by(async ({ operations }, of) => {
  const { winners, model } = await operations.memory({ account_id: of.account_id, limit: 1_000_000 });
  const one = winners.find(({ ad_id }) => ad_id === of.ad_id);
  if (one === undefined) throw new FlywheelError('winner.unknown', { id: of.ad_id, account_id: of.account_id });
  return { ad_id: one.ad_id, ad_data: dataOf(one), ctr: one.rate, source: model, indexed_at: iso(one.won_at_ms) };
});

const clear = route({
  id: 'clear_cache',
  method: 'DELETE',
  path: '/api/ml/rag/clear-cache',
  tag: 'Memory',
  words: 'There is no cache of answers: nothing is cleared, and nothing that was learned can be lost by it.',
  role: 'operator',
  account: 'required',
  limit: 'write',
  changes: true,
  takes: z.strictObject({ account_id }),
  answer: z.object({ status: z.literal('nothing_to_clear'), keys_deleted: z.literal(0), note: text }),
  example: { account_id: 'act_1001' },
}).by(() =>
  Promise.resolve({
    status: 'nothing_to_clear',
    keys_deleted: 0,
    note: 'answers are found anew for each request; winners stay in the log',
  } as const),
);

export const ragRoutes: readonly Route[] = [search, index, stats, winner, clear];
