/** Numbers as people read them, beyond what the command line already says the same way. */
import { count, number, percent } from '../../operations/format/numbers.ts';

export { count, number, percent };

/** A click rate to two decimals, so that a column of them lines up: 1.24 %. */
export const rate = (fraction: number): string =>
  Number.isFinite(fraction) ? `${(fraction * 100).toFixed(2)} %` : '–';

/** A share or probability to one decimal: 62.5 %. */
export const share = (fraction: number | null): string =>
  fraction === null ? '–' : `${(fraction * 100).toFixed(1)} %`;

/** A rate of events per second in whole numbers, so that a column of them lines up; "< 1" is not nothing. */
export const perSecond = (value: number): string => (value > 0 && value < 1 ? '< 1' : count(value));

/** 12,345 → 12.3k; for labels that must stay short. */
export function short(value: number): string {
  if (value < 10_000) return count(value);
  const [size, letter] = value < 1e6 ? [1e3, 'k'] : value < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  const scaled = value / size;
  return `${scaled.toFixed(scaled < 100 ? 1 : 0)}${letter}`;
}

/** "1 record", "1,240 records". */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

const superscripts: Readonly<Record<string, string>> = Object.fromEntries(
  [...'0123456789-'].map((digit, i) => [digit, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁻'][i] ?? digit]),
);

/** An e-value: three figures, 3.5×10¹³ when large or tiny; "–" where there is none. */
export function eValue(value: number): string {
  if (Number.isNaN(value)) return '–';
  const [figures = '', power] = number(value).split('e');
  return power === undefined ? figures : `${figures}×10${[...power].map((digit) => superscripts[digit]).join('')}`;
}
