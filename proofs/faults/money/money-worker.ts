/** A worker process as a round sees it: what it said, and what can be done to it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { said, type Order, type Said, type WorkerTask } from './protocol.ts';

const program = fileURLToPath(new URL('worker.ts', import.meta.url));

export class MoneyWorker {
  /** Called before each of its writes. */
  onWrite: () => void = () => undefined;
  failure: string | undefined;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #ready: Promise<void>;
  #waiting: (() => void)[] = [];
  #gone = false;

  constructor(task: WorkerTask) {
    const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(task)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    child.stdin.on('error', () => undefined);
    let isReady: () => void = () => undefined;
    this.#ready = new Promise((resolve) => (isReady = resolve));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = said.safeParse(JSON.parse(line));
      if (parsed.success) this.#hear(parsed.data, isReady);
    });
    const killed = (): void => void child.kill('SIGKILL');
    process.once('exit', killed);
    this.#ended = new Promise((resolve) =>
      child.once('close', () => {
        process.off('exit', killed);
        this.#gone = true;
        for (const told of this.#waiting.splice(0)) told();
        isReady();
        resolve();
      }),
    );
  }

  #hear(line: Said, isReady: () => void): void {
    if (line.event === 'ready') isReady();
    if (line.event === 'time') this.#waiting.shift()?.();
    if (line.event === 'writes') this.onWrite();
    if (line.event === 'failed') {
      this.failure = line.text;
      isReady();
    }
  }

  /** Resolves when it works, or never will. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Resolves when it knows what time it is on the platform. */
  async setTime(now_ms: number): Promise<void> {
    await this.#ready;
    if (this.#gone) return;
    const heard = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#tell({ do: 'time', now_ms });
    await heard;
  }

  #tell(order: Order): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.#tell({ do: 'stop' });
    const late = setTimeout(() => this.kill(), 10_000);
    await this.#ended;
    clearTimeout(late);
  }
}
