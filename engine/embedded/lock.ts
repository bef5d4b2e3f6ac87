/** One engine per data folder: a lock file says which process has it and where it listens. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../errors.ts';

const owner = z.object({
  pid: z.number(),
  /** Start time of the process as the kernel counts it: a reused pid has another. Null where the system does not tell. */
  process_start: z.string().nullable(),
  started_ms: z.number(),
  url: z.string().nullable(),
  token: z.string().nullable(),
});
export type LockOwner = z.infer<typeof owner>;

const lockFile = (folder: string): string => join(folder, 'engine.lock');

/** Field 22 of /proc/<pid>/stat; the command in field 2 may hold spaces, so fields are counted from its end. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function alive({ pid, process_start }: LockOwner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return process_start === null || processStart(pid) === process_start;
}

/** The process that has the folder; undefined when none has, or the one that had it is gone. */
export const lockOwner = (folder: string): LockOwner | undefined => ownerIn(lockFile(folder));

function ownerIn(file: string): LockOwner | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const parsed = owner.safeParse(parseJson(text));
  return parsed.success && alive(parsed.data) ? parsed.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The lock written beside its place: it must never be seen half written, which would look like nobody's. */
function written(folder: string, mine: LockOwner): string {
  const file = `${lockFile(folder)}.${process.pid}`;
  writeFileSync(file, JSON.stringify(mine), { mode: 0o600 });
  return file;
}

/** Throws `EEXIST` where there is a lock. */
function create(folder: string, mine: LockOwner): void {
  const file = written(folder, mine);
  try {
    linkSync(file, lockFile(folder));
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Takes a lock out of the way that nobody holds. Another process may do so at the same time and already hold the
 * folder: what was moved is looked at again, and put back if it is alive.
 */
function removeStale(folder: string): void {
  const aside = `${lockFile(folder)}.stale.${process.pid}`;
  try {
    renameSync(lockFile(folder), aside);
  } catch {
    return; // another was faster
  }
  try {
    if (ownerIn(aside) !== undefined) linkSync(aside, lockFile(folder));
  } finally {
    rmSync(aside, { force: true });
  }
}

export class FolderLock {
  readonly #folder: string;
  #owner: LockOwner;

  private constructor(folder: string, mine: LockOwner) {
    this.#folder = folder;
    this.#owner = mine;
  }

  /** Takes the folder, or says who has it. A lock left by a process that is gone is taken over. */
  static take(folder: string, now_ms: number): FolderLock {
    mkdirSync(folder, { recursive: true });
    const mine: LockOwner = {
      pid: process.pid,
      process_start: processStart(process.pid),
      started_ms: now_ms,
      url: null,
      token: null,
    };
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        create(folder, mine);
        return new FolderLock(folder, mine);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const other = lockOwner(folder);
      if (other !== undefined) {
        const where = other.url === null ? '' : `, at ${other.url}`;
        throw new EngineError(
          'store.locked',
          `${folder} is in use by process ${other.pid}${where}`,
          'use that one, stop it, or choose another folder with --data',
        );
      }
      removeStale(folder);
    }
    throw new EngineError('store.locked', `${folder} was taken by another process just now`, 'try again');
  }

  /** Tells other processes where this one can be asked. */
  announce(url: string, token: string): void {
    this.#owner = { ...this.#owner, url, token };
    renameSync(written(this.#folder, this.#owner), lockFile(this.#folder));
  }

  release(): void {
    rmSync(lockFile(this.#folder), { force: true });
  }
}
