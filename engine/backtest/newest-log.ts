/** The newest records of a log alone, as if retention had taken those before them. */
import { readOnly } from '../state/rebuild.ts';
import type { Log, LogRange } from '../ports.ts';

/** At most `most_records` of each partition of `topics`; of other topics all. */
export async function newestOf(log: Log, topics: readonly string[], most_records: number): Promise<Log> {
  const ranges = new Map<string, LogRange>();
  for (const topic of topics)
    for (let partition = 0; partition < log.partitions; partition++) {
      const { start, end } = await log.range(topic, partition);
      ranges.set(`${topic}|${partition}`, { start: Math.max(start, end - most_records), end });
    }
  const all = readOnly(log);
  return { ...all, range: (topic, partition) => ranges.get(`${topic}|${partition}`) ?? all.range(topic, partition) };
}

/** When the `count`th newest record of `topics` was appended, UTC epoch milliseconds; null where there are none. */
export async function sinceNewest(
  log: Log,
  topics: readonly string[],
  count: number,
): Promise<{ readonly since_ms: number; readonly until_ms: number } | null> {
  const stamps: number[] = [];
  for (const topic of topics)
    for (let partition = 0; partition < log.partitions; partition++) {
      const { start, end } = await log.range(topic, partition);
      for (let at = Math.max(start, end - count); at < end;) {
        const records = await log.read(topic, partition, at, end - at);
        if (records.length === 0) break;
        for (const { appended_ms, offset } of records) if (offset < end) stamps.push(appended_ms);
        at = (records[records.length - 1]?.offset ?? end) + 1;
      }
    }
  const newest = stamps.sort((a, b) => b - a);
  const [until_ms] = newest;
  if (until_ms === undefined) return null;
  return { since_ms: newest[Math.min(count, newest.length) - 1] ?? until_ms, until_ms };
}
