/** How an ad does, in words and colours. */
import type { FatigueReport } from '../../operations/memory/view.ts';
import type { Tone } from '../format/evidence.ts';

export type BoardAd = FatigueReport['ads'][number];
type Status = BoardAd['status'];

interface Standing {
  readonly words: string;
  readonly tone: Tone;
  readonly meaning: string;
}

export const standings: Readonly<Record<Status, Standing>> = {
  fatiguing: { words: 'Tiring', tone: 'warn', meaning: 'Clicked less than in its first days, beside the account.' },
  saturated: {
    words: 'Worn out',
    tone: 'bad',
    meaning: 'Has lost so much that another creative should take its place.',
  },
  audience_exhausted: {
    words: 'Audience exhausted',
    tone: 'bad',
    meaning: 'Clicked less, and shown to each person often: the audience has seen it.',
  },
  healthy: { words: 'Healthy', tone: 'good', meaning: 'No decline that chance would not bring as well.' },
  insufficient_data: { words: 'Too early', tone: 'quiet', meaning: 'Too few days or clicks to compare with.' },
};

export const isTired = (status: Status): boolean => status !== 'healthy' && status !== 'insufficient_data';

/** Evidence at which bars of a list end: what most speaks against one of its ads, and never less than calls one tired. */
export const reachOf = (ads: readonly Pick<BoardAd, 'evidence' | 'threshold'>[]): number =>
  Math.max(...ads.map(({ evidence, threshold }) => Math.max(evidence, 1.25 * threshold)));

/** Days beyond which an end of an interval says nothing more than "a long time". */
const long_days = 365;

const whole = (days: number): string => (days < 10 ? days.toFixed(1) : days.toFixed(0));

/** "12 days (7.1 or more)": until the critical loss at the present slope; null where it does not fall. */
export function daysWords(ad: BoardAd): { readonly words: string; readonly range: string | null } | null {
  const { days_to_critical: days, days_to_critical_low: low, days_to_critical_high: high } = ad;
  if (days === null) return null;
  if (days === 0) return { words: 'reached', range: null };
  const range =
    low === null
      ? null
      : high === null || high > long_days
        ? `${whole(low)} or more`
        : `${whole(low)} to ${whole(high)}`;
  return { words: `${whole(days)} ${days === 1 ? 'day' : 'days'}`, range };
}

const remedies: Readonly<Record<BoardAd['proposal'], string>> = {
  none: '',
  refresh_creative: 'Refresh the creative',
  rotate: 'Replace it',
  widen_audience: 'Widen the audience',
};

export const remedyWords = ({ proposal }: BoardAd): string => remedies[proposal];
