/** Numbers as people read them. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** 1,240 · 12.3 · 0.0123 · 4.1e9: three figures below a thousand, whole above, a power of ten beyond a million. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return value > 0 ? '∞' : String(value);
  if (size >= 1e7 || (size > 0 && size < 1e-4)) return value.toExponential(1).replace('e+', 'e');
  return size >= 1_000 ? grouped.format(value) : short.format(value);
}

export const count = (value: number): string => grouped.format(value);

/** A number of things: `1 state`, `2 states`. */
export const counted = (n: number, one: string): string => `${count(n)} ${one}${n === 1 ? '' : 's'}`;

/** A fraction in percent; with its sign where it is a change. */
export function percent(fraction: number, signed = false): string {
  const value = fraction * 100;
  const size = Math.abs(value);
  const digits = size >= 10 || size === 0 ? 0 : size >= 1 ? 1 : 2;
  return `${signed && value > 0 ? '+' : ''}${value.toFixed(digits).replace(/\.0$/, '')} %`;
}

/** A share of a whole to one decimal, so that those of one split line up: 62.5 %. */
export const share = (fraction: number): string => `${(fraction * 100).toFixed(1)} %`;

const units: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** A span of time in its largest unit, with one decimal where that says more. */
export function span(ms: number): string {
  const [unit_ms, name] = units.find(([unit]) => ms >= unit) ?? [1, 'ms'];
  const value = ms / unit_ms;
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${name}`;
}

/** Bytes in binary units. */
export function bytes(size: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = size;
  let i = 0;
  for (; value >= 1_024 && i < names.length - 1; i++) value /= 1_024;
  return `${i === 0 ? value : value.toFixed(value >= 10 ? 0 : 1)} ${names[i] ?? 'B'}`;
}
