/** What single accounts have otherwise than the document: kept to what differs, and worked out to whole policies. */
import { canonicalJson } from './canonical.ts';
import type { AccountSection, Overrides, Policy, WholePolicy } from './policy.ts';

type Fields<T> = { readonly [F in keyof T]?: T[F] | undefined };
type Sections = Omit<Policy, 'version'>;

const keysOf = <T extends object>(value: T): readonly (keyof T)[] => Object.keys(value) as (keyof T)[];

function withFields<T extends object>(all: T, own: Fields<T>): T {
  const result = { ...all };
  for (const key of keysOf(all)) {
    const value = own[key];
    if (value !== undefined) result[key] = value as T[typeof key];
  }
  return result;
}

/** The document as one account has it. */
export function withOverrides(document: Sections, overrides: Overrides): Sections {
  const result: { -readonly [S in keyof Sections]: Sections[S] } = { ...document };
  const replace = <S extends AccountSection>(section: S): void => {
    const own: Fields<Sections[S]> | undefined = overrides[section];
    if (own !== undefined) result[section] = withFields<Sections[S]>(document[section], own);
  };
  for (const section of keysOf(overrides)) replace(section);
  return result;
}

function differing<T extends object>(all: T, own: Fields<T>): Fields<T> {
  return Object.fromEntries(
    Object.entries(own).filter(
      ([key, value]) => value !== undefined && canonicalJson(value) !== canonicalJson(all[key as keyof T]),
    ),
  ) as Fields<T>;
}

function differingSections(document: Sections, overrides: Overrides): Overrides {
  const result: { -readonly [S in keyof Overrides]: Overrides[S] } = {};
  const keep = <S extends AccountSection>(section: S): void => {
    const own: Fields<Sections[S]> | undefined = overrides[section];
    const fields = own === undefined ? {} : differing<Sections[S]>(document[section], own);
    if (Object.keys(fields).length > 0) result[section] = fields as Overrides[S];
  };
  for (const section of keysOf(overrides)) keep(section);
  return result;
}

/** Overrides without the fields that say what the document says anyway, so that what means the same is the same. */
export function onlyDiffering(document: Sections, accounts: WholePolicy['accounts']): WholePolicy['accounts'] {
  return Object.fromEntries(
    Object.entries(accounts)
      .map(([account_id, overrides]) => [account_id, differingSections(document, overrides)] as const)
      .filter(([, overrides]) => Object.keys(overrides).length > 0),
  );
}

/** The whole policy, with that of each account that has its own worked out. */
export function resolved(version: string, document: Sections, accounts: WholePolicy['accounts']): WholePolicy {
  const own = Object.entries(accounts);
  const base = { version, ...document, accounts };
  if (own.length === 0) return base;
  const of = new Map(
    own.map(([account_id, overrides]) => [account_id, { version, ...withOverrides(document, overrides) }] as const),
  );
  return { ...base, overrides: { partitionBy: 'account_id', of, others: { version, ...document } } };
}
