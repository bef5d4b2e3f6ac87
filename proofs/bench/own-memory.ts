import { readFileSync } from 'node:fs';

/** Memory of a process that no file stands behind, MB; null where the system does not say. */
export function ownMemory_mb(pid: number | 'self' | undefined): number | null {
  try {
    const found = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1];
    return found === undefined ? null : (Number(found) * 1_024) / 1e6;
  } catch {
    return null;
  }
}
