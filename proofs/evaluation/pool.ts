/**
 * Runs jobs on worker threads. A job is plain data; the module that does it calls `serveJobs` when it runs as a
 * worker. Results come back in the order of the jobs, so that figures do not depend on which thread was faster.
 */
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

interface Outcome<Result> {
  readonly job: number;
  readonly result?: Result;
  readonly error?: string;
}

/** Called at the top level of a worker module: answers each job with what `work` makes of it. */
export function serveJobs<Job, Result>(work: (job: Job) => Result | Promise<Result>): void {
  if (isMainThread || parentPort === null) return;
  const port = parentPort;
  const answer = async ({ job, data }: { readonly job: number; readonly data: Job }): Promise<void> => {
    try {
      port.postMessage({ job, result: await work(data) } satisfies Outcome<Result>);
    } catch (error) {
      port.postMessage({
        job,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies Outcome<Result>);
    }
  };
  port.on('message', (message: { readonly job: number; readonly data: Job }) => void answer(message));
}

/** A worker thread does not take the TypeScript loader over from its parent: it registers its own, then loads the module. */
const bootstrap = `
  const { workerData } = require('node:worker_threads');
  import('tsx/esm/api').then(({ register }) => { register(); return import(workerData); });
`;

export interface PoolOptions {
  /** Default: one per processor that this process may use. */
  readonly threads?: number;
  readonly onDone?: (done: number, total: number) => void;
}

/** Results of all jobs, in their order. Rejects with the first error of a job. */
export async function runJobs<Job, Result>(
  module: URL,
  jobs: readonly Job[],
  options: PoolOptions = {},
): Promise<readonly Result[]> {
  const results = new Array<Result>(jobs.length);
  const threads = Math.max(1, Math.min(options.threads ?? availableParallelism(), jobs.length));
  let next = 0;
  let done = 0;
  const workers = Array.from({ length: threads }, () => new Worker(bootstrap, { eval: true, workerData: module.href }));
  const serve = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        if (next >= jobs.length) return resolve();
        worker.postMessage({ job: next, data: jobs[next] });
        next++;
      };
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`a worker of ${module.pathname} ended with code ${code}`)));
      worker.on('message', ({ job, result, error }: Outcome<Result>) => {
        if (error !== undefined || result === undefined) return reject(new Error(`job ${job} failed: ${error ?? ''}`));
        results[job] = result;
        options.onDone?.(++done, jobs.length);
        give();
      });
      give();
    });
  try {
    await Promise.all(workers.map(serve));
    return results;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
