/** Worlds of the allocation evaluation: true click rates of the arms, hour by hour. */

export type WorldKind = 'stationary' | 'drifting' | 'swap';
export const world_kinds: readonly WorldKind[] = ['stationary', 'drifting', 'swap'];

export const hours = 14 * 24;
const mean_rate = 0.015;
/** Standard deviation of log rates between arms. */
const arm_sd = 0.2;
/** Standard deviation that a drifting arm's log rate gains per day: after 14 days .37, nearly twice the arms' spread. */
export const drift_sd_per_day = 0.1;

/** Rates by hour, then arm. `normal` draws standard normals. */
export function world(kind: WorldKind, arms: number, normal: () => number): readonly (readonly number[])[] {
  const start = Array.from({ length: arms }, () => Math.log(mean_rate) + arm_sd * normal());
  if (kind === 'drifting') return drifting(start, normal);
  const rates = start.map(Math.exp);
  const after = kind === 'swap' ? swapped(rates) : rates;
  return Array.from({ length: hours }, (_, hour) => (hour < hours / 2 ? rates : after));
}

function drifting(start: readonly number[], normal: () => number): readonly (readonly number[])[] {
  const step = drift_sd_per_day / Math.sqrt(24);
  let logs = start;
  return Array.from({ length: hours }, () => {
    logs = logs.map((log) => log + step * normal());
    return logs.map(Math.exp);
  });
}

/** The best and the worst arm change places. */
function swapped(rates: readonly number[]): readonly number[] {
  const best = rates.indexOf(Math.max(...rates));
  const worst = rates.indexOf(Math.min(...rates));
  return rates.map((rate, i) => (i === best ? (rates[worst] ?? rate) : i === worst ? (rates[best] ?? rate) : rate));
}
