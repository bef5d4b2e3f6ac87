/** Predictions, ticks and snapshots as events of a test: what matters to it, the rest as if nothing were special. */
import type { EngineEvent, SourceEvent } from '../engine/engine.ts';
import { exampleOf } from '../schemas/examples.ts';
import type { PredictionMade } from '../schemas/index.ts';
import { day_ms, hour_ms } from '../schemas/values.ts';
import { snapshot, start_ms, type Given } from './snapshot.ts';

/** A prediction of 2 % for ad `x` at the start, over a day, with what the test changes. */
export const prediction = (given: Partial<PredictionMade>): SourceEvent => ({
  topic: 'prediction.made',
  value: {
    ...exampleOf('prediction.made'),
    account_id: 'act',
    ad_id: 'x',
    prediction_id: 'cold-1',
    rate: 0.02,
    rate_low: 0.01,
    rate_high: 0.03,
    log_sd: 0.1,
    at_ms: start_ms,
    matures_ms: start_ms + day_ms,
    ...given,
  },
});

export const metrics = (given: Given): SourceEvent => ({ topic: 'ad.metrics', value: snapshot(given) });

/** The tick that ends `hours` after the start. */
export const tick = (hours: number): SourceEvent => ({
  topic: 'tick.hourly',
  value: { hour_ms: start_ms + (hours - 1) * hour_ms },
});

/** What the events of a topic say; the test knows their type. */
export const valuesOf = <T>(events: readonly EngineEvent[], topic: string): readonly T[] =>
  events.filter(({ record }) => record.topic === topic).map(({ value }) => value as T);

/** The hours of a day. */
export const day = Array.from({ length: 24 }, (_, hour) => hour);
