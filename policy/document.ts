/**
 * The policy as people write it: every field with its limits, unknown keys refused, what is left out at its default.
 * Single accounts may have fields otherwise (`accounts`). Its version is the hash of the whole document in canonical
 * form, so that two files that mean the same are one policy.
 */
import { z } from 'zod';
import { onlyDiffering, resolved, withOverrides } from './accounts.ts';
import { defaultAccuracyPolicy, type AccuracyPolicy } from './accuracy.ts';
import { defaultAllocationPolicy, type AllocationPolicy } from './allocation.ts';
import { canonicalJson } from './canonical.ts';
import { defaultDnaPolicy, type DnaPolicy } from './dna.ts';
import { defaultEvidencePolicy, type EvidencePolicy } from './evidence.ts';
import { defaultFatiguePolicy, type FatiguePolicy } from './fatigue.ts';
import { defaultMemoryPolicy, type MemoryPolicy } from './memory.ts';
import { defaultNichePolicy, type NichePolicy } from './niche.ts';
import type { Overrides, Policy, WholePolicy } from './policy.ts';
import { defaultPredictionPolicy, type PredictionPolicy } from './prediction.ts';
import { account_id_rule, refusal, refusalOf } from './refusal.ts';
import { sha256 } from './sha256.ts';
import { defaultTrainingPolicy, type TrainingPolicy } from './training.ts';

/** A rule for every field of `T`, and for no other: a field without one does not compile. */
type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

const fraction = z.number().min(0).max(1);
const evidence = {
  alpha: z.number().gt(0).max(0.2),
  planned_experiments: z.int().min(1).max(10_000),
  min_impressions_per_arm: z.int().min(0),
  min_blocks: z.int().min(2),
  block_expected_clicks: z.number().min(10),
  randomised_block_expected_clicks: z.number().min(10),
  log_ratio_sd: z.number().gt(0).max(2),
  safety_factor: z.number().min(1).max(100),
  correlated_safety_factor: z.number().min(1).max(100),
  conversion_value_cap_minor: z.int().min(0),
  t_mixture_c2: z.number().gt(0).max(1_000),
  maturity_hours: z
    .number()
    .min(0)
    .max(28 * 24),
  // Fewer hours than a day say nothing of how hours resemble each other.
  calibration_hours: z
    .int()
    .min(24)
    .max(28 * 24),
  conversion_maturity_hours: z
    .number()
    .min(0)
    .max(28 * 24),
  family: z.enum(['quarter', 'all']),
  lift_prior_sd: z.number().gt(0).max(2),
  guardrail_tolerance: fraction,
  srm_alpha: z.number().gt(0).max(0.05),
  min_lift: z.number().min(0).max(10),
  min_rate: fraction,
} satisfies Shape<EvidencePolicy>;

const allocation = {
  exploration_share: z.number().min(0).max(0.2),
  sharpness: z.number().min(1).max(4),
  floor_of_equal: fraction,
  cap_share: z.number().min(0.5).max(1),
  half_lives_hours: z.array(z.number().gt(0)).min(1).max(16).readonly(),
  half_life_memory_hours: z.number().gt(0),
  draws: z.int().min(0).max(100_000),
  prior_rate: z.number().gt(0).lt(1),
  prior_log_sd: z.number().gt(0).max(3),
  prior_arms: z.number().gt(0),
  active_hours: z.int().min(1),
} satisfies Shape<AllocationPolicy>;

const dna = {
  arm_sd: z.number().gt(0).max(2),
  slope_sd: z.number().min(0).max(1),
  least_clicks: z.number().min(1).max(1_000),
  effect_sd: z.number().gt(0).max(1),
  dispersion_freedom: z.number().min(1).max(10_000),
  recount_growth: z.number().min(0).max(1),
  tell_growth: z.number().min(0).max(1),
  least_move: z.number().min(0).max(10),
  least_experiments: z.int().min(1).max(10_000),
} satisfies Shape<DnaPolicy>;

const prediction = {
  horizon_hours: z
    .int()
    .min(1)
    .max(28 * 24),
  min_impressions: z.int().min(1),
  residual_shape: z.number().gt(0).max(10_000),
  ad_shape: z.number().gt(0).max(10_000),
  future_shape: z.number().gt(0).max(10_000),
  prior_rate: z.number().gt(0).lt(1),
  prior_impressions: z.number().gt(0),
  weight_share: z.number().min(0).max(0.5),
  memory_trust: fraction,
  calibration_actuals: z.int().min(1),
  calibration_prior_sd: z.number().gt(0).max(10),
  interval_step: z.number().min(0).max(1),
  control_actuals: z.int().min(1),
} satisfies Shape<PredictionPolicy>;

const accuracy = {
  maturity_hours: z
    .number()
    .min(0)
    .max(28 * 24),
  ask_platform: z.boolean(),
  covered_share: fraction,
  answer_hours: z.int().min(1).max(168),
  window_days: z.int().min(1).max(365),
  threshold: fraction,
  min_ads: z.int().min(2),
  min_clicks: z.int().min(1),
  drift_tolerance: z.number().min(0).max(4),
  drift_threshold: z.number().gt(0).max(1_000),
  drift_min_days: z.int().min(2).max(365),
  retrain_days: z.number().min(1).max(365),
  retrain_cooldown_days: z.number().min(0).max(365),
  training_days: z.int().min(1).max(3_650),
} satisfies Shape<AccuracyPolicy>;

const training = {
  min_rows: z.int().min(10),
  max_rows: z.int().min(100).max(200_000),
  held_back_share: z.number().min(0.05).max(0.5),
  min_held_back_ads: z.int().min(2),
  // 300 trees of depth 6 are what an event carries.
  trees: z.int().min(1).max(300),
  depth: z.int().min(1).max(6),
  learning_rate: z.number().gt(0).max(1),
  row_share: z.number().gt(0).max(1),
  min_leaf_rows: z.number().min(0),
  shrink_rows: z.number().min(0),
} satisfies Shape<TrainingPolicy>;

const fatigue = {
  ratio: z.number().gt(0).lt(1),
  threshold: z.number().gt(0).max(100),
  recovery_share: fraction,
  baseline_days: z.int().min(1).max(30),
  baseline_clicks: z.int().min(1),
  window_days: z.int().min(7).max(120),
  within_day: z.number().min(1).max(100),
  daily_sd: z.number().min(0).max(2),
  saturated_loss: z.number().gt(0).lt(1),
  frequency: z.number().min(1).max(100),
  critical_loss: z.number().gt(0).lt(1),
} satisfies Shape<FatiguePolicy>;

const memory = {
  neighbours: z.int().min(1).max(50),
  nearness: fraction,
  doubt: z.number().min(0).max(1_000),
  min_rate: fraction,
} satisfies Shape<MemoryPolicy>;

const niche = {
  min_businesses: z.int().min(2).max(10_000),
  certainty: z.number().min(0.9).lt(1),
  release_hours: z
    .int()
    .min(24)
    .max(28 * 24),
  noise_multiplier: z.number().min(1).max(1_000),
  min_confidence: fraction,
  min_ads: z.int().min(1),
  min_impressions: z.int().min(1),
  tell_growth: z.number().min(0).max(10),
} satisfies Shape<NichePolicy>;

/** The rule of each field, by section. */
export const policyShapes = { evidence, allocation, dna, prediction, accuracy, fatigue, memory, niche, training };
/** What stands for what is left out, by section. */
export const policyDefaults = {
  evidence: defaultEvidencePolicy,
  allocation: defaultAllocationPolicy,
  dna: defaultDnaPolicy,
  prediction: defaultPredictionPolicy,
  accuracy: defaultAccuracyPolicy,
  fatigue: defaultFatiguePolicy,
  memory: defaultMemoryPolicy,
  niche: defaultNichePolicy,
  training: defaultTrainingPolicy,
};
const isSection = (name: PropertyKey | undefined): name is keyof typeof policyShapes =>
  name !== undefined && Object.hasOwn(policyShapes, name);

const top_names: readonly string[] = [...Object.keys(policyShapes), 'accounts'];

/** A section whose fields may be left out, and what stands for them then. */
const section = <S extends z.ZodRawShape>(
  shape: S,
  fallback: z.output<z.ZodObject<S>>,
): z.ZodType<z.output<z.ZodObject<S>>> =>
  z.preprocess((given) => (isObject(given) ? { ...fallback, ...given } : (given ?? fallback)), z.strictObject(shape));

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Any of the fields of a section, none of them at a default: the rest is the document's. */
const fieldsOf = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape).partial().optional();

const overridesShape = z.strictObject({
  evidence: fieldsOf(evidence),
  allocation: fieldsOf(allocation),
  dna: fieldsOf(dna),
  prediction: fieldsOf(prediction),
  accuracy: fieldsOf(accuracy),
  fatigue: fieldsOf(fatigue),
  memory: fieldsOf(memory),
  training: fieldsOf(training),
} satisfies { readonly [S in keyof Overrides]-?: z.ZodType<Overrides[S]> });

/** As ids in events are. */
const accountId = z.string().regex(/^(?! )[^\p{Cc}\uFFFD]{1,128}(?<! )$/u, account_id_rule);

const documentShape = z
  .strictObject({
    evidence: section(evidence, defaultEvidencePolicy),
    allocation: section(allocation, defaultAllocationPolicy),
    dna: section(dna, defaultDnaPolicy),
    prediction: section(prediction, defaultPredictionPolicy),
    accuracy: section(accuracy, defaultAccuracyPolicy),
    fatigue: section(fatigue, defaultFatiguePolicy),
    memory: section(memory, defaultMemoryPolicy),
    niche: section(niche, defaultNichePolicy),
    training: section(training, defaultTrainingPolicy),
    accounts: z.preprocess((given) => given ?? {}, z.record(accountId, overridesShape)),
  })
  .superRefine((document, context) => {
    for (const { path, message, value } of crossField(document))
      context.addIssue({ code: 'custom', path: [...path], message, input: value });
    for (const [account_id, overrides] of Object.entries(document.accounts))
      for (const { path, message, value } of crossField(withOverrides(document, overrides)))
        context.addIssue({ code: 'custom', path: ['accounts', account_id, ...path], message, input: value });
  });

/** A document with all its fields; `accounts` holds only what differs. */
export type PolicyDocument = Omit<WholePolicy, 'version' | 'overrides'>;

interface CrossFieldProblem {
  readonly path: readonly string[];
  readonly message: string;
  readonly value: unknown;
}

/** Rules between fields. */
function crossField({ evidence, allocation }: Omit<Policy, 'version'>): CrossFieldProblem[] {
  const problems: CrossFieldProblem[] = [];
  const refuse = (path: readonly string[], value: unknown, message: string): void => {
    problems.push({ path, value, message });
  };
  if (evidence.srm_alpha > evidence.alpha)
    refuse(['evidence', 'srm_alpha'], evidence.srm_alpha, `must be at most evidence.alpha (${evidence.alpha})`);
  const lives = allocation.half_lives_hours;
  if (lives.some((hours, i) => i > 0 && hours <= (lives[i - 1] ?? 0)))
    refuse(['allocation', 'half_lives_hours'], lives, 'must rise from one to the next');
  return problems;
}

/** The policy that a document (parsed YAML or JSON) asks for. Throws `policy.invalid` with the field and its limits. */
export function parsePolicy(document: unknown): WholePolicy {
  const { accounts, ...sections } = completeDocument(document);
  return resolved(versionOf(canonicalDocument({ accounts, ...sections })), sections, accounts);
}

/** What is hashed and published. Accounts are left out where none differs: then the document is as it was without them. */
function canonicalDocument({ accounts, ...sections }: PolicyDocument): string {
  return canonicalJson(Object.keys(accounts).length === 0 ? sections : { ...sections, accounts });
}

/** Hash of a canonical document: the first 12 hexadecimal digits of its SHA-256. */
export const versionOf = (canonical: string): string => sha256(canonical).slice(0, 12);

/** What `policy.changed` and `policy.proposed` carry. */
export interface PolicyEvent {
  readonly version: string;
  readonly document: string;
}

/** A policy as an event carries it. */
export function policyText({ version: _, overrides: __, ...document }: WholePolicy): PolicyEvent {
  const canonical = canonicalDocument(document);
  return { version: versionOf(canonical), document: canonical };
}

/**
 * The policy of an event. Its version is the one that was announced, also where this code knows fields that the
 * document lacks and gives them their default.
 */
export function policyOfEvent(event: PolicyEvent): WholePolicy {
  if (versionOf(event.document) !== event.version)
    throw refusal(
      'version',
      event.version,
      `must be the hash of the document (${versionOf(event.document)})`,
      'publish the document that was hashed',
    );
  let document: unknown;
  try {
    document = JSON.parse(event.document);
  } catch (error) {
    throw refusal(
      'document',
      event.document.slice(0, 40),
      error instanceof Error ? error.message : 'not JSON',
      'write it as JSON',
    );
  }
  const { accounts, ...sections } = completeDocument(document);
  return resolved(event.version, sections, accounts);
}

function completeDocument(document: unknown): PolicyDocument {
  const empty = Object.fromEntries(top_names.map((name) => [name, undefined]));
  const parsed = documentShape.safeParse({ ...empty, ...asObject(document) });
  if (parsed.success) return { ...parsed.data, accounts: onlyDiffering(parsed.data, parsed.data.accounts) };
  const [issue] = parsed.error.issues;
  if (issue === undefined) throw new Error('a policy was refused without a reason');
  throw refusalOf(issue, document, namesAt);
}

function asObject(document: unknown): object {
  if (document === null || document === undefined) return {};
  if (isObject(document)) return document;
  throw refusal('document', JSON.stringify(document), 'must be an object', `write sections: ${top_names.join(', ')}`);
}

/** What may stand at a path of the document: sections, fields of one, and the same again for an account. */
function namesAt(path: readonly PropertyKey[]): readonly string[] {
  const [first, , section] = path;
  if (first !== 'accounts') return isSection(first) ? Object.keys(policyShapes[first]) : top_names;
  return isSection(section) ? Object.keys(policyShapes[section]) : Object.keys(overridesShape.shape);
}

/** The policy of an empty document: all defaults. */
export const defaultPolicy: WholePolicy = parsePolicy({});
