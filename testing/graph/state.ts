/** Everything the fake server keeps between two requests. */
import { Faults } from './faults.ts';
import { Limits, type UseCase } from './limits.ts';
import { Reports } from './reports.ts';
import { Seen } from './seen.ts';
import type { GraphAccount, GraphTenant, GraphWorld } from './world.ts';

export interface StateOptions {
  /** Rows that one answer may have at most where nobody waits for a report. */
  readonly sync_rows: number;
  /** Rows of a page where no limit is asked for, and at most. */
  readonly page_rows: number;
  readonly most_page_rows: number;
}

export const usualOptions: StateOptions = { sync_rows: 5_000, page_rows: 25, most_page_rows: 500 };

export class State {
  readonly world: GraphWorld;
  readonly options: StateOptions;
  readonly faults = new Faults();
  readonly limits = new Limits();
  readonly reports = new Reports();
  readonly seen = new Seen();
  /** Fields of a thing as they were before its last write. */
  readonly stale = new Map<string, Record<string, unknown>>();
  /** Writes in process, by what they change. */
  readonly in_process = new Map<string, { readonly until_ms: number; readonly apply: () => void }>();
  /** Cursors that are no longer known. */
  readonly dead = new Set<string>();

  constructor(world: GraphWorld, options: StateOptions) {
    this.world = world;
    this.options = options;
  }

  get now_ms(): number {
    return this.world.now_ms;
  }

  /** Does what was in process until now. */
  settle(): void {
    for (const [id, { until_ms, apply }] of this.in_process)
      if (until_ms <= this.now_ms) {
        this.in_process.delete(id);
        apply();
      }
  }
}

/** Who asks, and what for. */
export interface Request {
  readonly method: string;
  /** Parts of the path after the version. */
  readonly path: readonly string[];
  readonly params: Readonly<Record<string, string>>;
  readonly tenant: GraphTenant;
  /** Address before the version, for links to the next page. */
  readonly base: string;
  readonly version: string;
}

/** What is answered, with whom it is about. */
export interface Answer {
  readonly body: Record<string, unknown>;
  readonly account?: GraphAccount;
  readonly use_case?: UseCase;
}
