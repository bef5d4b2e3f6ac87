/** Which decisions can still be looked up: retention cuts topics at different ages. */
import type { Log, LogRecord } from '../ports.ts';

/** Whether the log reaches back behind a moment that is `slack_ms` after that of a record. */
export type Kept = (record: LogRecord, slack_ms?: number) => boolean;

/**
 * Whether the log, where it is cut, reaches back behind the moment of a record of `topics`, made or recorded. Of the
 * oldest moment that is kept a part may be gone: it does not count.
 */
export async function keptFrom(log: Log, topics: readonly string[]): Promise<Kept> {
  const cut_ms = new Map<string, number>();
  for (const topic of topics)
    for (let partition = 0; partition < log.partitions; partition++) {
      const { start, end } = await log.range(topic, partition);
      if (start === 0) continue;
      const [oldest] = start < end ? await log.read(topic, partition, start, 1) : [];
      cut_ms.set(`${topic}|${partition}`, oldest?.appended_ms ?? Infinity);
    }
  return ({ topic, partition, appended_ms }, slack_ms = 0) =>
    appended_ms + slack_ms > (cut_ms.get(`${topic}|${partition}`) ?? -Infinity);
}
