/** How long the engine's steps take and how often partitions move, as Prometheus reads it. */
import { Counter, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import type { FaultPoints, Step } from '../../engine/commit-path/faults.ts';
import type { StepMeter, StepTime } from '../operations/running/step-times.ts';

/** Seconds: from a commit in memory to a batch of many records. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

interface Begun {
  read_ms: number;
  decided_ms: number;
  /** When the step before was done. */
  last_ms: number;
}

/** Steps of a batch after it was read. What is delivered later goes beside the next batch, and is not timed here. */
const timed: readonly Step[] = ['decode', 'load', 'decide', 'commit'];
const whole = 'batch';

const bucketShape = z.array(
  z.object({
    metricName: z.string().optional(),
    labels: z.object({ group: z.string(), step: z.string(), le: z.union([z.number(), z.string()]).optional() }),
    value: z.number(),
  }),
);

export class Measures implements StepMeter {
  readonly #registry = new Registry();
  readonly #batches: Histogram<'group' | 'partition'>;
  readonly #commits: Histogram<'group' | 'partition'>;
  readonly #steps: Histogram<'group' | 'step'>;
  readonly #rebalances: Counter<'group'>;
  readonly #begun = new Map<string, Begun>();
  readonly #now_ms: () => number;

  constructor(now_ms: () => number = () => performance.now()) {
    const registers = [this.#registry];
    const labelNames = ['group', 'partition'] as const;
    this.#now_ms = now_ms;
    this.#batches = new Histogram({
      name: 'flywheel_task_batch_seconds',
      help: 'Time of a batch, from when it was read until it was committed.',
      labelNames,
      buckets,
      registers,
    });
    this.#commits = new Histogram({
      name: 'flywheel_task_commit_seconds',
      help: 'Time of a commit, from when a batch was decided.',
      labelNames,
      buckets,
      registers,
    });
    this.#steps = new Histogram({
      name: 'flywheel_group_step_seconds',
      help: 'Time of one step of a batch; the step batch is all of them.',
      labelNames: ['group', 'step'],
      buckets,
      registers,
    });
    this.#rebalances = new Counter({
      name: 'flywheel_group_rebalances_total',
      help: 'Times that partitions of a group were dealt out anew to this instance.',
      labelNames: ['group'],
      registers,
    });
  }

  /** For `EngineOptions.observe`. */
  readonly step: FaultPoints = (step, { group, partition }) => {
    const place = `${group}|${partition}`;
    if (step === 'read') {
      const now_ms = this.#now_ms();
      this.#begun.set(place, { read_ms: now_ms, decided_ms: now_ms, last_ms: now_ms });
      return;
    }
    const begun = this.#begun.get(place);
    if (begun === undefined || !timed.includes(step)) return;
    const now_ms = this.#now_ms();
    this.#steps.observe({ group, step }, (now_ms - begun.last_ms) / 1_000);
    begun.last_ms = now_ms;
    if (step === 'decide') begun.decided_ms = now_ms;
    if (step !== 'commit') return;
    this.#steps.observe({ group, step: whole }, (now_ms - begun.read_ms) / 1_000);
    this.#batches.observe({ group, partition }, (now_ms - begun.read_ms) / 1_000);
    this.#commits.observe({ group, partition }, (now_ms - begun.decided_ms) / 1_000);
  };

  /** Times since this process began, by group and step. */
  async times(): Promise<readonly StepTime[]> {
    const values = bucketShape.parse((await this.#steps.get()).values);
    const groups = [...new Set(values.map(({ labels }) => labels.group))];
    return groups.flatMap((group) =>
      [...timed, whole].flatMap((step) => {
        const own = values.filter(({ labels }) => labels.group === group && labels.step === step);
        const ofName = (end: string): number => own.find(({ metricName }) => metricName?.endsWith(end))?.value ?? 0;
        const batches = ofName('_count');
        if (batches === 0) return [];
        const buckets_s = own.flatMap(({ labels: { le }, value }) =>
          typeof le === 'number' ? [[le, value] as const] : [],
        );
        const within = (share: number): number | null => {
          const limit_s = buckets_s.find(([, n]) => n >= share * batches)?.[0];
          return limit_s === undefined ? null : limit_s * 1_000;
        };
        const mean_ms = (ofName('_sum') / batches) * 1_000;
        return [{ group, step, batches, mean_ms, half_ms: within(0.5), most_ms: within(0.95) }];
      }),
    );
  }

  rebalanced(group: string): void {
    this.#rebalances.inc({ group });
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
