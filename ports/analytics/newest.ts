/** Beside a table whose records restate one another stands one more: of what they describe, the newest of each. */
import type { Restating, Table } from '../../topology/topic.ts';

/** Names of what a record describes, with the field it is newest by. */
export interface Newest {
  readonly table: Table;
  /** The record key too, where there is one. */
  readonly of: readonly string[];
  readonly by: string;
}

/** `ad_metrics_newest` beside `ad_metrics`; undefined where records of the table stand for themselves. */
export function newestOf(table: Table): Newest | undefined {
  const restates: Restating | undefined = table.of.restates;
  if (restates === undefined) return undefined;
  const { partitionKey } = table.of;
  const { of, by } = restates;
  return {
    table: {
      ...table,
      name: `${table.name}_newest`,
      description: `Of each ${of.join(', ')} the row of ${table.name} with the highest ${by}`,
    },
    of: [...new Set([...(partitionKey === null ? [] : [partitionKey]), ...of])],
    by,
  };
}

/** All that is provisioned for tables. */
export const withNewest = (tables: readonly Table[]): readonly Table[] =>
  tables.flatMap((table) => {
    const newest = newestOf(table);
    return newest === undefined ? [table] : [table, newest.table];
  });
