/** A worker process as the suite sees it: what it said, how it ended, and what can be done to it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { said, type Order, type Said, type WorkerTask } from './protocol.ts';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said last of its failure. */
  readonly failure: string | null;
}

export class Instance {
  readonly task: WorkerTask;
  readonly said: Said[] = [];
  /** Resolves when the process has ended. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #ending: Ending | undefined;
  #wake: (() => void)[] = [];

  /** @param worker the program, one file */
  constructor(worker: string, task: WorkerTask) {
    this.task = task;
    const child = spawn(process.execPath, [worker, JSON.stringify(task)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = said.safeParse(JSON.parse(line));
      if (parsed.success) this.said.push(parsed.data);
      this.#tell();
    });
    const killed = (): void => void child.kill('SIGKILL');
    process.once('exit', killed);
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        process.off('exit', killed);
        const failure = this.said.findLast((one) => one.event === 'failed');
        this.#ending = { code, signal, failure: failure?.event === 'failed' ? failure.text : null };
        this.#tell();
        resolve(this.#ending);
      });
    });
  }

  get ending(): Ending | undefined {
    return this.#ending;
  }

  #tell(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  tell(order: Order): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Whether it says something that fits, from its `from`-th line on, within a time; false when it ends or does not. */
  async says(fits: (line: Said) => boolean, within_ms: number, from = 0): Promise<boolean> {
    const until_ms = performance.now() + within_ms;
    while (!this.said.slice(from).some(fits)) {
      const left_ms = until_ms - performance.now();
      if (left_ms <= 0 || this.#ending !== undefined) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left_ms);
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return true;
  }
}
