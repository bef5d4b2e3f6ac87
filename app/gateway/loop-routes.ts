/**
 * Routes under the names that scripts of the system before this one know (`/api/ml/…`). Each is an operation: what it
 * takes is checked as there, and what it starts goes on in the log, so that it answers at once.
 */
import type { FastifyInstance } from 'fastify';
import type { ServeWith } from '../assemble.ts';
import { answerCall, type OperationName } from './endpoints.ts';

type Given = Readonly<Record<string, unknown>>;

export interface LoopRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly operation: OperationName;
  /** What it does, in a line, for docs/api.md. */
  readonly words: string;
  /** The operation's argument, from the body of a POST or the query of a GET; as it is where left out. */
  readonly argument?: (given: Given) => unknown;
  /** A POST that only asks is answered at once. */
  readonly asks?: true;
}

/** One ad is a list of one; without an ad the operation says what is missing. */
const ofOneAd = ({ ad_id, ...given }: Given): unknown => (ad_id === undefined ? given : { ...given, ad_ids: [ad_id] });

/** A creative is known by its ad. */
const ofCreative = ({ creative_id, ...given }: Given): unknown =>
  creative_id === undefined ? given : { ...given, ad_id: creative_id };

/** The old names of what winners are looked for by; without a least likeness all are answered, nearest first. */
const searched = ({ query, top_k, min_ctr, min_similarity, ...given }: Given): unknown => {
  const renamed = { text: query, limit: top_k, min_rate: min_ctr, min_score: min_similarity };
  return { ...given, ...Object.fromEntries(Object.entries(renamed).filter(([, value]) => value !== undefined)) };
};

/** The old names of what a cycle may do; null stands for what is left out. */
const ofCycle = ({ account_id, trigger_retrain, accuracy_threshold, ...given }: Given): unknown => {
  const renamed = { account_id, retrain: trigger_retrain, accuracy_threshold };
  const present = Object.entries(renamed).filter(([, value]) => value !== undefined && value !== null);
  return { ...given, ...Object.fromEntries(present) };
};

export const loop_routes: readonly LoopRoute[] = [
  {
    method: 'POST',
    path: '/api/ml/rag/search-winners',
    operation: 'memory',
    words:
      'Winners that a text resembles: `account_id`, `query`, `top_k`, `min_ctr`, `min_similarity`, `format`, `niche`, `since_ms`.',
    argument: searched,
    asks: true,
  },
  {
    method: 'GET',
    path: '/api/ml/rag/memory-stats',
    operation: 'memory',
    words: 'How many winners an account remembers, the newest of them, and who makes their vectors.',
  },
  {
    method: 'POST',
    path: '/api/ml/actuals/fetch',
    operation: 'fetch_actuals',
    words: 'Asks the ad platform for one ad: `account_id`, `ad_id`, `days_back`.',
    argument: ofOneAd,
  },
  {
    method: 'POST',
    path: '/api/ml/actuals/batch',
    operation: 'fetch_actuals',
    words: 'Asks for several: `account_id`, `ad_ids`, `days_back`.',
  },
  {
    method: 'POST',
    path: '/api/ml/actuals/sync-scheduled',
    operation: 'sync_actuals',
    words: 'Asks for all ads whose predictions wait; the loop asks by itself for what its stream leaves out.',
  },
  {
    method: 'GET',
    path: '/api/ml/actuals/stats',
    operation: 'actuals',
    words: 'What came of predictions, what is waited for, and how often the platform was asked.',
  },
  {
    method: 'POST',
    path: '/api/ml/dna/score',
    operation: 'score_ad',
    words: 'What the traits of an ad go with in the experiments of its account: `account_id`, `creative_id`.',
    argument: ofCreative,
    asks: true,
  },
  {
    method: 'POST',
    path: '/api/ml/dna/apply',
    operation: 'score_ad',
    words:
      'The same: `suggestions` are single changes to the ad; what is made of one says so in `made_from` of `ad.created`.',
    argument: ofCreative,
    asks: true,
  },
  {
    method: 'GET',
    path: '/api/ml/dna/applications',
    operation: 'dna_applications',
    words: 'What came of ads that were made from others, beside what was expected: `account_id`.',
  },
  {
    method: 'GET',
    path: '/api/ml/auto-promote/history',
    operation: 'promotions',
    words: 'Winners of an account, newest first, with evidence, budget changes and what came of them: `account_id`.',
  },
  {
    method: 'GET',
    path: '/api/ml/auto-promote/cumulative-improvement',
    operation: 'promotions',
    words: 'The same: what promotions earn against winners held out at random, or what is missing: `account_id`.',
  },
  {
    method: 'GET',
    path: '/api/ml/ab/queue',
    operation: 'variations',
    words: 'Creatives that wait to be tested, in order, with the winner that each varies: `account_id`.',
  },
  {
    method: 'POST',
    path: '/api/ml/ab/queue/decide',
    operation: 'decide_variation',
    words: 'Approves, skips, reopens or moves one: `account_id`, `variation_id`, `action`, `before_variation_id`.',
  },
  {
    method: 'GET',
    path: '/api/ml/accuracy-report',
    operation: 'learning',
    words: 'Accuracy, calibration and improvement of an account.',
  },
  {
    method: 'POST',
    path: '/api/ml/self-learning-cycle',
    operation: 'request_cycle',
    words:
      'All seven steps of learning now, for an account or for all: `account_id`, `trigger_retrain`, `accuracy_threshold`.',
    argument: ofCycle,
  },
  {
    method: 'GET',
    path: '/api/ml/self-learning-cycle/status',
    operation: 'cycles',
    words: 'How far the cycle of an account is, or how the last one went: each step with status, count and reason.',
  },
  {
    method: 'POST',
    path: '/api/ml/cross-learning/contribute',
    operation: 'share_account',
    words: 'Lets an account take part: `account_id`, `business_id`, `niche` (optional); `shares: false` takes it out.',
    argument: (given) => ({ shares: true, ...given }),
  },
  {
    method: 'POST',
    path: '/api/ml/cross-learning/retrieve-patterns',
    operation: 'niche',
    words: 'What the niche of an account has in common: `account_id`.',
    asks: true,
  },
  {
    method: 'POST',
    path: '/api/ml/cross-learning/detect-niche',
    operation: 'niche',
    words: 'Its niche, with confidence and source: `account_id`.',
    asks: true,
  },
  {
    method: 'POST',
    path: '/api/ml/cross-learning/build-playbook',
    operation: 'niche',
    words: 'What to test first, with expected effect and support: `account_id`.',
    asks: true,
  },
  {
    method: 'GET',
    path: '/api/ml/cross-learning/stats',
    operation: 'niches',
    words: 'How many accounts and businesses take part, by niche.',
  },
];

/** Work that was only begun is accepted (202); what is known is an answer (200). */
const statusOf = ({ method, asks }: LoopRoute): number => (method === 'POST' && asks !== true ? 202 : 200);

const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function serveLoopRoutes(app: FastifyInstance, { operations }: ServeWith): void {
  for (const route of loop_routes)
    app.route({
      method: route.method,
      url: route.path,
      handler: async ({ body, query }, reply) => {
        const given = route.method === 'POST' ? (body ?? {}) : query;
        const argument = route.argument !== undefined && isGiven(given) ? route.argument(given) : given;
        const answer = await answerCall(operations, route.operation, argument);
        return reply
          .code(statusOf(route))
          .header('cache-control', 'no-store')
          .type('application/json')
          .send(JSON.stringify(answer));
      },
    });
}

/** The method of a route of this path; undefined where there is none. */
export const loopMethodAt = (path: string): string | undefined => {
  const route = loop_routes.find((one) => one.path === path);
  return route?.method === 'GET' ? 'GET, HEAD' : route?.method;
};
