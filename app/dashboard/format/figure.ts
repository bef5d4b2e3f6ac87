/** A field's value in the unit that its name carries. */
import { count, number } from './numbers.ts';

const is_fraction = /(^|_)(rate|share|lift|alpha|p_best|propensity|mean|low|high)$/;

/** 0.31 of `lift` → 31 %; 3600000 of `window_ms` → 3,600,000 ms; 1999 of `spend_minor` → 1,999 minor units. */
export function figure(name: string, value: number | string | null): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  if (is_fraction.test(name)) return fraction(value);
  const shown = Number.isSafeInteger(value) ? count(value) : number(value);
  if (name.endsWith('_ms')) return `${shown} ms`;
  if (name.endsWith('_minor')) return `${shown} minor units`;
  return name.endsWith('_hours') ? `${shown} h` : shown;
}

/** A change or rate in percent; a small one keeps two decimals, because a click rate of 1.24 % is not 1 %. */
function fraction(value: number): string {
  const percent = value * 100;
  return `${percent.toFixed(Math.abs(percent) >= 10 ? 1 : 2)} %`;
}
