/** What a change of budgets goes back to: it is decided when its hour has come, for a reason that was told before. */
import { z } from 'zod';
import type { EngineEvent } from '../../../engine/engine.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { allocationProposed, budgetChangeProgressed, budgetChangeRequested } from '../../../schemas/index.ts';

const changed = z.object({
  account_id: z.string(),
  kind: z.string(),
  request_id: z.string().nullable(),
  campaign_id: z.string().nullable(),
  undoes: z.string().nullable(),
});

/** Records looked at together, going back. */
const step = 200;

/**
 * The winner's request, the proposed split, or for an undo what was undone goes back to. Undefined for other events, and
 * where it is no longer kept.
 */
export async function budgetOrigin(engine: Runtime, decision: EngineEvent): Promise<EngineEvent | undefined> {
  if (decision.record.topic !== budgetChangeProgressed.name) return undefined;
  const parsed = changed.safeParse(decision.value);
  if (!parsed.success) return undefined;
  const { account_id, kind, request_id, campaign_id, undoes } = parsed.data;
  const until_ms = decision.record.appended_ms;
  if (undoes !== null) {
    const undone = await newest(engine, budgetChangeProgressed.name, account_id, until_ms, { change_id: undoes });
    return undone && budgetOrigin(engine, undone);
  }
  if (request_id !== null) return newest(engine, budgetChangeRequested.name, account_id, until_ms, { request_id });
  if (kind === 'allocation') return newest(engine, allocationProposed.name, account_id, until_ms, { campaign_id });
  return undefined;
}

/** The newest event of an account up to a time whose fields are these. */
async function newest(
  engine: Runtime,
  topic: string,
  account_id: string,
  until_ms: number,
  fields: Readonly<Record<string, unknown>>,
): Promise<EngineEvent | undefined> {
  const partition = engine.partitionOf(account_id);
  const { start, end } = await engine.log.range(topic, partition);
  for (let to = end; to > start; to -= step) {
    const from = Math.max(start, to - step);
    const records = [...(await engine.log.read(topic, partition, from, to - from))].reverse();
    for (const record of records) {
      if (record.appended_ms > until_ms || record.offset >= to) continue;
      const event = engine.decoded(record);
      const value: object = event.value ?? {};
      const wanted = Object.entries({ ...fields, account_id });
      if (wanted.every(([name, field]) => Reflect.get(value, name) === field)) return event;
    }
  }
  return undefined;
}
