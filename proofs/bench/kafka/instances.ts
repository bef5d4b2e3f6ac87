/** What more instances bring, and what their coming and going costs. */
import { randomUUID } from 'node:crypto';
import type { Measure } from '../../measures.ts';
import { instance, progressOf, shared } from './instance.ts';
import type { Outputs } from './outputs.ts';
import { PacedStream } from './paced.ts';
import { partitions, type Setting } from './setting.ts';

export interface InstancesSize {
  readonly setting: Setting;
  /** Events that are in the topic; each number of instances takes all of them. */
  readonly events: number;
  readonly counts: readonly number[];
  readonly onProgress: (text: string) => void;
}

const within_ms = 240_000;
const report_ms = 250;

/** Throughput of so many instances together, from the first event that any takes. */
export async function throughputOfInstances(size: InstancesSize, outputs: Outputs): Promise<readonly Measure[]> {
  const { setting, events, counts, onProgress } = size;
  const measures: Measure[] = [];
  for (const count of counts) {
    onProgress(`${count} instances`);
    const namespace = `instances-${randomUUID()}`;
    const task = { setting, namespace, processor: 'totals', report_ms } as const;
    const programs = Array.from({ length: count }, () => instance(task));
    const lags: number[] = [];
    const looking = setInterval(
      () => lags.push(Math.max(...programs.map((one) => progressOf(one)?.lag ?? 0))),
      report_ms,
    );
    const begun = Promise.race(programs.map((one) => one.says('begun')));
    const [first, ended_ms] = await Promise.all([begun, outputs.all(events, within_ms)]);
    clearInterval(looking);
    await Promise.all(programs.map((one) => one.end()));
    outputs.verify(events, `${count} instances`);
    const labels = { instances: String(count) };
    measures.push(
      { name: 'throughput', labels, unit: 'events/s', n: 1, value: (events / (ended_ms - first.at_ms)) * 1_000 },
      {
        name: 'lag',
        labels: { ...labels, kind: 'most of one instance' },
        unit: 'events',
        n: lags.length,
        value: Math.max(0, ...lags),
      },
    );
  }
  return measures;
}

export interface PausesSize {
  readonly setting: Setting;
  readonly events_per_s: number;
  /** Seconds of steady work before each change, and after it. */
  readonly seconds: number;
  readonly onProgress: (text: string) => void;
}

type During = 'steady' | 'join' | 'leave' | 'kill';

/**
 * One instance works at a steady pace; a second joins, leaves, joins again and is killed. The pause is the longest time in
 * which a partition that gets events all the time showed no decision.
 */
export async function pauses({ setting, events_per_s, seconds, onProgress }: PausesSize): Promise<readonly Measure[]> {
  const namespace = `pauses-${randomUUID()}`;
  const start = (): ReturnType<typeof instance> => instance({ setting, namespace, processor: 'answer', report_ms });
  const first = start();
  await first.says('started');
  await shared([first], [partitions]);
  const stream = await PacedStream.open(setting);
  let goesOn = true;
  const sending = stream.while(events_per_s, () => goesOn);
  const windows: { readonly during: During; readonly from_ms: number; readonly to_ms: number }[] = [];
  const pass = async (during: During, change: () => Promise<void>): Promise<void> => {
    onProgress(`pauses: ${during}`);
    const from_ms = Date.now();
    await change();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    windows.push({ during, from_ms, to_ms: Date.now() });
  };
  const halves = [partitions / 2, partitions / 2];
  await pass('steady', () => Promise.resolve());
  for (const end of ['leave', 'kill'] as const) {
    const second = start();
    await pass('join', () => shared([first, second], halves));
    await pass(end, async () => {
      await (end === 'leave' ? second.end() : second.kill());
      await shared([first], [partitions]);
    });
  }
  goesOn = false;
  await sending;
  await stream.settled();
  await stream.close();
  await first.end();
  return measuresOf(windows, stream);
}

function measuresOf(
  windows: readonly { readonly during: During; readonly from_ms: number; readonly to_ms: number }[],
  stream: PacedStream,
): readonly Measure[] {
  const times = Array.from({ length: partitions }, (): number[] => []);
  for (const { partition, read_ms } of stream.arrivals.values()) times[partition]?.push(read_ms);
  const longest = (from_ms: number, to_ms: number): number =>
    Math.max(...times.map((own) => longestGap(own, from_ms, to_ms)));
  const found = new Map<During, number[]>();
  for (const { during, from_ms, to_ms } of windows)
    found.set(during, [...(found.get(during) ?? []), longest(from_ms, to_ms)]);
  return [...found].map(([during, all]) => ({
    name: 'pause',
    labels: { during },
    unit: 'ms',
    value: Math.max(...all),
    n: all.length,
  }));
}

/** Longest time without an arrival, of the gaps whose middle lies in the window: each belongs to one window. */
export function longestGap(times: number[], from_ms: number, to_ms: number): number {
  const sorted = times.sort((a, b) => a - b);
  let longest = 0;
  for (let i = 0; i + 1 < sorted.length; i++) {
    const [one = 0, next = 0] = [sorted[i], sorted[i + 1]];
    const middle = (one + next) / 2;
    if (middle >= from_ms && middle < to_ms) longest = Math.max(longest, next - one);
  }
  return longest;
}
