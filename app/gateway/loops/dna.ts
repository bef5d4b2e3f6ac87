/** Loop 4, creative DNA: what creatives are made of, and what that goes with. Associations, never causes. */
import { z } from 'zod';
import { headlineOnly } from '../../../learning/dna/creative.ts';
import { extract as extracted, extractor_version } from '../../../learning/dna/extract.ts';
import { splitName } from '../../../learning/dna/formula/columns.ts';
import { isTrait, specOf } from '../../../learning/dna/taxonomy.ts';
import { creativeDnaFormula } from '../../../processors/creative-dna/formula/decide.ts';
import { adOf } from '../../../processors/creative-dna/formula/state.ts';
import { formulaView, type ScoreView } from '../../../processors/creative-dna/views.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { answerShapes } from '../../operations/answers.ts';
import { keptParts } from '../../operations/running/kept-state.ts';
import { timeOf } from '../../operations/time-of.ts';
import { policyInForce } from '../../policy-in-force.ts';
import { route, type Place, type Route } from '../route.ts';
import { account_id, copy, iso, list, num, text, time, word } from './shapes.ts';

const reads = { tag: 'Creative DNA', role: 'viewer', account: 'required', limit: 'read', changes: false } as const;

const dna = z.record(z.string(), z.record(z.string(), list(text))).describe('Values by aspect and trait');

/** `trait=value` by aspect and trait. */
function byAspect(values: readonly string[]): z.input<typeof dna> {
  const found: Record<string, Record<string, string[]>> = {};
  for (const name of values) {
    const { trait, value } = splitName(name) ?? { trait: name, value: 'yes' };
    const aspect = isTrait(trait) ? specOf(trait).aspect : 'other';
    const traits = (found[aspect] ??= {});
    (traits[trait] ??= []).push(value);
  }
  return found;
}

const extract = route({
  ...reads,
  id: 'extract_dna',
  method: 'POST',
  path: '/api/ml/dna/extract',
  words:
    'What a creative is made of, in one closed vocabulary: of an ad that the account has, or of a new headline. What nothing is known of is left out.',
  takes: z.strictObject({ account_id, creative_id: word.exactOptional(), headline: copy.exactOptional() }),
  answer: z.object({
    creative_id: text.nullable(),
    dna,
    fingerprint: text.describe('The same for creatives with the same DNA'),
    extractor_version: num,
    extracted_at: time,
  }),
  problems: [404],
  example: { account_id: 'act_1001', creative_id: 'ad_1' },
}).by(async (place, { account_id: id, creative_id, headline }) => {
  const extracted_at = iso(timeOf(place.context));
  if (creative_id === undefined) {
    if (headline === undefined) throw missingCreative();
    const { traits, fingerprint } = extracted(headlineOnly(headline));
    const values = traits.filter(({ value }) => value !== 'unknown').map(({ trait, value }) => `${trait}=${value}`);
    return { creative_id: null, dna: byAspect(values), fingerprint, extractor_version, extracted_at };
  }
  const ad = adOf(await keptParts(place.context.engine, creativeDnaFormula, id), creative_id);
  if (ad === null) throw new FlywheelError('ad.unknown', { id: creative_id, account_id: id });
  const { values, fingerprint, extractor_version: by } = ad;
  return { creative_id, dna: byAspect(values), fingerprint, extractor_version: by, extracted_at };
});

const missingCreative = (): FlywheelError =>
  new FlywheelError('request.argument', {
    operation: 'extract_dna',
    field: 'creative_id',
    value: 'absent',
    why: 'neither an ad nor a headline is named',
    takes: 'account_id and one of creative_id and headline',
  });

const effect = z.object({ trait: text, value: text, effect: num, low: num, high: num, experiments: num });

const formula = route({
  ...reads,
  id: 'build_formula',
  method: 'POST',
  path: '/api/ml/dna/build-formula',
  words:
    'What traits go with in the experiments of the account: of winners and losers alike, inside of each experiment, with intervals. It is kept up to date by itself; `min_samples` experiments are asked for before it is called known.',
  takes: z.strictObject({
    account_id,
    min_samples: z.int().min(1).max(10_000).exactOptional(),
    min_roas: z.number().exactOptional(),
    lookback_days: z.int().min(1).max(3_650).exactOptional(),
  }),
  answer: z.object({
    account_id: text,
    status: z.enum(['known', 'insufficient_data']),
    sample_size: num.describe('Experiments'),
    ads: num,
    effects: list(effect).describe('On the log of the click rate, surest first'),
    dispersion: num,
    built_at: time,
  }),
  example: { account_id: 'act_1001', min_samples: 10 },
}).by(async (place, { account_id: id, min_samples = 10 }) => {
  const { engine } = place.context;
  const { dna: policy } = await policyInForce(engine, id);
  const view = formulaView(await keptParts(engine, creativeDnaFormula, id), policy);
  return {
    account_id: id,
    status: view.experiments >= min_samples ? 'known' : 'insufficient_data',
    sample_size: view.experiments,
    ads: view.ads,
    effects: view.effects.map(({ trait, value, effect: by, low, high, experiments }) => {
      return { trait, value, effect: by, low, high, experiments };
    }),
    dispersion: view.dispersion,
    built_at: iso(timeOf(place.context)),
  };
});

const ofAd = z.strictObject({ account_id, creative_id: word });

async function scored(
  { operations }: Place,
  of: { readonly account_id: string; readonly creative_id: string },
): Promise<ScoreView> {
  const found = await operations.score_ad({ account_id: of.account_id, ad_id: of.creative_id });
  if (found === null) throw new FlywheelError('ad.unknown', { id: of.creative_id, account_id: of.account_id });
  return found;
}

const apply = route({
  ...reads,
  id: 'apply_dna',
  method: 'POST',
  path: '/api/ml/dna/apply',
  words:
    'Single changes to an ad that go with more clicks in the experiments of the account, each with its interval: to be tested, not known to cause anything. An ad that is made of one says so in `made_from` of `ad.created`, and what comes of it is in /api/ml/dna/applications.',
  takes: ofAd,
  answer: z.object({
    suggestions: list(
      z.object({
        category: text.describe('Trait'),
        type: z.enum(['change', 'add', 'leave']),
        current: text.nullable(),
        recommended: text.nullable(),
        impact: num.describe('Expected on the log of the click rate'),
        impact_low: num,
        impact_high: num,
        confidence: num.describe('Experiments that compared it'),
        reasoning: text,
      }),
    ),
    total_suggestions: num,
    unknown: list(text).describe('Traits of which no change is known to go with more clicks'),
  }),
  problems: [404],
  example: { account_id: 'act_1001', creative_id: 'ad_1' },
}).by(async (place, of) => {
  const { suggestions, unknown } = await scored(place, of);
  return {
    suggestions: suggestions.map(({ trait, from, to, effect: impact, low, high, experiments, words }) => ({
      category: trait,
      type: from === null ? 'add' : to === null ? 'leave' : 'change',
      current: from,
      recommended: to,
      impact,
      impact_low: low,
      impact_high: high,
      confidence: experiments,
      reasoning: words,
    })),
    total_suggestions: suggestions.length,
    unknown,
  };
});

const part = z.object({ effect: num, low: num, high: num, standing: z.enum(['associated', 'unknown']) });

const score = route({
  ...reads,
  id: 'score_dna',
  method: 'POST',
  path: '/api/ml/dna/score',
  words:
    'What the traits of an ad go with in the experiments of its account: on the log of the click rate, 0 is the mean ad.',
  takes: ofAd,
  answer: z.object({
    overall_score: num.describe('Log of the click rate against the mean ad'),
    score_low: num,
    score_high: num,
    score_breakdown: z.record(z.string(), part).describe('By trait=value that experiments compared'),
    alignment_percentage: num.nullable().describe('Traits that experiments compared, of all it has'),
    formula_sample_size: num.describe('Experiments'),
    predicted_roas: z.null().describe('Clicks say nothing of revenue'),
    words: text,
    scored_at: time,
  }),
  problems: [404],
  example: { account_id: 'act_1001', creative_id: 'ad_1' },
}).by(async (place, of) => {
  const { score: told, experiments, words } = await scored(place, of);
  const all = told.parts.length + told.unknown.length;
  return {
    overall_score: told.effect,
    score_low: told.low,
    score_high: told.high,
    score_breakdown: Object.fromEntries(told.parts.map(({ name, ...by }) => [name, by])),
    alignment_percentage: all === 0 ? null : (100 * told.parts.length) / all,
    formula_sample_size: experiments,
    predicted_roas: null,
    words,
    scored_at: iso(timeOf(place.context)),
  };
});

const applications = route({
  ...reads,
  id: 'list_dna_applications',
  method: 'GET',
  path: '/api/ml/dna/applications',
  words: 'What came of ads that were made from others, beside what was expected: winners and losers.',
  takes: z.strictObject({ account_id, limit: z.int().min(1).max(1_000).exactOptional() }),
  answer: answerShapes.dna_applications,
  example: { account_id: 'act_1001' },
}).by(({ operations }, of) => operations.dna_applications(of));

export const dnaRoutes: readonly Route[] = [extract, formula, apply, score, applications];
