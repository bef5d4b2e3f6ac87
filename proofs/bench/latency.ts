/** Milliseconds from an event to the decision that it causes, on disk, at a steady rate below what the engine can. */
import type { SourceEvent } from '../../engine/engine.ts';
import { adMetrics, winnerWithdrawn } from '../../schemas/index.ts';
import type { Measure } from '../measures.ts';
import { inFolder, openBench } from './engine.ts';
import { quantile } from './statistics.ts';
import { targets } from './targets.ts';
import { answer } from './totals.ts';
import { metricsEvent } from './workload.ts';

export interface LatencySize {
  readonly events_per_s: number;
  readonly seconds: number;
  readonly onProgress: (text: string) => void;
}

/** Between two looks at what is due. */
const pace_ms = 2;
/** Seconds at the beginning that do not count: the compiler warms up. */
const warm_s = 2;

const numbered = (i: number): SourceEvent => ({
  topic: adMetrics.name,
  value: { ...metricsEvent(i), spend_minor: i },
});

/**
 * Publishes open loop: events are due at a fixed pace whatever the engine does, and an event's time runs from when it
 * was due, so a pause of the engine counts against all events that fell into it.
 */
export async function latency({ events_per_s, seconds, onProgress }: LatencySize): Promise<readonly Measure[]> {
  const warm = Math.min(warm_s, seconds / 4) * events_per_s;
  const total = Math.round(warm + seconds * events_per_s);
  const took_ms = new Float64Array(total).fill(NaN);
  await inFolder(async (folder) => {
    const { engine } = openBench({ folder, processors: [answer] });
    await engine.start();
    const start = performance.now() + pace_ms;
    const due_ms = (i: number): number => start + (i / events_per_s) * 1_000;
    engine.tail((events) => {
      const now = performance.now();
      for (const { record, value } of events) {
        if (record.topic !== winnerWithdrawn.name || value === null) continue;
        const i = Number(Reflect.get(value, 'e_value'));
        took_ms[i] = now - due_ms(i);
      }
    });
    await paced(total, due_ms, (from, to) => {
      onProgress(`latency, ${Math.floor(from / events_per_s / 5) * 5} s of ${Math.ceil(total / events_per_s)}`);
      const events = Array.from({ length: to - from }, (_, n) => numbered(from + n));
      return engine.publish({ source: 'bench', position: String(to), events });
    });
    await engine.drain();
    await engine.stop();
  });
  return figures(took_ms.slice(Math.round(warm)));
}

/** Sends what is due, until all is sent and stored. */
function paced(
  total: number,
  due_ms: (i: number) => number,
  send: (from: number, to: number) => Promise<void>,
): Promise<unknown> {
  const sent: Promise<void>[] = [];
  let next = 0;
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const from = next;
      const now = performance.now();
      while (next < total && due_ms(next) <= now) next++;
      if (next > from) sent.push(send(from, next));
      if (next < total) return;
      clearInterval(timer);
      Promise.all(sent).then(resolve, reject);
    }, pace_ms);
  });
}

function figures(took_ms: Float64Array): readonly Measure[] {
  if (took_ms.some((ms) => Number.isNaN(ms))) throw new Error('some events had no decision: their latency is unknown');
  const sorted = took_ms.sort();
  const at = (label: string, q: number, target: number): Measure => ({
    name: 'latency',
    labels: { quantile: label },
    value: quantile(sorted, q),
    unit: 'ms',
    n: sorted.length,
    target,
  });
  return [at('p50', 0.5, targets.p50_ms), at('p99', 0.99, targets.p99_ms)];
}
