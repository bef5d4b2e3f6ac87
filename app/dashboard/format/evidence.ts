/** Evidence and progress in words, and as a share of what is needed. */
import { count } from './numbers.ts';
import { aboutDays } from './time.ts';

/** An e-value below this says nothing that a person should weigh; the bar begins here. */
const least_e_value = 1;

/** How far an e-value is on the way to its threshold, on a log scale: 0 at 1, 1 at the threshold, at most 1. */
export function evidenceShare(e_value: number, threshold: number): number {
  if (Number.isNaN(e_value) || Number.isNaN(threshold) || threshold <= least_e_value || e_value <= least_e_value)
    return 0;
  return Math.min(1, Math.log(e_value) / Math.log(threshold));
}

/** "1,240 of 3,000 impressions, about 2 days left": the arm with the fewest against what each arm needs. */
export function progressWords(smallest: number, needed: number, days_left: number | null): string {
  if (smallest >= needed) return `${count(smallest)} impressions, enough`;
  const left = days_left === null ? '' : `, ${aboutDays(days_left)} left`;
  return `${count(smallest)} of ${count(needed)} impressions${left}`;
}

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

export interface Standing {
  readonly words: string;
  readonly tone: Tone;
  readonly meaning: string;
}

const standings: Readonly<Record<string, Standing>> = {
  winner: { words: 'Winner', tone: 'good', meaning: 'Announced: its evidence passed the threshold of its family.' },
  withdrawn: {
    words: 'Withdrawn',
    tone: 'warn',
    meaning: 'Announced once; restated data took the evidence away again.',
  },
  collecting: { words: 'Collecting', tone: 'quiet', meaning: 'An arm has too few impressions to decide.' },
  deciding: { words: 'Undecided', tone: 'info', meaning: 'Enough data to decide, and no arm stands out so far.' },
  separated: {
    words: 'Separated',
    tone: 'info',
    meaning: 'An arm passed its own threshold; it is announced when its family allows it.',
  },
  blocked: {
    words: 'Blocked',
    tone: 'bad',
    meaning: 'Impressions were not split as planned (sample ratio mismatch), so a comparison would mislead.',
  },
  leader: {
    words: 'Leader only',
    tone: 'quiet',
    meaning: 'Not randomised: the leader may be shown, and nothing may be announced.',
  },
};

/** Where an experiment stands, in words; what was announced outweighs its present evidence. */
export function standingOf(status: string, announced: string | null): Standing {
  return standings[announced ?? status] ?? { words: status, tone: 'quiet', meaning: `The engine calls it ${status}.` };
}

const provenances: Readonly<Record<string, string>> = {
  live: 'Live account',
  simulated: 'Simulated',
  replayed: 'Replayed',
};
export const provenanceWords = (provenance: string): string => provenances[provenance] ?? provenance;
