/** How long the engine's steps take and how often partitions move, as Prometheus reads it. */
import { Counter, Histogram, Registry } from 'prom-client';
import type { FaultPoints } from '../../engine/faults.ts';

/** Seconds: from a commit in memory to a batch of many records. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

interface Begun {
  read_ms: number;
  decided_ms: number;
}

export class Measures {
  readonly #registry = new Registry();
  readonly #batches: Histogram<'group' | 'partition'>;
  readonly #commits: Histogram<'group' | 'partition'>;
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
    this.#rebalances = new Counter({
      name: 'flywheel_group_rebalances_total',
      help: 'Times that partitions of a group were dealt out anew to this instance.',
      labelNames: ['group'],
      registers,
    });
  }

  /** For `EngineOptions.observe`. */
  readonly step: FaultPoints = (step, { group, partition }) => {
    if (step !== 'read' && step !== 'decide' && step !== 'commit') return;
    const place = `${group}|${partition}`;
    const now_ms = this.#now_ms();
    if (step === 'read') {
      this.#begun.set(place, { read_ms: now_ms, decided_ms: now_ms });
      return;
    }
    const begun = this.#begun.get(place);
    if (begun === undefined) return;
    if (step === 'decide') begun.decided_ms = now_ms;
    else {
      this.#batches.observe({ group, partition }, (now_ms - begun.read_ms) / 1_000);
      this.#commits.observe({ group, partition }, (now_ms - begun.decided_ms) / 1_000);
    }
  };

  rebalanced(group: string): void {
    this.#rebalances.inc({ group });
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
