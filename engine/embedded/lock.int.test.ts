/** Whose lock on a folder counts: that of a process which lives, told apart by its number and when it began. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderLock, lockOwner } from './lock.ts';

let folder: string;
let other: ChildProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flywheel-lock-'));
  other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  await once(other, 'spawn');
});
afterEach(async () => {
  await ended();
  rmSync(folder, { recursive: true, force: true });
});

async function ended(): Promise<void> {
  if (other.exitCode !== null || other.signalCode !== null) return;
  other.kill('SIGKILL');
  await once(other, 'exit');
}

/** When a process began, as the system counts it: field 22, after a command that here holds no spaces. */
const beganAt = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21] ?? '';
const lockedByOther = (process_start: string | null): number => {
  const pid = other.pid ?? 0;
  writeFileSync(
    join(folder, 'engine.lock'),
    JSON.stringify({ pid, process_start, started_ms: 1, url: null, token: null }),
  );
  return pid;
};
const take = (): FolderLock => FolderLock.take(folder, 2);

describe('the lock of another process', () => {
  it('counts while that process lives and no longer', async () => {
    const pid = lockedByOther(beganAt(other.pid ?? 0));
    expect(take).toThrow(new RegExp(`in use by process ${pid}`));
    expect(lockOwner(folder)?.pid).toBe(pid);
    await ended();
    take();
    expect(lockOwner(folder)).toMatchObject({ pid: process.pid, started_ms: 2 });
  });

  it('does not count when its number belongs to a process that began at another time', () => {
    lockedByOther(`${Number(beganAt(other.pid ?? 0)) - 1}`);
    expect(lockOwner(folder)).toBeUndefined();
    take();
    expect(lockOwner(folder)?.pid).toBe(process.pid);
    expect(readdirSync(folder)).toEqual(['engine.lock']);
  });

  it('counts where the system could not say when it began, as long as its number is in use', async () => {
    const pid = lockedByOther(null);
    expect(take).toThrow(new RegExp(`in use by process ${pid}`));
    await ended();
    take();
    expect(lockOwner(folder)?.pid).toBe(process.pid);
  });
});
