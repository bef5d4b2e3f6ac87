/**
 * The policy as people write it: every field with its limits, unknown keys refused, what is left out at its default.
 * Its version is the hash of the whole document in canonical form, so that two files that mean the same are one policy.
 */
import { z } from 'zod';
import { FlywheelError } from '../topology/errors.ts';
import { nearest } from '../topology/nearest.ts';
import { defaultAccuracyPolicy, type AccuracyPolicy } from './accuracy.ts';
import { defaultAllocationPolicy, type AllocationPolicy } from './allocation.ts';
import { canonicalJson } from './canonical.ts';
import { defaultDnaPolicy, type DnaPolicy } from './dna.ts';
import { defaultEvidencePolicy } from './evidence.ts';
import { evidence } from './evidence-shape.ts';
import { defaultFatiguePolicy, type FatiguePolicy } from './fatigue.ts';
import { defaultMemoryPolicy, type MemoryPolicy } from './memory.ts';
import { defaultMoneyPolicy } from './money.ts';
import { limitProblems, money } from './money-shape.ts';
import { defaultNichePolicy, type NichePolicy } from './niche.ts';
import type { Policy } from './policy.ts';
import { defaultPredictionPolicy, type PredictionPolicy } from './prediction.ts';
import { sha256 } from './sha256.ts';
import type { Shape } from './shape.ts';
import { defaultTrainingPolicy, type TrainingPolicy } from './training.ts';

const fraction = z.number().min(0).max(1);
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
export const policyShapes = {
  evidence,
  allocation,
  dna,
  prediction,
  accuracy,
  fatigue,
  memory,
  niche,
  training,
  money,
};
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
  money: defaultMoneyPolicy,
};
const isSection = (name: PropertyKey | undefined): name is keyof typeof policyShapes =>
  name !== undefined && Object.hasOwn(policyShapes, name);

/** A section whose fields may be left out, and what stands for them then. */
const section = <S extends z.ZodRawShape>(
  shape: S,
  fallback: z.output<z.ZodObject<S>>,
): z.ZodType<z.output<z.ZodObject<S>>> =>
  z.preprocess((given) => (isObject(given) ? { ...fallback, ...given } : (given ?? fallback)), z.strictObject(shape));

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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
    money: section(money, defaultMoneyPolicy),
  })
  .superRefine((document, context) => {
    for (const { path, message, value } of crossField(document))
      context.addIssue({ code: 'custom', path: [...path], message, input: value });
  });

export type PolicyDocument = Omit<Policy, 'version'>;

interface CrossFieldProblem {
  readonly path: readonly string[];
  readonly message: string;
  readonly value: unknown;
}

/** Rules between fields. */
function crossField({ evidence, allocation, money }: PolicyDocument): CrossFieldProblem[] {
  const problems: CrossFieldProblem[] = [];
  const refuse = (path: readonly string[], value: unknown, message: string): void => {
    problems.push({ path, value, message });
  };
  if (evidence.srm_alpha > evidence.alpha)
    refuse(['evidence', 'srm_alpha'], evidence.srm_alpha, `must be at most evidence.alpha (${evidence.alpha})`);
  const lives = allocation.half_lives_hours;
  if (lives.some((hours, i) => i > 0 && hours <= (lives[i - 1] ?? 0)))
    refuse(['allocation', 'half_lives_hours'], lives, 'must rise from one to the next');
  for (const { path, value, rule } of limitProblems(money)) refuse(path, value, rule);
  return problems;
}

/** The policy that a document (parsed YAML or JSON) asks for. Throws `policy.invalid` with the field and its limits. */
export function parsePolicy(document: unknown): Policy {
  const complete = completeDocument(document);
  return { version: versionOf(canonicalJson(complete)), ...complete };
}

/** Hash of a canonical document: the first 12 hexadecimal digits of its SHA-256. */
export const versionOf = (canonical: string): string => sha256(canonical).slice(0, 12);

/** What `policy.changed` carries. */
export interface PolicyEvent {
  readonly version: string;
  readonly document: string;
}

/** The event that brings a policy into force. */
export function policyEvent(
  { version: _, ...document }: Policy,
  activated_ms: number,
): PolicyEvent & { readonly activated_ms: number } {
  const canonical = canonicalJson(document);
  return { version: versionOf(canonical), document: canonical, activated_ms };
}

/**
 * The policy of an event. Its version is the one that was announced, also where this code knows fields that the
 * document lacks and gives them their default.
 */
export function policyOfEvent(event: PolicyEvent): Policy {
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
  return { version: event.version, ...completeDocument(document) };
}

function completeDocument(document: unknown): PolicyDocument {
  const empty = Object.fromEntries(Object.keys(policyShapes).map((name) => [name, undefined]));
  const parsed = documentShape.safeParse({ ...empty, ...asObject(document) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue === undefined) throw new Error('a policy was refused without a reason');
  throw ofIssue(issue, document);
}

function asObject(document: unknown): object {
  if (document === null || document === undefined) return {};
  if (isObject(document)) return document;
  throw refusal(
    'document',
    JSON.stringify(document),
    'must be an object',
    `write sections: ${Object.keys(policyShapes).join(', ')}`,
  );
}

function ofIssue(issue: z.core.$ZodIssue, document: unknown): FlywheelError {
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys')
    return refusal(
      path,
      JSON.stringify(valueAt(document, issue.path)),
      issue.message,
      'docs/policy.md lists the limits of each field',
    );
  const [key = ''] = issue.keys;
  const [section] = issue.path;
  const names = Object.keys(isSection(section) ? policyShapes[section] : policyShapes);
  const near = nearest(key, names);
  const field = path === '' ? key : `${path}.${key}`;
  return refusal(
    field,
    JSON.stringify(valueAt(document, [...issue.path, key])),
    'is not a field of the policy',
    near === undefined ? `known are ${names.join(', ')}` : `did you mean ${near}?`,
  );
}

const valueAt = (document: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );

const refusal = (field: string, value: string | undefined, rule: string, what_to_do: string): FlywheelError =>
  new FlywheelError('policy.invalid', { field, value: value ?? 'missing', rule, what_to_do });

/** The policy of an empty document: all defaults. */
export const defaultPolicy: Policy = parsePolicy({});
