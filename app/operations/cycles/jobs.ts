/** Work that takes minutes, as whoever began it looks at it. What is known of it is in the log: any instance can tell. */
import { z } from 'zod';
import type { CycleStepState } from '../../../schemas/index.ts';
import type { OperationsContext } from '../context.ts';
import { cycles } from './cycle.ts';

export interface JobView {
  readonly job_id: string;
  readonly kind: 'cycle' | 'actuals';
  readonly status: 'running' | 'done' | 'partial' | 'refused';
  readonly done: number;
  readonly total: number;
  /** Accounts that it is about, as far as they are known yet. */
  readonly accounts: readonly {
    readonly account_id: string;
    readonly status: string;
    readonly done: number;
    readonly failed: number;
    readonly steps: readonly CycleStepState[];
  }[];
}

export const cycleJob = (cycle_id: string): string => `cycle:${cycle_id}`;

/** `requests`: how many were begun. */
export const actualsJob = (command_id: string, requests: number): string =>
  `actuals:operator-${command_id}:${requests}`;

/** Null where the id is of no job, or nothing is known of it. */
export async function job(context: OperationsContext, job_id: string): Promise<JobView | null> {
  const [kind, id = '', count] = job_id.split(':');
  if (kind === 'cycle') return cycleOf(context, job_id, id);
  const total = count !== undefined && /^\d{1,6}$/.test(count) ? Number(count) : undefined;
  return kind === 'actuals' && total !== undefined ? actualsOf(context, job_id, id, total) : null;
}

const stepShape = z.object({
  step: z.enum([
    'fetch_actuals', 'calculate_accuracy', 'auto_retrain', 'compound_learning', 'auto_promote', 'cross_learning', 'rag_indexing',
  ]), // prettier-ignore
  status: z.enum(['waiting', 'running', 'done', 'skipped', 'failed']),
  reason: z.string().nullable(),
  count: z.coerce.number(),
});
const cycleStatus = z.enum(['running', 'done', 'partial', 'refused']);
const cycleRow = z.tuple([z.string(), cycleStatus, z.array(stepShape)]);

interface Course {
  readonly account_id: string;
  readonly status: z.infer<typeof cycleStatus>;
  readonly steps: readonly CycleStepState[];
}

/** Of the state while it is the last one of its account, else of the analytics. */
async function cycleOf(context: OperationsContext, job_id: string, cycle_id: string): Promise<JobView | null> {
  const found = (await cycles(context, {})).flatMap(({ cycle }): readonly Course[] =>
    cycle?.cycle_id === cycle_id ? [cycle] : [],
  );
  const courses = found.length > 0 ? found : await pastCycles(context, cycle_id);
  if (courses.length === 0) return null;
  const accounts = courses.map(({ account_id, status, steps }) => ({
    account_id,
    status,
    done: steps.filter((step) => step.status !== 'waiting' && step.status !== 'running').length,
    failed: steps.filter((step) => step.status === 'failed').length,
    steps,
  }));
  const worst = (['running', 'partial', 'refused'] as const).find((one) =>
    accounts.some(({ status }) => status === one),
  );
  return {
    job_id,
    kind: 'cycle',
    status: worst ?? 'done',
    done: accounts.reduce((sum, { done }) => sum + done, 0),
    total: accounts.reduce((sum, { steps }) => sum + steps.length, 0),
    accounts,
  };
}

async function pastCycles({ analytics }: OperationsContext, cycle_id: string): Promise<readonly Course[]> {
  const { rows } = await analytics.query(
    `SELECT account_id, status, steps FROM cycle_progressed WHERE cycle_id = {id:String}
    ORDER BY at_ms DESC LIMIT 1 BY account_id`,
    { parameters: { id: cycle_id } },
  );
  return rows.map((row) => {
    const [account_id, status, steps] = cycleRow.parse(row);
    return { account_id, status, steps };
  });
}

const returnedRow = z.tuple([z.string(), z.coerce.number(), z.coerce.number()]);

/** Answers of the platform so far; what it failed to say is an answer too. */
async function actualsOf(
  { analytics }: OperationsContext,
  job_id: string,
  id: string,
  total: number,
): Promise<JobView> {
  const { rows } = await analytics.query(
    `SELECT account_id, uniqExact(request_id), uniqExactIf(request_id, error IS NOT NULL) FROM actuals_returned
    WHERE startsWith(request_id, {prefix:String}) GROUP BY account_id ORDER BY account_id`,
    { parameters: { prefix: `${id}/` } },
  );
  const accounts = rows.map((row) => {
    const [account_id, done, failed] = returnedRow.parse(row);
    return { account_id, status: 'running', done, failed, steps: [] };
  });
  const done = accounts.reduce((sum, one) => sum + one.done, 0);
  const failed = accounts.reduce((sum, one) => sum + one.failed, 0);
  const status = done < total ? 'running' : failed > 0 ? 'partial' : 'done';
  return { job_id, kind: 'actuals', status, done, total, accounts: accounts.map((one) => ({ ...one, status })) };
}
