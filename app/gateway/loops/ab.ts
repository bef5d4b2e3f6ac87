/** Loop 2, the bandit: variants are the ads of campaigns, and their numbers are those of the ad sets that own the budgets. */
import { z } from 'zod';
import { FlywheelError } from '../../../topology/errors.ts';
import { variantsOf, type Variant } from '../../operations/money/bandit.ts';
import { noTotals, totalsByAd, type Totals } from '../../operations/tables/totals.ts';
import { route, type Place, type Route } from '../route.ts';
import { account_id, list, num, text, totalsFields, withRates, word } from './shapes.ts';

export const variantShape = z
  .object({
    variant_id: text,
    campaign_id: text,
    adset_id: text,
    name: text,
    ...totalsFields,
    estimated_ctr: num.describe('Mean of the posterior, fraction'),
    ctr_ci_lower: num,
    ctr_ci_upper: num,
    ctr_std: num,
    p_best: num.describe('Probability of being the best of its campaign'),
    propensity: num.describe('Share of the budget that it would get now'),
    expected_loss: num.describe('Clicks per impression lost by choosing it for good'),
    total_events: num.describe('Impressions as they are remembered: old ones count less'),
  })
  .meta({ id: 'Variant' });

/** Width of a 95 % interval in standard deviations. */
const interval_sd = 2 * 1.959964;

export function variantOf(one: Variant, totals: Totals | undefined): z.input<typeof variantShape> {
  const { variant_id, campaign_id, adset_id, name, p_best, propensity, mean, low, high, expected_loss } = one;
  return {
    variant_id,
    campaign_id,
    adset_id,
    name,
    ...withRates(totals ?? noTotals),
    estimated_ctr: mean,
    ctr_ci_lower: low,
    ctr_ci_upper: high,
    ctr_std: (high - low) / interval_sd,
    p_best,
    propensity,
    expected_loss,
    total_events: one.impressions,
  };
}

const ofAccount = z.strictObject({ account_id, campaign_id: word.exactOptional() });

async function variants(
  { context }: Place,
  of: { readonly account_id: string; readonly campaign_id?: string },
): Promise<readonly z.input<typeof variantShape>[]> {
  const found = await variantsOf(context, of.account_id, of.campaign_id);
  if (found.length === 0) return [];
  const totals = await totalsByAd(context.analytics, of.account_id, of.campaign_id);
  return found.map((one) => variantOf(one, totals.get(one.variant_id)));
}

const reads = { tag: 'A/B tests', role: 'viewer', account: 'required', limit: 'read', changes: false } as const;

const all = route({
  ...reads,
  id: 'all_variants',
  method: 'GET',
  path: '/api/ml/ab/all-variants',
  words: 'Every ad of the account whose ad set has data, with its posterior.',
  weight: 2,
  takes: ofAccount,
  answer: z.object({ variants: list(variantShape), total_variants: num }),
  example: { account_id: 'act_1001' },
}).by(async (place, of) => {
  const found = await variants(place, of);
  return { variants: found, total_variants: found.length };
});

const stats = route({
  ...reads,
  id: 'variant_stats',
  method: 'GET',
  path: '/api/ml/ab/variant-stats/{variant_id}',
  words: 'One ad: what it got, and what is believed of it. 404 before its ad set has data.',
  weight: 2,
  takes: z.strictObject({ account_id, variant_id: word }),
  answer: variantShape,
  example: { account_id: 'act_1001', variant_id: 'ad_1' },
}).by(async (place, { variant_id, ...of }) => {
  const found = (await variants(place, of)).find((one) => one.variant_id === variant_id);
  if (found === undefined) throw new FlywheelError('variant.unknown', { id: variant_id, account_id: of.account_id });
  return found;
});

const best = route({
  ...reads,
  id: 'best_variant',
  method: 'GET',
  path: '/api/ml/ab/best-variant',
  words:
    'The ad of a campaign, or of each campaign, that is most probably its best. That it is most probable does not make it a winner: experiments do.',
  weight: 2,
  takes: ofAccount,
  answer: z.object({ best_variant: variantShape.nullable(), by_campaign: list(variantShape) }),
  example: { account_id: 'act_1001' },
}).by(async (place, of) => {
  const found = [...(await variants(place, of))].sort((a, b) => b.p_best - a.p_best);
  const campaigns = [...new Set(found.map(({ campaign_id }) => campaign_id))];
  const by_campaign = campaigns.flatMap((id) => found.find(({ campaign_id }) => campaign_id === id) ?? []);
  return { best_variant: by_campaign[0] ?? null, by_campaign };
});

const pick = route({
  ...reads,
  id: 'select_variant',
  method: 'POST',
  path: '/api/ml/ab/select-variant',
  words:
    'Draws one ad of a campaign by its share: the same seed draws the same. Seed and propensities are told, so that what comes of it can be weighed afterwards.',
  weight: 2,
  takes: z.strictObject({
    account_id,
    campaign_id: word,
    context: z.record(z.string(), z.unknown()).exactOptional(),
    available_variants: z.array(word).min(1).max(1_000).exactOptional(),
    seed: z.int().min(0).max(0xffff_ffff).exactOptional(),
  }),
  answer: z.object({
    variant_id: text,
    selection_score: num.describe('Its propensity among those that could be drawn'),
    all_scores: z.record(z.string(), num),
    method: z.literal('thompson_sampling'),
    seed: num,
    timestamp: num.describe('UTC epoch milliseconds'),
  }),
  problems: [404],
  example: { account_id: 'act_1001', campaign_id: 'camp_1', seed: 7 },
}).by(async ({ context }, { available_variants, seed = randomSeed(), ...of }) => {
  const found = await variantsOf(context, of.account_id, of.campaign_id);
  const open = found.filter(({ variant_id }) => available_variants?.includes(variant_id) ?? true);
  const total = open.reduce((sum, { propensity }) => sum + propensity, 0);
  const shares = open.map(({ variant_id, propensity }) => ({
    variant_id,
    share: total > 0 ? propensity / total : 1 / open.length,
  }));
  const drawn = drawnFrom(shares, uniform(seed));
  if (drawn === undefined)
    throw new FlywheelError('variant.unknown', {
      id: available_variants?.join(', ') ?? `in campaign ${of.campaign_id}`,
      account_id: of.account_id,
    });
  return {
    variant_id: drawn.variant_id,
    selection_score: drawn.share,
    all_scores: Object.fromEntries(shares.map(({ variant_id, share }) => [variant_id, share])),
    method: 'thompson_sampling',
    seed,
    timestamp: context.now_ms(),
  };
});

const randomSeed = (): number => Math.floor(Math.random() * 0xffff_ffff);

/** A number in [0, 1) of a seed (Mulberry32, first output). */
function uniform(seed: number): number {
  let t = (seed + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

interface Share {
  readonly variant_id: string;
  readonly share: number;
}

function drawnFrom(shares: readonly Share[], at: number): Share | undefined {
  let sum = 0;
  return shares.find(({ share }) => (sum += share) > at) ?? shares.at(-1);
}

const reallocate = route({
  ...reads,
  id: 'reallocate_budget',
  method: 'POST',
  path: '/api/ml/ab/reallocate-budget',
  words:
    'How a budget would be split over the ad sets of a campaign now: the whole of it, each at least the minimum. A proposal: no budget is changed by it.',
  weight: 2,
  takes: z.strictObject({
    account_id,
    campaign_id: word,
    total_budget: z.number().positive(),
    min_budget_per_variant: z.number().min(0).exactOptional(),
  }),
  answer: z.object({
    allocations: z.record(z.string(), num).describe('By ad set, which owns the budget, in units of total_budget'),
    total_budget: num,
    status: z.literal('proposed'),
  }),
  problems: [404, 422],
  example: { account_id: 'act_1001', campaign_id: 'camp_1', total_budget: 100 },
}).by(async ({ context }, { total_budget, min_budget_per_variant = 0, ...of }) => {
  const found = await variantsOf(context, of.account_id, of.campaign_id);
  const shares = new Map(found.map(({ adset_id, propensity }) => [adset_id, propensity]));
  if (shares.size === 0)
    throw new FlywheelError('variant.unknown', { id: `in ${of.campaign_id}`, account_id: of.account_id });
  const left = total_budget - min_budget_per_variant * shares.size;
  if (left < 0)
    throw new FlywheelError('request.argument', {
      operation: 'reallocate_budget',
      field: 'min_budget_per_variant',
      value: String(min_budget_per_variant),
      why: `${shares.size} ad sets would get more than the total`,
      takes: `at most ${total_budget / shares.size} for each`,
    });
  const sum = [...shares.values()].reduce((total, share) => total + share, 0);
  const allocations = [...shares].map(([adset_id, share]) => [
    adset_id,
    min_budget_per_variant + left * (sum > 0 ? share / sum : 1 / shares.size),
  ]);
  return { allocations: Object.fromEntries(allocations), total_budget, status: 'proposed' };
});

const decay = route({
  ...reads,
  id: 'apply_decay',
  method: 'POST',
  path: '/api/ml/ab/apply-decay',
  words:
    'Old impressions count less by themselves, each once, by the time of their events: there is nothing to apply. Answers the half-lives and how much each is believed.',
  takes: z.strictObject({ account_id, decay_factor: z.number().min(0).max(1).exactOptional() }),
  answer: z.object({ variants_decayed: z.literal(0), status: z.literal('automatic'), note: text, variants: num }),
  example: { account_id: 'act_1001' },
}).by(async ({ context }, of) => ({
  variants_decayed: 0,
  status: 'automatic',
  note: 'impressions lose weight with the hours of their events; applying that again would count it twice',
  variants: (await variantsOf(context, of.account_id)).length,
}));

export const abReadRoutes: readonly Route[] = [pick, stats, all, best, reallocate, decay];
