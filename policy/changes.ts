/** In what two policies differ, field by field. */
import { canonicalJson } from './canonical.ts';
import type { WholePolicy } from './policy.ts';

export interface PolicyChange {
  /** `evidence.alpha`, or `accounts.act_1001.evidence.alpha` of one account. */
  readonly field: string;
  /** Null where an account has the document's own, or where the program that wrote a policy knew no such field. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Fields in which two policies differ, in the order of the document, those of single accounts last. */
export function policyChanges(before: WholePolicy, after: WholePolicy): readonly PolicyChange[] {
  const [old, next] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...old.keys(), ...next.keys()])]
    .map((field) => ({ field, before: old.get(field) ?? null, after: next.get(field) ?? null }))
    .filter((change) => canonicalJson(change.before) !== canonicalJson(change.after));
}

function fieldsOf({ version: _, overrides: __, accounts, ...sections }: WholePolicy): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  const take = (prefix: string, all: object): void => {
    for (const [section, values] of Object.entries(all))
      for (const [name, value] of Object.entries(values as object)) fields.set(`${prefix}${section}.${name}`, value);
  };
  take('', sections);
  for (const account_id of Object.keys(accounts).sort()) take(`accounts.${account_id}.`, accounts[account_id] ?? {});
  return fields;
}
