/** What experts said, as it stands in a prediction and in what came of it. */
import type { ExpertVote } from '../generated/types.ts';
import { all, atMost, each, notNegative, openRate, optionalRate, rates, text, unique } from '../rules/index.ts';

interface Predicted {
  readonly rate: number;
  readonly rate_low: number;
  readonly rate_high: number;
  readonly log_sd: number;
  readonly raw_rate: number;
  readonly control_rate: number;
  readonly baseline_rate: number;
  readonly experts: readonly ExpertVote[];
}

/** Rates that are rates, an interval that runs from low to high, and each expert once. */
export const predictedRates = all<Predicted>(
  rates('rate_low', 'rate_high'),
  atMost('rate_low', 'rate_high', 'the interval runs from low to high'),
  openRate('rate', 'raw_rate', 'control_rate', 'baseline_rate'),
  notNegative('log_sd'),
  each('experts', all<ExpertVote>(optionalRate('rate'), rates('weight'), text('absent', 1, 1_000))),
  unique('experts', '.expert', ({ expert }: ExpertVote) => expert, 'each expert votes once'),
);
