/** Loop 3, what accounts of a niche learn together: opted in, hidden among others, with noise. */
import { z } from 'zod';
import type { NicheView } from '../../../processors/cross-learning/views.ts';
import { answerShapes } from '../../operations/answers.ts';
import { route, type Route } from '../route.ts';
import { written } from '../written.ts';
import { accountChanged } from '../../../schemas/index.ts';
import { timeOf } from '../../operations/time-of.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { accepted, account_id, list, maybe, num, text, word } from './shapes.ts';

const reads = { tag: 'Niches', role: 'viewer', account: 'required', limit: 'read', changes: false } as const;

const contribute = route({
  id: 'contribute',
  method: 'POST',
  path: '/api/ml/cross-learning/contribute',
  tag: 'Niches',
  words:
    'Lets an account take part from now on; `shares: false` takes out what it gave with the next release. Nobody takes part who did not agree.',
  role: 'operator',
  account: 'required',
  limit: 'write',
  changes: true,
  takes: z.strictObject({
    account_id,
    business_id: word,
    niche: word.exactOptional(),
    shares: z.boolean().exactOptional(),
  }),
  answer: z.object({
    success: z.literal(true),
    account_id: text,
    business_id: text,
    shares: z.boolean(),
    niche: text.nullable(),
  }),
  also: { 202: accepted },
  example: { account_id: 'act_1001', business_id: 'biz_1', niche: 'fashion' },
}).by((place, { account_id: id, business_id, niche = null, shares = true }, call) => {
  const value = { account_id: id, business_id, shares, niche, changed_ms: timeOf(place.context) };
  const broken = accountChanged.check(value, value.changed_ms);
  if (broken !== undefined)
    throw new FlywheelError('request.event', {
      topic: accountChanged.name,
      field: broken.field,
      value: broken.value,
      rule: broken.rule,
      what_to_do: broken.remedy,
    });
  const write = { account_id: id, events: [accountChanged.event(value)], groups: ['cross-learning.contribute'] };
  return written(place, call, write, () =>
    Promise.resolve({ success: true, account_id: id, business_id, shares, niche } as const),
  );
});

const about = z.strictObject({ account_id });
const example = { account_id: 'act_1001' };

const pattern = z.object({
  trait: text,
  value: text,
  effect: num.describe('On the log of the click rate'),
  low: num,
  high: num,
});

const retrieve = route({
  ...reads,
  id: 'retrieve_patterns',
  method: 'POST',
  path: '/api/ml/cross-learning/retrieve-patterns',
  words: 'What goes with more clicks in the niche of an account, as it was released last, and how the account stands.',
  takes: about,
  answer: z.object({
    success: z.boolean().describe('Whether there is a release for the account'),
    niche: text.nullable(),
    patterns: list(pattern),
    contributing_businesses: maybe.describe('About how many, with noise'),
    benchmarks: z.object({ p25: num, p50: num, p75: num, p90: num, standing: maybe }).nullable(),
    reason: text,
  }),
  example,
}).by(async ({ operations }, of) => {
  const { niche, pattern: released, benchmarks, words } = await operations.niche(of);
  const known = released?.status === 'released' ? released : null;
  return {
    success: known !== null,
    niche: niche?.niche ?? null,
    patterns: (known?.traits ?? [])
      .filter(({ status }) => status === 'released')
      .map(({ trait, value, effect, low, high }) => ({ trait, value, effect, low, high })),
    contributing_businesses: known?.businesses ?? null,
    benchmarks,
    reason: words,
  };
});

const detect = route({
  ...reads,
  id: 'detect_niche',
  method: 'POST',
  path: '/api/ml/cross-learning/detect-niche',
  words: 'The niche of an account: as people set it, else as its creatives say.',
  takes: about,
  answer: z.object({
    success: z.boolean(),
    niche: text.describe('unknown where nothing says so'),
    confidence: maybe,
    source: z.enum(['people', 'creatives']).nullable(),
    votes: list(z.object({ niche: text, creatives: num })),
    reason: text,
  }),
  example,
}).by(async ({ operations }, of) => {
  const { niche, votes, words } = await operations.niche(of);
  return {
    success: niche !== null,
    niche: niche?.niche ?? 'unknown',
    confidence: niche?.confidence ?? null,
    source: niche?.source ?? null,
    votes,
    reason: words,
  };
});

const play = z.object({ ...pattern.shape, businesses: num, own_experiments: num });

const playbookOf = ({ niche, playbook, words }: NicheView) => ({
  success: playbook.length > 0,
  niche: niche?.niche ?? null,
  playbook,
  total_plays: playbook.length,
  reason: words,
});

const playbook = route({
  ...reads,
  id: 'build_playbook',
  method: 'POST',
  path: '/api/ml/cross-learning/build-playbook',
  words:
    'What to test first, because it goes with more clicks in the niche: what the account has compared least, first. With about how many businesses are behind each.',
  takes: about,
  answer: z.object({
    success: z.boolean(),
    niche: text.nullable(),
    playbook: list(play),
    total_plays: num,
    reason: text,
  }),
  example,
}).by(async ({ operations }, of) => playbookOf(await operations.niche(of)));

const stats = route({
  id: 'cross_learning_stats',
  method: 'GET',
  path: '/api/ml/cross-learning/stats',
  tag: 'Niches',
  words: 'How many accounts and businesses take part, by niche. Of all accounts, so for who may see all.',
  role: 'viewer',
  account: 'whole',
  limit: 'read',
  changes: false,
  takes: z.strictObject({}),
  answer: z.object({
    total_accounts: num,
    active_niches: num.describe('Niches with a release'),
    opt_in_required: z.literal(true),
    niches: answerShapes.niches,
  }),
  example: {},
}).by(async ({ operations }) => {
  const niches = await operations.niches();
  return {
    total_accounts: niches.reduce((sum, { accounts }) => sum + accounts, 0),
    active_niches: niches.filter(({ status }) => status === 'released').length,
    opt_in_required: true,
    niches,
  };
});

export const crossRoutes: readonly Route[] = [contribute, retrieve, detect, playbook, stats];
