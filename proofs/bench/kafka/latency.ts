/** Milliseconds from an event's append to the moment a consumer has the decision that it causes, at a steady rate. */
import { randomUUID } from 'node:crypto';
import type { Measure } from '../../measures.ts';
import { quantile, spread } from '../statistics.ts';
import { instance } from './instance.ts';
import { PacedStream } from './paced.ts';
import type { Setting } from './setting.ts';
import { targets } from './targets.ts';

export interface KafkaLatencySize {
  readonly setting: Setting;
  readonly events_per_s: number;
  readonly seconds: number;
  readonly runs: number;
  readonly onProgress: (text: string) => void;
}

/** Before the first run: the compilers of broker and instance are warm after about half a minute of it. */
const warm_runs = 3;

const quantiles = [
  { label: 'p10', q: 0.1 },
  { label: 'p50', q: 0.5, target: targets.p50_ms },
  { label: 'p90', q: 0.9 },
  { label: 'p95', q: 0.95 },
  { label: 'p99', q: 0.99, target: targets.p99_ms },
  { label: 'p99.9', q: 0.999 },
  { label: 'max', q: 1 },
];

/** The figure is the median of the runs' quantiles, with the least and the greatest. */
export async function kafkaLatency(size: KafkaLatencySize): Promise<readonly Measure[]> {
  const { setting, events_per_s, seconds, runs, onProgress } = size;
  const program = instance({ setting, namespace: `latency-${randomUUID()}`, processor: 'answer', report_ms: null });
  const stream = await PacedStream.open(setting);
  const found: Float64Array[] = [];
  try {
    for (let run = 1 - warm_runs; run <= runs; run++) {
      onProgress(run < 1 ? 'latency, warming up' : `latency, run ${run} of ${runs}`);
      const [from, to] = await stream.run(events_per_s, seconds);
      const took_ms = Float64Array.from({ length: to - from }, (_, n) => {
        const arrival = stream.arrivals.get(from + n);
        return (arrival?.read_ms ?? NaN) - (arrival?.appended_ms ?? NaN);
      });
      if (run >= 1) found.push(took_ms.sort());
    }
  } finally {
    await stream.close();
    await program.end();
  }
  return quantiles.map(({ label, q, target }) => ({
    name: 'latency',
    labels: { from: 'append', to: 'readable', quantile: label, events_per_s: String(events_per_s) },
    unit: 'ms',
    ...spread(found.map((sorted) => quantile(sorted, q))),
    ...(target === undefined ? {} : { target }),
  }));
}
