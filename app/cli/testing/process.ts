/** The real command line in a process of its own, for tests: its lines, and waiting for one of them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class CliProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #changed: (() => void) | undefined;

  constructor(argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', 'flywheel.ts', ...argv], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#take('stdout', chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#take('stderr', chunk));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
    void this.ended.then(() => this.#changed?.());
  }

  #take(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this[stream] += chunk.toString();
    this.#changed?.();
  }

  /** The first match in what was printed; rejects with what was, when the process ends or `limit_ms` pass without it. */
  async until(pattern: RegExp, limit_ms = 60_000): Promise<RegExpExecArray> {
    const late = AbortSignal.timeout(limit_ms);
    late.addEventListener('abort', () => this.#changed?.());
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (found !== null) return found;
      const without = this.#child.exitCode !== null ? 'ended' : late.aborted ? `went on for ${limit_ms} ms` : null;
      if (without !== null) throw new Error(`${without} without ${pattern}:\n${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Runs one command to its end. */
export const runProcess = (argv: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended> =>
  new CliProcess(argv, environment).ended;
