/** The data folder, made where it does not exist: one step at a time, so that what is in the way can be named. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FlywheelError } from '../../topology/errors.ts';

/** The nearest folder or file at or above `path` that exists. */
export function nearestExisting(path: string): string {
  const whole = resolve(path);
  return existsSync(whole) || dirname(whole) === whole ? whole : nearestExisting(dirname(whole));
}

/** Makes the folder. @throws FlywheelError `store.not_a_folder` where it is a file, or cannot be made. */
export function makeDataFolder(path: string): void {
  const whole = resolve(path);
  const there = nearestExisting(whole);
  if (!statSync(there).isDirectory())
    throw new FlywheelError('store.not_a_folder', { path, why: `${there} is a file` });
  if (there === whole) return;
  makeDataFolder(dirname(whole));
  try {
    // Not recursive: below some system folders Node's recursive mkdir never returns.
    mkdirSync(whole);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FlywheelError('store.not_a_folder', { path, why });
  }
}
