/** Reports that are made while nobody waits: asked for, looked after, then read page by page. */
import type { GraphTenant } from './world.ts';

export type ReportEnd = 'completed' | 'stuck' | 'failed' | 'skipped';

export interface ReportRun {
  readonly id: string;
  readonly tenant: GraphTenant;
  readonly account_id: string;
  readonly rows: readonly Record<string, unknown>[];
  readonly ends: ReportEnd;
  polls: number;
}

/** What it is called on each look until it is done. */
const courses: Readonly<Record<ReportEnd, readonly (readonly [status: string, percent: number])[]>> = {
  completed: [
    ['Job Not Started', 0],
    ['Job Started', 0],
    ['Job Running', 40],
    // Completed, and not yet at hand: both must hold.
    ['Job Completed', 90],
    ['Job Completed', 100],
  ],
  stuck: [
    ['Job Started', 0],
    ['Job Running', 42],
  ],
  failed: [
    ['Job Started', 0],
    ['Job Failed', 0],
  ],
  skipped: [
    ['Job Not Started', 0],
    ['Job Skipped', 0],
  ],
};

export class Reports {
  readonly #runs = new Map<string, ReportRun>();

  begin(run: Omit<ReportRun, 'id' | 'polls'>): ReportRun {
    const made = { ...run, id: String(6_023_920_149_050 + this.#runs.size), polls: 0 };
    this.#runs.set(made.id, made);
    return made;
  }

  find(id: string): ReportRun | undefined {
    return this.#runs.get(id);
  }

  get count(): number {
    return this.#runs.size;
  }

  /** How far it is; each look takes it a step on. */
  look(run: ReportRun): Record<string, unknown> {
    const course = courses[run.ends];
    const [async_status, async_percent_completion] = course[Math.min(run.polls, course.length - 1)] ?? ['', 0];
    run.polls++;
    const failed = async_status === 'Job Failed';
    return {
      id: run.id,
      account_id: run.account_id.replace('act_', ''),
      async_status,
      async_percent_completion,
      ...(failed && { error_code: -2, error_subcode: 2490547, error_message: 'The report failed, try again later' }),
    };
  }

  isDone(run: ReportRun): boolean {
    return run.ends === 'completed' && run.polls >= courses.completed.length;
  }
}
