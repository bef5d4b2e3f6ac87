/**
 * The process whose memory is read: running totals over as many events as told. Resident memory includes pages of the
 * store's file that the system keeps at hand and takes back when it needs them; `own` is without them.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { inFolder, openBench } from './engine.ts';
import { totals } from './totals.ts';
import { metricsEvents } from './workload.ts';

const publish_events = 4_000;
/** Events that are published ahead of the processors. */
const ahead = 40_000;

/** Memory that no file stands behind, MB; null where the system does not say. */
function ownMemory(): number | null {
  try {
    const found = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return found === undefined ? null : (Number(found) * 1_024) / 1e6;
  } catch {
    return null;
  }
}

async function main(marks: readonly number[]): Promise<void> {
  const readings: { events: number; rss_mb: number; own_mb: number | null }[] = [];
  await inFolder(async (folder) => {
    const { engine } = openBench({ folder, processors: [totals], policy: null });
    await engine.start();
    let sent = 0;
    for (const mark of marks) {
      while (sent < mark) {
        const events = metricsEvents(sent, Math.min(publish_events, mark - sent));
        sent += events.length;
        await engine.publish({ source: 'bench', position: String(sent), events });
        if (sent % ahead === 0 || sent === mark) await engine.drain();
      }
      globalThis.gc?.();
      readings.push({ events: sent, rss_mb: process.memoryUsage().rss / 1e6, own_mb: ownMemory() });
    }
    await engine.stop();
  });
  process.stdout.write(JSON.stringify(readings));
}

await main(z.array(z.int().min(1)).parse(JSON.parse(process.argv[2] ?? '[]')));
