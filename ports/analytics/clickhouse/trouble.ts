/** What a failure of the store means for whoever runs it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlywheelError } from '../../../topology/errors.ts';

/** What the store said, without its stack. */
const said = (error: unknown): string =>
  ((error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '').trim();

const diskFull = (what: string): boolean => /NOT_ENOUGH_SPACE|ENOSPC|No space left/i.test(what);

/** An insert or a query that the store did not take. */
export function unavailable(error: unknown, path: string): FlywheelError {
  const what = said(error);
  if (diskFull(what)) return new FlywheelError('store.full', { path }, { cause: error });
  return new FlywheelError('sink.unavailable', { why: `${path}: ${what}` }, { cause: error });
}

/** A folder that the store could not be opened in. */
export function cannotOpen(error: unknown, path: string): FlywheelError {
  const what = said(error);
  if (diskFull(what)) return new FlywheelError('store.full', { path }, { cause: error });
  const pid = owner(path);
  if (pid !== undefined)
    return new FlywheelError('store.locked', { path, pid, where: 'the analytics there' }, { cause: error });
  return new FlywheelError('store.corrupt', { path, why: what }, { cause: error });
}

/** The living process that ClickHouse's own status file names, other than this one. */
function owner(path: string): number | undefined {
  try {
    const pid = Number(/^PID: (\d+)$/m.exec(readFileSync(join(path, 'status'), 'utf8'))?.[1]);
    if (!Number.isInteger(pid) || pid === process.pid) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch {
    // No status file, or the process that wrote it is gone.
    return undefined;
  }
}
