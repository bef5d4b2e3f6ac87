/** A server that runs as a process of its own, for tests: started, waited for, killed, paused, and its log kept. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly log_file: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves once it answers; rejects while it does not. */
  readonly isReady: () => Promise<unknown>;
  readonly ready_within_ms: number;
}

const poll_ms = 100;
const stop_within_ms = 10_000;
const log_tail = 2_000;

/** How often a server is started on other ports where its own were taken by then. */
const tries = 3;

/**
 * Starts a server on ports that were free a moment ago, and once more on others where somebody was faster. Rejects as the
 * last try did.
 */
export async function onFreePorts<T>(start: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await start(attempt);
    } catch (error) {
      const isTaken = /address already in use|eaddrinuse|port.*in use/i.test(String(error));
      if (!isTaken || attempt === tries) throw error;
    }
}

/** One process at a time: after a kill it can be started again with the same arguments. */
export class Program {
  readonly #options: ProgramOptions;
  #child: ChildProcess | undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether it was started and is no longer there. */
  get ended(): boolean {
    return this.#child !== undefined && (this.#child.exitCode !== null || this.#child.signalCode !== null);
  }

  /** Starts it and waits until it answers. Rejects with the end of its log where it does not in time, or ends. */
  async start(): Promise<void> {
    const { name, command, args, cwd, log_file, env } = this.#options;
    const log = createWriteStream(log_file, { flags: 'a' });
    const child = spawn(command, [...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('exit', () => log.end());
    this.#child = child;
    // The tests' process must be able to end, also where a test forgot to stop it.
    const killed = (): void => void child.kill('SIGKILL');
    process.once('exit', killed);
    child.once('exit', () => process.off('exit', killed));
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${name} cannot be started: ${error.message}`)));
      child.once('exit', (code, signal) => reject(new Error(`${name} ended (${String(code ?? signal)})`)));
    });
    try {
      await Promise.race([this.#ready(), failed]);
    } catch (error) {
      child.kill('SIGKILL');
      const said = await readFile(log_file, 'utf8').catch(() => '');
      throw new Error(`${String(error)}; its log ends with:\n${said.slice(-log_tail)}`, { cause: error });
    }
    failed.catch(() => undefined);
  }

  async #ready(): Promise<void> {
    const { isReady, ready_within_ms, name } = this.#options;
    const until_ms = performance.now() + ready_within_ms;
    let last: unknown;
    while (performance.now() < until_ms) {
      try {
        await isReady();
        return;
      } catch (error) {
        last = error;
        await pause(poll_ms);
      }
    }
    throw new Error(`${name} does not answer within ${ready_within_ms} ms: ${String(last)}`);
  }

  /** Asks it to end, and makes it after a while. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const forced = setTimeout(() => child.kill('SIGKILL'), stop_within_ms);
    await ended;
    clearTimeout(forced);
  }

  /** Ends it at once, as a power cut would end the process. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Stops its clock: it answers nobody until `resume`. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }
}
