/**
 * The policy as people write it: every field with its limits, unknown keys refused, what is left out at its default.
 * Single accounts may have fields otherwise (`accounts`). Its version is the hash of the whole document in canonical
 * form, so that two files that mean the same are one policy.
 */
import { z } from 'zod';
import { onlyDiffering, resolved, withOverrides } from './accounts.ts';
import { canonicalJson } from './canonical.ts';
import { lackingLimits, limitProblems, moneyLimits, ownLimits } from './money-shape.ts';
import type { Overrides, Policy, WholePolicy } from './policy.ts';
import { refusal, refusalOf } from './refusal.ts';
import { sha256 } from './sha256.ts';
import { policyDefaults, policyShapes } from './sections.ts';

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
  evidence: fieldsOf(policyShapes.evidence),
  allocation: fieldsOf(policyShapes.allocation),
  dna: fieldsOf(policyShapes.dna),
  prediction: fieldsOf(policyShapes.prediction),
  accuracy: fieldsOf(policyShapes.accuracy),
  fatigue: fieldsOf(policyShapes.fatigue),
  memory: fieldsOf(policyShapes.memory),
  training: fieldsOf(policyShapes.training),
  money: fieldsOf({ ...policyShapes.money, limits: ownLimits }),
  promotion: fieldsOf(policyShapes.promotion),
  alerts: fieldsOf(policyShapes.alerts),
} satisfies { readonly [S in keyof Overrides]-?: z.ZodType<Overrides[S]> });

/** As ids in events are. */
const account_id_rule = 'must be the id of an ad account: 1 to 128 characters, no space around it';
const accountId = z.string().regex(/^(?! )[^\p{Cc}\uFFFD]{1,128}(?<! )$/u, account_id_rule);

const documentShape = z
  .strictObject({
    evidence: section(policyShapes.evidence, policyDefaults.evidence),
    allocation: section(policyShapes.allocation, policyDefaults.allocation),
    dna: section(policyShapes.dna, policyDefaults.dna),
    prediction: section(policyShapes.prediction, policyDefaults.prediction),
    accuracy: section(policyShapes.accuracy, policyDefaults.accuracy),
    fatigue: section(policyShapes.fatigue, policyDefaults.fatigue),
    memory: section(policyShapes.memory, policyDefaults.memory),
    niche: section(policyShapes.niche, policyDefaults.niche),
    training: section(policyShapes.training, policyDefaults.training),
    money: section(policyShapes.money, policyDefaults.money),
    promotion: section(policyShapes.promotion, policyDefaults.promotion),
    alerts: section(policyShapes.alerts, policyDefaults.alerts),
    accounts: z.preprocess((given) => given ?? {}, z.record(accountId, overridesShape)),
  })
  .superRefine((document, context) => {
    for (const { path, message, value } of crossField(document))
      context.addIssue({ code: 'custom', path: [...path], message, input: value });
    for (const [account_id, overrides] of Object.entries(document.accounts)) {
      const lacking = [...lackingLimits(document.money, overrides.money?.limits)];
      const problems = lacking.length > 0 ? lacking : crossField(withOverrides(document, overrides));
      for (const { path, message, value } of problems)
        context.addIssue({ code: 'custom', path: ['accounts', account_id, ...path], message, input: value });
    }
  });

/** A document with all its fields; `accounts` holds only what differs. */
export type PolicyDocument = Omit<WholePolicy, 'version' | 'overrides'>;

interface CrossFieldProblem {
  readonly path: readonly string[];
  readonly message: string;
  readonly value: unknown;
}

/** Rules between fields. */
function crossField({ evidence, allocation, money }: Omit<Policy, 'version'>): CrossFieldProblem[] {
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
  if (path.at(-2) === 'limits') return Object.keys(moneyLimits.shape);
  if (first !== 'accounts') return isSection(first) ? Object.keys(policyShapes[first]) : top_names;
  return isSection(section) ? Object.keys(policyShapes[section]) : Object.keys(overridesShape.shape);
}

/** The policy of an empty document: all defaults. */
export const defaultPolicy: WholePolicy = parsePolicy({});
