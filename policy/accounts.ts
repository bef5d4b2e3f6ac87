/** What single accounts have otherwise than the document: kept to what differs, and worked out to whole policies. */
import { canonicalJson } from './canonical.ts';
import { moneyLimits } from './money-shape.ts';
import type { MoneyPolicy } from './money.ts';
import type { Fields, Overrides, OwnLimits, PlainOverrides, PlainSection, Policy, WholePolicy } from './policy.ts';

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

/** The document as one account has it. @throws where limits of a currency are not whole: `documentShape` refuses those */
export function withOverrides(document: Sections, { money, ...plain }: Overrides): Sections {
  const overrides: PlainOverrides = plain;
  const result: { -readonly [S in keyof Sections]: Sections[S] } = { ...document };
  const replace = <S extends PlainSection>(section: S): void => {
    const own: Fields<Sections[S]> | undefined = overrides[section];
    if (own !== undefined) result[section] = withFields<Sections[S]>(document[section], own);
  };
  for (const section of keysOf(overrides)) replace(section);
  if (money !== undefined) {
    const { limits: own = {}, ...fields } = money;
    const { limits, ...rest } = document.money;
    result.money = { ...withFields<Omit<MoneyPolicy, 'limits'>>(rest, fields), limits: withLimits(limits, own) };
  }
  return result;
}

/** Limits field by field: what an account leaves out is the document's. */
function withLimits(all: MoneyPolicy['limits'], own: OwnLimits): MoneyPolicy['limits'] {
  const whole = Object.entries(own).map(
    ([currency, fields]) => [currency, moneyLimits.parse({ ...all[currency], ...fields })] as const,
  );
  return { ...all, ...Object.fromEntries(whole) };
}

function differing<T extends object>(all: T, own: Fields<T>): Fields<T> {
  return Object.fromEntries(
    Object.entries(own).filter(
      ([key, value]) => value !== undefined && canonicalJson(value) !== canonicalJson(all[key as keyof T]),
    ),
  ) as Fields<T>;
}

const isEmpty = (fields: object): boolean => Object.keys(fields).length === 0;

function differingSections(document: Sections, { money, ...plain }: Overrides): Overrides {
  const overrides: PlainOverrides = plain;
  const result: { -readonly [S in PlainSection]?: PlainOverrides[S] } = {};
  const keep = <S extends PlainSection>(section: S): void => {
    const own: Fields<Sections[S]> | undefined = overrides[section];
    const fields = own === undefined ? {} : differing<Sections[S]>(document[section], own);
    if (!isEmpty(fields)) result[section] = fields as PlainOverrides[S];
  };
  for (const section of keysOf(overrides)) keep(section);
  const own = money === undefined ? {} : differingMoney(document.money, money);
  return isEmpty(own) ? result : { ...result, money: own };
}

function differingMoney({ limits: all, ...rest }: MoneyPolicy, own: NonNullable<Overrides['money']>): object {
  const { limits = {}, ...fields } = own;
  const kept = Object.entries(limits)
    .map(([currency, given]) => {
      const own_limits = all[currency];
      return [currency, own_limits === undefined ? given : differing(own_limits, given)] as const;
    })
    .filter(([, given]) => !isEmpty(given));
  const plain = differing<Omit<MoneyPolicy, 'limits'>>(rest, fields);
  return kept.length === 0 ? plain : { ...plain, limits: Object.fromEntries(kept) };
}

/** Overrides without the fields that say what the document says anyway, so that what means the same is the same. */
export function onlyDiffering(document: Sections, accounts: WholePolicy['accounts']): WholePolicy['accounts'] {
  return Object.fromEntries(
    Object.entries(accounts)
      .map(([account_id, overrides]) => [account_id, differingSections(document, overrides)] as const)
      .filter(([, overrides]) => !isEmpty(overrides)),
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
