/**
 * A system under measurement as a process of its own, that says what it does in lines of JSON and ends when its input
 * does. Its memory is watched from outside, the same for every system.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const line = z.object({ event: z.string(), at_ms: z.number(), value: z.unknown().optional() });
/** Something that a system said, and when by its own clock: UTC epoch milliseconds, on this same machine. */
export type Said = z.infer<typeof line>;

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Most that a system may need to say what it is waited for. */
const say_within_ms = 180_000;
const end_within_ms = 60_000;
const kept_lines = 40;

/** Most memory that a process had at any time, MB; NaN where the system does not say. */
function peak_mb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
    return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024) / 1e6;
  } catch {
    return NaN;
  }
}

export class MeasuredProgram {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #told: Said[] = [];
  readonly #other: string[] = [];
  readonly #waiting = new Set<() => void>();
  /** Resolves when the process has ended, however it did. */
  readonly ended: Promise<void>;
  #code: string | null = null;

  constructor({ name, command, args }: Command) {
    this.#name = name;
    const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (text) => this.#heard(text));
    createInterface({ input: child.stderr }).on('line', (text) => this.#keep(text));
    const killed = (): void => void child.kill('SIGKILL');
    process.once('exit', killed);
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => (this.#code = error.message));
      child.once('close', (code, signal) => {
        process.off('exit', killed);
        this.#code ??= String(code ?? signal);
        resolve();
        this.#notify();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How it ended, and what it said last beside its reports; undefined while it runs. */
  get ending(): string | undefined {
    return this.#code === null ? undefined : this.#failed(`ended (${this.#code})`).message;
  }

  /** Most memory so far, MB. */
  get peak_mb(): number {
    return peak_mb(this.#child.pid);
  }

  #heard(text: string): void {
    const found = text.startsWith('{') ? line.safeParse(JSON.parse(text)) : undefined;
    if (found?.success === true) this.#told.push(found.data);
    else this.#keep(text);
    this.#notify();
  }

  /** The last lines that are no report, for an error. */
  #keep(text: string): void {
    this.#other.push(text);
    if (this.#other.length > kept_lines) this.#other.shift();
  }

  #notify(): void {
    for (const look of this.#waiting) look();
  }

  /** What it says for the `nth` time (0: the first) under this name. Rejects when it ends, or does not say it in time. */
  async says(event: string, nth = 0, within_ms = say_within_ms): Promise<Said> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        settle();
      };
      const look = (): void => {
        const found = this.#told.filter((one) => one.event === event)[nth];
        if (found !== undefined) done(() => resolve(found));
        else if (this.#code !== null) done(() => reject(this.#failed(`ended (${this.#code ?? ''})`)));
      };
      const timer = setTimeout(
        () => done(() => reject(this.#failed(`said no ${event} within ${within_ms} ms`))),
        within_ms,
      );
      this.#waiting.add(look);
      look();
    });
  }

  /** All that it said under a name so far. */
  told(event: string): readonly Said[] {
    return this.#told.filter((one) => one.event === event);
  }

  #failed(what: string): Error {
    return new Error(`${this.#name} ${what}: ${this.#other.join('\n')}`);
  }

  tell(text: string): void {
    this.#child.stdin?.write(`${text}\n`);
  }

  /** Asks it to end and waits until it has; what does not end is killed. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    const forced = setTimeout(() => this.#child.kill('SIGKILL'), end_within_ms);
    await this.ended;
    clearTimeout(forced);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** A program of this folder with its task, run as everything here is. */
export const ours = (name: string, file: string, task: object, flags: readonly string[] = []): Command => ({
  name,
  command: process.execPath,
  args: [...flags, '--import', 'tsx', fileURLToPath(new URL(file, import.meta.url)), JSON.stringify(task)],
});

/** The other side of it: says something, on one line. */
export const say = (event: string, value?: unknown): void =>
  void process.stdout.write(`${JSON.stringify({ event, at_ms: Date.now(), value })}\n`);
