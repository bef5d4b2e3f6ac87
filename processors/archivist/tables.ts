/** One table for each topic: how everything becomes queryable, and how events outlive the log. */
import type { Table, Topic } from '../../topology/topic.ts';

/** `winner.detected` is kept in `winner_detected`. */
export const tableName = (topic: string): string => topic.replaceAll('.', '_');

/** The table of a topic, sorted by its record key and by what a record describes. */
export function tableOf(topic: Topic): Table {
  const name = tableName(topic.name);
  const key = topic.partitionKey === null ? [] : [topic.partitionKey];
  return {
    name,
    description: topic.description,
    of: topic,
    orderBy: [...new Set([...key, ...topic.retention.compactBy])],
    row: (value) => ({ table: name, value }),
  };
}
