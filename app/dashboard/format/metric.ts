/** What an experiment is judged by, in words: its arms' successes and value are those of its metric, and headed so. */
import type { ExperimentRow } from '../../operations/operations.ts';
import { number, rate } from './numbers.ts';

interface MetricWords {
  /** Heads the successes of an arm. */
  readonly successes: string;
  /** Heads the metric itself. */
  readonly value: string;
  readonly say: (value: number) => string;
}

const plain = (value: number): string => (Number.isFinite(value) ? number(value) : '–');

export const metricWords: Readonly<Record<ExperimentRow['primary_metric'], MetricWords>> = {
  link_ctr: { successes: 'Link clicks', value: 'Link click rate', say: rate },
  cvr: { successes: 'Conversions', value: 'Conversion rate', say: rate },
  cost_per_result: { successes: 'Conversions', value: 'Conversions per minor unit spent', say: plain },
  roas: { successes: 'Conversions', value: 'Return on ad spend', say: plain },
  profit: { successes: 'Conversions', value: 'Profit per impression, minor units', say: plain },
};

/** What becomes of a proposed budget share. */
export function shareMeaning({ design, provenance }: Pick<ExperimentRow, 'design' | 'provenance'>): string {
  if (design === 'observational') return 'the ads share an ad set, so there is nothing to split';
  if (design === 'randomised') return 'not followed: shares are planned in this design';
  return provenance === 'simulated' ? 'the simulated platform follows it; no real money moves' : 'nothing is applied';
}
