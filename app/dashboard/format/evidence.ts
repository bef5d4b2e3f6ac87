/** Evidence and progress in words, and as a share of what is needed. */
import type { ExperimentRow } from '../../operations/operations.ts';
import { count, eValue } from './numbers.ts';
import { aboutDays } from './time.ts';

/** An e-value below this says nothing that a person should weigh; the bar begins here. */
const least_e_value = 1;

/** How far an e-value is on the way to its threshold, on a log scale: 0 at 1, 1 at the threshold, at most 1. */
export function evidenceShare(e_value: number, threshold: number): number {
  if (Number.isNaN(e_value) || Number.isNaN(threshold) || threshold <= least_e_value || e_value <= least_e_value)
    return 0;
  return Math.min(1, Math.log(e_value) / Math.log(threshold));
}

/** Evidence beyond this says nothing more: an axis that reached it would hide where the threshold is. */
export const most_telling = 1_000_000;

/** An e-value as evidence: "1,203", and "> 1,000,000" for all that is beyond doubt. */
export const evidenceWords = (e_value: number): string =>
  e_value > most_telling ? `> ${count(most_telling)}` : eValue(e_value);

/** Whether an ad with this evidence stands out at all. */
export const standsOut = (e_value: number): boolean => e_value >= least_e_value;

type Progress = Pick<ExperimentRow, 'standing' | 'waits_for' | 'days_left' | 'smallest_arm_impressions'>;

const waitsWords = {
  impressions: (have: string, need: string) => `${have} of ${need} impressions`,
  blocks: (have: string, need: string) => `${have} of ${need} blocks`,
  calibration: (have: string, need: string) => `hour ${have} of ${need} of calibration`,
} as const;

const has_enough: readonly string[] = ['deciding', 'separated', 'winner'];

/** "2 of 4 blocks, about 4 days left": what is missing that takes longest; else the impressions of the smallest arm. */
export function progressWords({ standing, waits_for, days_left, smallest_arm_impressions }: Progress): string {
  if (waits_for === null)
    return `${count(smallest_arm_impressions)} impressions${has_enough.includes(standing) ? ', enough' : ''}`;
  const { what, have, need } = waits_for;
  const left = days_left === null ? '' : `, ${aboutDays(days_left)} left`;
  return `${waitsWords[what](count(have), count(need))}${left}`;
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
  collecting: {
    words: 'Collecting',
    tone: 'quiet',
    meaning: 'Too little to decide: hours of calibration, blocks or impressions are missing; its row says which.',
  },
  deciding: {
    words: 'Undecided',
    tone: 'info',
    meaning: 'Enough data to decide, and no arm has the evidence that its family asks for so far.',
  },
  ended: {
    words: 'Ended undecided',
    tone: 'quiet',
    meaning:
      'Its planned days are over without a winner. Strong evidence may still be let in by later winners of its family.',
  },
  separated: {
    words: 'Separated',
    tone: 'info',
    meaning: 'An arm passed what the first winner of a family needs; it is announced when nothing holds it back.',
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

/** Where an experiment stands, in words. */
export function standingOf(standing: string): Standing {
  return standings[standing] ?? { words: standing, tone: 'quiet', meaning: `The engine calls it ${standing}.` };
}

const provenances: Readonly<Record<string, string>> = {
  live: 'Live account',
  simulated: 'Simulated',
  replayed: 'Replayed',
};
export const provenanceWords = (provenance: string): string => provenances[provenance] ?? provenance;
