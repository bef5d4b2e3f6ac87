/** What the operations work on; made once by the composition root. */
import type { Runtime } from '../../engine/runtime.ts';
import type { HourRange, Insight } from '../../ports/ad-platform/port.ts';
import type { MemoryOutside } from '../../processors/rag-memory/outside.ts';
import type { KeyRing } from '../access/keys.ts';
import type { Backtests } from '../backtest/jobs.ts';
import type { RunningEngine } from '../running-engine.ts';
import type { Directory } from './names/directory.ts';
import type { ExperimentList } from './experiments/list.ts';
import type { QueryResult, SourceStatus, Speed } from './operations.ts';
import type { RateMeter } from './running/rates.ts';
import type { StepMeter } from './running/step-times.ts';

/** The running source, as far as people may touch it. */
export interface SourceControl {
  status(): SourceStatus;
  setSpeed(speed: Speed): void;
  /** True link click rate of a simulated ad now, fraction; null for all others. */
  trueRate(ad_id: string): number | null;
  /** What the platform says now of all ads of an account; left out where the source is no platform. */
  readonly reported?: ((account_id: string, of: HourRange) => Promise<readonly Insight[]>) | undefined;
}

/** Reads of the analytics store. */
export interface SqlReader {
  /** Runs one statement that reads. `parameters` fill `{name:Type}` placeholders and are escaped by the store. */
  query(
    sql: string,
    options?: { readonly parameters?: Readonly<Record<string, unknown>>; readonly limit?: number },
  ): Promise<QueryResult>;
  /** Makes `name` a table that `query` sees, with these rows, in place of the one of that name. */
  materialise(
    name: string,
    columns: readonly Column[],
    rows: readonly Readonly<Record<string, unknown>>[],
  ): Promise<void>;
}

export interface Column {
  readonly name: string;
  /** ClickHouse type, for example `UInt64`. */
  readonly type: string;
}

export interface About {
  readonly version: string;
  readonly engine: 'embedded' | 'kafka' | 'driver';
  readonly data_folder: string;
  readonly started_ms: number;
  /** What the source was started with. */
  readonly configured_speed: Speed;
  /** Records already in the log when this process opened it; null for a new folder. */
  readonly resumed_at: number | null;
}

export interface OperationsContext {
  readonly engine: Runtime;
  /** What surrounds the engine; null in a double. */
  readonly running: RunningEngine | null;
  readonly analytics: SqlReader;
  readonly source: SourceControl;
  readonly about: About;
  readonly directory: Directory;
  readonly experiments: ExperimentList;
  readonly memory: MemoryOutside;
  readonly keys: KeyRing;
  readonly rates: RateMeter;
  /** Null where the engine's steps are not measured. */
  readonly meter: StepMeter | null;
  /** Null where there is no data folder that another process may read. */
  readonly backtests: Backtests | null;
  readonly now_ms: () => number;
}
