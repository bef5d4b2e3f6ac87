/**
 * Memory of a process that takes ever more events with the same state: what it holds must not grow with them. Resident
 * memory includes pages of the store's file that the system keeps at hand and takes back when it needs them; `own` is
 * without them.
 */
import type { Measure } from '../measures.ts';
import { inFolder, openBench } from './engine.ts';
import { ownMemory_mb } from './own-memory.ts';
import { totals } from './totals.ts';
import { metricsEvents } from './workload.ts';

export interface MemorySize {
  /** Numbers of events at which memory is read, rising. */
  readonly marks: readonly number[];
}

const publish_events = 4_000;
/** Events that are published ahead of the processors. */
const ahead = 40_000;

/** Garbage is collected before each reading where the process was started with `--expose-gc`. */
function readings(events: number): readonly Measure[] {
  globalThis.gc?.();
  const measure = (kind: string, value: number): Measure => ({
    name: 'memory',
    labels: { events: String(events), kind },
    value,
    unit: 'MB',
    n: 1,
  });
  const own_mb = ownMemory_mb('self');
  return [measure('resident', process.memoryUsage().rss / 1e6), ...(own_mb === null ? [] : [measure('own', own_mb)])];
}

/** To be measured in a process that does nothing else. */
export async function memory({ marks }: MemorySize): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  await inFolder(async (folder) => {
    const { engine } = openBench({ folder, processors: [totals] });
    await engine.start();
    let sent = 0;
    for (const mark of marks) {
      while (sent < mark) {
        const events = metricsEvents(sent, Math.min(publish_events, mark - sent));
        sent += events.length;
        await engine.publish({ source: 'bench', position: String(sent), events });
        if (sent % ahead === 0 || sent === mark) await engine.drain();
      }
      measures.push(...readings(sent));
    }
    await engine.stop();
  });
  return measures;
}
