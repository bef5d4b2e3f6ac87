/** Processor time of processes on Linux: on a machine that others use too it says more than the clock does. */
import { readFileSync } from 'node:fs';

/** Ticks of the kernel's clock a second, as Linux reports times. */
const ticks_per_s = 100;
const user_field = 11;
const system_field = 12;

/** Seconds that a process has used so far, all its threads; NaN where the system does not say. */
export function processor_s(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[user_field]) + Number(fields[system_field])) / ticks_per_s;
  } catch {
    return NaN;
  }
}

/** Processes that this one has started: among them the servers, where it started them. */
export function children(): readonly number[] {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}
