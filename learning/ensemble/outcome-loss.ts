/** How wrong a predicted rate was, by proper scores of what happened after it. */

export interface Outcome {
  readonly impressions: number;
  readonly clicks: number;
}

/**
 * Log loss of a predicted rate under counts that scatter more than chance: −log of the negative binomial with mean
 * μ = n·p and shape s (variance μ + μ²/s), without the terms that no prediction changes:
 * (c + s) ln(μ + s) − c ln μ − s ln s. An ad's true rate differs from every prediction by about 1/√s; without that one
 * ad with many impressions would settle which expert is right. Proper: least in expectation at the true mean.
 * @param rate predicted, fraction above 0
 * @param shape s, above 0
 */
export function overdispersedLogLoss(rate: number, { impressions, clicks }: Outcome, shape: number): number {
  const mean = impressions * rate;
  if (mean <= 0) return 0;
  return (clicks + shape) * Math.log(mean + shape) - clicks * Math.log(mean) - shape * Math.log(shape);
}

/** Log loss per impression of a predicted rate, nats: −[c ln p + (n − c) ln(1 − p)] / n. 0 without impressions. */
export function logLoss(rate: number, { impressions, clicks }: Outcome): number {
  if (impressions <= 0) return 0;
  return -(clicks * Math.log(rate) + (impressions - clicks) * Math.log1p(-rate)) / impressions;
}
