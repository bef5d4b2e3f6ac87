/** How long the engine's steps take in this process, as it measures them. */
import type { OperationsContext } from '../context.ts';

export interface StepTime {
  readonly group: string;
  /** `decode`, `load`, `decide` and `commit` of a batch, in this order; `batch` is all of them. */
  readonly step: string;
  readonly batches: number;
  readonly mean_ms: number;
  /** Half of the batches took at most this long, and 95 of 100; to the next limit of the measure. Null: longer than all. */
  readonly half_ms: number | null;
  readonly most_ms: number | null;
}

/** What measures the steps; a group that this process does not work on is not among them. */
export interface StepMeter {
  times(): Promise<readonly StepTime[]>;
}

/** Empty where nothing measures: in a command that only looks. */
export const stepTimes = ({ meter }: Pick<OperationsContext, 'meter'>): Promise<readonly StepTime[]> =>
  meter?.times() ?? Promise.resolve([]);
