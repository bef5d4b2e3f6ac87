/**
 * Writes every event of every topic as a row. It keeps no state, so a redo writes the same rows again, and the store
 * keeps one of each by its coordinates.
 */
import { noState, type AnyProcessor, type ErasedDecision } from '../../topology/processor.ts';
import type { Table, Topic } from '../../topology/topic.ts';
import { tableOf } from './tables.ts';

const toRow =
  (table: Table) =>
  (_state: unknown, event: object): ErasedDecision => ({ state: null, write: [table.row(event)] });

/**
 * The archivist of these topics. Its handlers come from the topics, not from types: a topic that is added is
 * archived with no line here. `check` refuses topics that are not keyed by `account_id`.
 */
export function archivistOf(topics: readonly Topic[]): AnyProcessor {
  const tables = topics.map((topic) => [topic.name, tableOf(topic)] as const);
  return {
    wiring: {
      group: 'archivist',
      description: 'Writes every event as a row of the table named after its topic',
      partitionBy: 'account_id',
      reads: topics,
      emits: [],
      writes: tables.map(([, table]) => table),
      onError: 'skip',
      state: noState,
      stateKey: Object.fromEntries(topics.map(({ name }) => [name, () => ''])),
    },
    decide: Object.fromEntries(tables.map(([name, table]) => [name, toRow(table)])),
  };
}
