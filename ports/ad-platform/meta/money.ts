/**
 * Money as Meta writes it, as whole minor units of ISO 4217, exactly. Insights are in major units as decimal text.
 * Budgets are in units of Meta's own, whose number to the major unit is its offset: 100, or 1 for the currencies below.
 * That is not ISO's count: a forint has two decimals there and none here, a Jordanian dinar three and two.
 */
import { minorDecimals } from '../../../schemas/currency.ts';

/** Offset 1 (docs: marketing-api/currencies, 2024-04-16); all others have 100. */
const offset_one: ReadonlySet<string> = new Set([
  'CLP', 'COP', 'CRC', 'HUF', 'ISK', 'IDR', 'JPY', 'KRW', 'PYG', 'TWD', 'VND',
]); // prettier-ignore

const decimalsOf = (currency: string): number => {
  const decimals = minorDecimals(currency);
  if (decimals === undefined) throw new Error(`currency ${currency} is not known: its minor unit cannot be told`);
  return decimals;
};

/** Decimals of Meta's unit of budgets. */
const metaDecimals = (currency: string): number => (offset_one.has(currency) ? 0 : 2);

const safe = (value: bigint, text: string): number => {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${text} is more money than can be counted exactly`);
  return number;
};

const pattern = /^(\d+)(?:\.(\d+))?$/;

/** `"5339.5"` as minor units. What is finer than a minor unit is rounded, half up. Throws where it is no amount. */
export function minorOfMajor(text: string, currency: string): number {
  const match = pattern.exec(text.trim());
  if (match === null) throw new Error(`${JSON.stringify(text)} is no amount of money`);
  const [, whole = '0', rest = ''] = match;
  const decimals = decimalsOf(currency);
  const kept = rest.slice(0, decimals).padEnd(decimals, '0');
  const up = (rest[decimals] ?? '0') >= '5' ? 1n : 0n;
  return safe(BigInt(whole + kept) + up, text);
}

/** A budget of Meta as minor units. Throws where it is no whole number of Meta's units, or finer than a minor unit. */
export function minorOfBudget(text: string, currency: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${JSON.stringify(text)} is no whole number of Meta's units`);
  const finer = decimalsOf(currency) - metaDecimals(currency);
  const units = BigInt(text);
  if (finer >= 0) return safe(units * 10n ** BigInt(finer), text);
  const scale = 10n ** BigInt(-finer);
  if (units % scale !== 0n) throw new Error(`${text} units of Meta are finer than the minor unit of ${currency}`);
  return safe(units / scale, text);
}

/** Minor units as Meta takes budgets; null where they are finer than its units. */
export function budgetOfMinor(minor: number, currency: string): string | null {
  const finer = decimalsOf(currency) - metaDecimals(currency);
  const units = BigInt(minor);
  if (finer <= 0) return String(units * 10n ** BigInt(-finer));
  const scale = 10n ** BigInt(finer);
  return units % scale === 0n ? String(units / scale) : null;
}
