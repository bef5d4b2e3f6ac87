/** Amounts of money as people read them. */
import { minorDecimals } from '../../../schemas/currency.ts';
import { count } from './numbers.ts';

/** 2400 and EUR → `24.00 EUR`; `2,400 minor units` where the currency is not known. */
export function amount(minor: number, currency: string | null): string {
  const decimals = currency === null ? undefined : minorDecimals(currency);
  if (currency === null || decimals === undefined) return `${count(minor)} minor units`;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return `${(minor / 10 ** decimals).toLocaleString('en-US', digits)} ${currency}`;
}
