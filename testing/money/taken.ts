/** What of a world's log it is judged by, each event once, as a reader of ours takes it. */
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import type { Runtime } from '../../engine/runtime.ts';
import type { BudgetCallReturned, BudgetRead } from '../../schemas/index.ts';
import { takenRecords } from '../taken-records.ts';

const judged_topics = [
  'budget.change.progressed',
  'budget.call.requested',
  'budget.call.returned',
  'budget.change.requested',
];

export async function takenEvents(engine: Pick<Runtime, 'log' | 'decoded'>): Promise<readonly EngineEvent[]> {
  const found: EngineEvent[] = [];
  for (const topic of judged_topics)
    for await (const record of takenRecords(engine, topic)) found.push(engine.decoded(record));
  return found;
}

export const valuesOf = <T>(events: readonly EngineEvent[], topic: string): readonly T[] =>
  events.filter(({ record }) => record.topic === topic).map(({ value }) => value as T);

/** What reads of the platform showed, an account's in order. */
export const readsOf = (events: readonly EngineEvent[]): readonly BudgetRead[] =>
  valuesOf<BudgetCallReturned>(events, 'budget.call.returned').flatMap(({ reads }) => reads);

/** A person lets an account go on. */
export const unkill = (account_id: string, at_ms: number): SourceEvent => ({
  topic: 'operator.command',
  value: {
    account_id,
    command_id: `end-${account_id}`,
    kind: 'unkill',
    change_id: null,
    since_ms: null,
    mode: null,
    actor: 'sam',
    reason: 'the end',
    at_ms,
  },
});
