/** What of a world's log it is judged by, each event once, as a reader of ours takes it. */
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { readRange } from '../../engine/read-range.ts';
import type { Runtime } from '../../engine/runtime.ts';
import type { BudgetCallReturned, BudgetRead } from '../../schemas/index.ts';
import { dropName, Watermarks } from '../../engine/watermarks.ts';

const judged_topics = [
  'budget.change.progressed',
  'budget.call.requested',
  'budget.call.returned',
  'budget.change.requested',
];

export async function takenEvents(engine: Pick<Runtime, 'log' | 'decoded'>): Promise<readonly EngineEvent[]> {
  const { log } = engine;
  const found: EngineEvent[] = [];
  for (const topic of judged_topics)
    for (let partition = 0; partition < log.partitions; partition++) {
      const taken = new Watermarks({});
      const { start, end } = await log.range(topic, partition);
      for await (const record of readRange(log, topic, partition, start, end)) {
        const name = dropName(record);
        if (name === undefined || !taken.seen(topic, name)) found.push(engine.decoded(record));
      }
    }
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
