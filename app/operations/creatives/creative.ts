/** What an account's experiments say of a creative: of a new one, and of one that won. */
import { z } from 'zod';
import type { Runtime } from '../../../engine/runtime.ts';
import { headlineOnly } from '../../../learning/dna/creative.ts';
import { applicationsView, type ApplicationsView } from '../../../processors/creative-dna/applications.ts';
import { creativeDnaFormula } from '../../../processors/creative-dna/formula/decide.ts';
import {
  adName,
  experimentName,
  niche_name,
  sums_name,
  type Part,
} from '../../../processors/creative-dna/formula/state.ts';
import { wiring } from '../../../processors/creative-dna/formula/wiring.ts';
import {
  adScoreView,
  scoreView,
  whyView,
  type ScoreView,
  type WhyView,
} from '../../../processors/creative-dna/views.ts';
import { policyInForce } from '../../policy-in-force.ts';
import type { OperationsContext } from '../context.ts';
import { keptParts } from '../running/kept-state.ts';

export interface NewCreative {
  readonly account_id: string;
  readonly headline: string;
  readonly primary_text?: string;
  readonly call_to_action?: string;
  /** ISO 639-1; guessed from the copy where it is left out. */
  readonly language?: string;
}

export interface KnownAd {
  readonly account_id: string;
  readonly ad_id: string;
}

export interface WonAd {
  readonly account_id: string;
  readonly experiment_id: string;
  readonly ad_id: string;
}

const numbers = z.array(z.number());
const arm = z.object({ impressions: z.number(), clicks: z.number(), values: z.array(z.string()) });
const sumsPart = z.object({
  kind: z.literal('sums'),
  sums: z.object({
    columns: z.array(z.string()),
    matrix: numbers,
    vector: numbers,
    square: z.number(),
    freedom: z.number(),
    arms: numbers,
    experiments: numbers,
    impressions: numbers,
    all_experiments: z.number(),
    all_arms: z.number(),
    all_impressions: z.number(),
  }),
});
const experimentPart = z.object({
  kind: z.literal('experiment'),
  arms: z.array(arm.extend({ ad_id: z.string(), extractor_version: z.number(), fingerprint: z.string() })),
  counted: z
    .object({
      arms: z.array(arm),
      working: z.object({ arm_sd: z.number(), slope_sd: z.number(), least_clicks: z.number() }),
    })
    .nullable(),
  changed: z.boolean(),
});
const nichePart = z.object({
  kind: z.literal('niche'),
  niche: z.string(),
  effects: z.record(z.string(), z.object({ effect: z.number(), sd: z.number() })),
});
const adPart = z.object({
  kind: z.literal('ad'),
  extractor_version: z.number(),
  fingerprint: z.string(),
  values: z.array(z.string()),
});
const partShape: z.ZodType<Part> = z.union([sumsPart, experimentPart, nichePart, adPart]);

/** Those of the named parts that the account has. */
async function partsOf(
  engine: Runtime,
  account_id: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Part>> {
  const found = new Map<string, Part>();
  for await (const [name, part] of engine.parts(wiring.group, account_id, ''))
    if (names.includes(name)) found.set(name, partShape.parse(part));
  return found;
}

/** Score of a creative that nobody has seen yet, and single changes that go with more clicks. */
export async function scoreCreative(
  { engine }: Pick<OperationsContext, 'engine'>,
  { account_id, headline, primary_text, call_to_action, language }: NewCreative,
): Promise<ScoreView> {
  const parts = await partsOf(engine, account_id, [sums_name, niche_name]);
  const creative = {
    ...headlineOnly(headline),
    primary_text: primary_text ?? null,
    call_to_action: call_to_action ?? null,
    language: language ?? null,
  };
  return scoreView(parts, creative, (await policyInForce(engine, account_id)).dna);
}

/** The same of an ad that the account has; null where it is not known. */
export async function scoreAd(
  { engine }: Pick<OperationsContext, 'engine'>,
  { account_id, ad_id }: KnownAd,
): Promise<ScoreView | null> {
  const parts = await partsOf(engine, account_id, [sums_name, niche_name, adName(ad_id)]);
  return adScoreView(parts, ad_id, (await policyInForce(engine, account_id)).dna);
}

const most_applications = 50;

/** Ads of an account that were made from other ads: what was expected of them and what came of it. */
export async function dnaApplications(
  { engine }: Pick<OperationsContext, 'engine'>,
  { account_id, limit = most_applications }: { readonly account_id: string; readonly limit?: number },
): Promise<ApplicationsView> {
  const parts = await keptParts(engine, creativeDnaFormula, account_id);
  const found = [...parts.values()].flatMap((part) => (part.kind === 'application' ? [part] : []));
  return applicationsView(account_id, found, limit);
}

/** What an ad had that its rivals had not, and what that goes with; null where the ad is not known in the experiment. */
export async function whyWon({ engine }: Pick<OperationsContext, 'engine'>, won: WonAd): Promise<WhyView | null> {
  const parts = await partsOf(engine, won.account_id, [sums_name, niche_name, experimentName(won.experiment_id)]);
  return whyView(parts, won, (await policyInForce(engine, won.account_id)).dna);
}
