/** Families: experiments that share one error budget. */
import { day_ms } from '../../schemas/values.ts';

const quarters = 4;
const months_per_quarter = 3;

/** Year and month (0 to 11) of a day since the epoch, by the civil calendar (H. Hinnant, chrono-compatible algorithms). */
function yearMonth(days_since_epoch: number): { readonly year: number; readonly month: number } {
  const z = days_since_epoch + 719_468;
  const era = Math.floor(z / 146_097);
  const day_of_era = z - era * 146_097;
  const year_of_era = Math.floor(
    (day_of_era - Math.floor(day_of_era / 1_460) + Math.floor(day_of_era / 36_524) - Math.floor(day_of_era / 146_096)) /
      365,
  );
  const day_of_year = day_of_era - (365 * year_of_era + Math.floor(year_of_era / 4) - Math.floor(year_of_era / 100));
  const shifted = Math.floor((5 * day_of_year + 2) / 153);
  const month = (shifted + 2) % 12;
  return { year: year_of_era + era * 400 + (month <= 1 ? 1 : 0), month };
}

/** The family that an experiment starts in: its quarter (UTC), such as `2026-Q4`, or `all`. */
export function familyOf(start_ms: number, by: 'quarter' | 'all'): string {
  if (by === 'all') return 'all';
  const { year, month } = yearMonth(Math.floor(start_ms / day_ms));
  return `${year}-Q${Math.floor(month / months_per_quarter) + 1}`;
}

/** The family that takes those for whom there is no room: the next quarter, or `all-2` after `all`. */
export function nextFamily(family: string): string {
  if (family.startsWith('all')) return `all-${Number(family.slice('all-'.length) || '1') + 1}`;
  const [year = '', quarter = ''] = family.split('-Q');
  return Number(quarter) === quarters ? `${Number(year) + 1}-Q1` : `${year}-Q${Number(quarter) + 1}`;
}
