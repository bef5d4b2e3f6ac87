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
  /** Writes that are yet to be done. */
  in_process: InProcess[] = [];
  /** Cursors that are no longer known. */
  readonly dead = new Set<string>();

  constructor(world: GraphWorld, options: StateOptions) {
    this.world = world;
    this.options = options;
  }

  /** Told of each write as it comes, with how many of its thing are under way. */
  onWrite: (write: { readonly path: string; readonly under_way: number }) => void = () => undefined;
  readonly #under_way = new Map<string, number>();

  /** Resolves after so much real time: until then a write is under way. */
  async underWay(
    { method, path: parts }: { readonly method: string; readonly path: readonly string[] },
    wait_ms: number,
  ): Promise<void> {
    const path = parts.join('/');
    const count = (by: number): number => {
      const under_way = (this.#under_way.get(path) ?? 0) + by;
      this.#under_way.set(path, under_way);
      return under_way;
    };
    if (method === 'POST') this.onWrite({ path, under_way: count(1) });
    if (wait_ms > 0) await new Promise((resolve) => setTimeout(resolve, wait_ms));
    if (method === 'POST') count(-1);
  }

  get now_ms(): number {
    return this.world.now_ms;
  }

  /** Moves the clock; what is in process is done at its own time on the way. */
  pass(ms: number): void {
    const until_ms = this.now_ms + ms;
    const due = this.in_process.map((one) => one.until_ms).filter((at_ms) => at_ms <= until_ms);
    for (const at_ms of due.sort((a, b) => a - b)) {
      this.world.now_ms = Math.max(this.world.now_ms, at_ms);
      this.settle();
    }
    this.world.now_ms = until_ms;
  }

  /** Does what was in process until now. */
  settle(): void {
    const due = this.in_process.filter(({ until_ms }) => until_ms <= this.now_ms);
    if (due.length === 0) return;
    this.in_process = this.in_process.filter((one) => !due.includes(one));
    for (const { apply } of due) apply();
  }
}

/** A write that is taken and yet to be done. */
interface InProcess {
  /** What it changes. */
  readonly id: string;
  readonly until_ms: number;
  /** Whether reads say so meanwhile. */
  readonly shown: boolean;
  readonly apply: () => void;
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
