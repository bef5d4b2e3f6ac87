/**
 * While a program runs: each time its code or a policy's file is saved, the topology is checked and the last events of the
 * log are decided again by the code as it is now, in a process of its own. What runs goes on as it was started.
 */
import { spawn } from 'node:child_process';
import { watch as watchFile, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changed, type Changed } from './changed.ts';
import { decidedShape, type Decided } from './made.ts';

/** Events whose decisions are compared. */
export const last_events = 5_000;

const own_root = fileURLToPath(new URL('../../', import.meta.url));
/** Folders whose code decides. */
const folders = ['processors', 'learning', 'policy', 'topology', 'schemas'];
/** An editor saves in several steps. */
const quiet_ms = 200;

/** What came of a change. */
export type Outcome =
  /** Nothing is compared: what is wrong, as the checks say it. */
  | { readonly kind: 'broken'; readonly said: string }
  | {
      readonly kind: 'compared';
      readonly events: number;
      readonly decisions: number;
      readonly changed: readonly Changed[];
    };

export interface WatchOptions {
  /** Settings by which the history is found, as environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the code is; this program's own where left out. */
  readonly root?: string;
  /** A policy's file: the events are decided under it. Null: under what was in force. */
  readonly policy: string | null;
  readonly onReady: (decided: Decided) => void;
  readonly onChange: (file: string, outcome: Outcome) => void;
}

export class Watch {
  readonly #options: WatchOptions;
  readonly #root: string;
  readonly #watchers: readonly FSWatcher[];
  readonly #stopped = new AbortController();
  #before: Decided | undefined;
  #saved: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void>;

  constructor(options: WatchOptions) {
    this.#options = options;
    const { policy, root = own_root } = options;
    this.#root = root;
    const notice = (folder: string) => (_: string, name: string | null) => this.#notice(join(folder, name ?? ''));
    const code = folders.map((folder) => watchFile(join(root, folder), { recursive: true }, notice(folder)));
    this.#watchers = policy === null ? code : [...code, watchFile(policy, () => this.#notice(policy))];
    this.#work = this.#begin();
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    for (const watcher of this.#watchers) watcher.close();
    clearTimeout(this.#timer);
    this.#stopped.abort();
    await this.#work;
  }

  #notice(file: string): void {
    if (!/\.(ts|avsc|json|ya?ml)$/.test(file) || /\.test\.ts$/.test(file)) return;
    this.#saved = file;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // One after the other: what is saved meanwhile is compared next.
      this.#work = this.#work.then(() => this.#look());
    }, quiet_ms);
  }

  /** What the code decides as it was started. */
  async #begin(): Promise<void> {
    const decided = await this.#decide(null);
    if (typeof decided === 'string') return this.#said({ kind: 'broken', said: decided });
    this.#before = decided;
    this.#options.onReady(decided);
  }

  async #look(): Promise<void> {
    if (this.#saved === undefined || this.#stopped.signal.aborted) return;
    const file = this.#saved;
    this.#saved = undefined;
    const outcome = await this.#compare();
    if (!this.#stopped.signal.aborted) this.#options.onChange(file, outcome);
  }

  async #compare(): Promise<Outcome> {
    const check = await this.#run(['topology', '--check']);
    if (check.code !== 0) return { kind: 'broken', said: check.said };
    const before = this.#before;
    const decided = await this.#decide(before ?? null);
    if (typeof decided === 'string') return { kind: 'broken', said: decided };
    const found = before === undefined ? [] : changed(before.decisions, decided.decisions);
    // The next change is held against this one, on what is newest then.
    const fresh = await this.#decide(null);
    if (typeof fresh !== 'string') this.#before = fresh;
    return { kind: 'compared', events: decided.events, decisions: decided.decisions.length, changed: found };
  }

  /** Said of no file: it is about the code as it was started. */
  #said(outcome: Outcome): void {
    if (!this.#stopped.signal.aborted) this.#options.onChange('', outcome);
  }

  /** What the code decides now, on the events of `span` or the newest; else why it cannot. */
  async #decide(span: Decided | null): Promise<Decided | string> {
    const { policy } = this.#options;
    const which =
      span === null
        ? ['--last', String(last_events)]
        : ['--since-ms', String(span.since_ms), '--until-ms', String(span.until_ms)];
    const under = policy === null ? [] : ['--policy', policy];
    const { code, said, stdout } = await this.#run(['decide-again', ...which, ...under, '--json']);
    return code === 0 ? decidedShape.parse(JSON.parse(stdout)) : said;
  }

  #run(
    argv: readonly string[],
  ): Promise<{ readonly code: number | null; readonly said: string; readonly stdout: string }> {
    return new Promise((resolve) => {
      const { signal } = this.#stopped;
      const child = spawn(process.execPath, [join(this.#root, 'bin/flywheel.js'), ...argv], {
        env: { ...process.env, ...this.#options.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        signal,
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString().trim();
      child.once('error', (error) => resolve({ code: null, said: String(error), stdout: '' }));
      child.once('close', (code) => resolve({ code, said: text(stderr) || text(stdout), stdout: text(stdout) }));
    });
  }
}
