/**
 * The commit path: one commit point a batch. New state, input cursor, watermarks and outbox are written together,
 * and whatever happens before or after can be done again: redoing names the same effects, which readers drop.
 */
import type { BatchItem } from './decider.ts';
import type { LogRecord } from '../ports.ts';
import type { Task } from './task.ts';

/** Handles one batch. False when the inputs have nothing or the outbox is full. */
export async function runBatch(task: Task): Promise<boolean> {
  // 1. Read what the inputs offer, in merge order; after a lost commit, what the journal says the lost batch took.
  const batch = await task.read();
  if (batch === undefined) return false;
  task.at('read');

  // 2. Decode, and 3. drop what was seen. What cannot be decoded becomes a dead letter and the batch goes on.
  const items = await decode(task, batch.records);
  task.at('decode');

  // 4. Load the state that is not in memory.
  const loading = task.load(items);
  if (loading !== undefined) await loading;
  task.at('load');

  // 5. Decide, in order.
  await decide(task, items);
  task.at('decide');

  // 6. Commit state, cursor, watermarks and outbox, with the journal line that lets a redo take the same order.
  const outbox = await task.commit(batch);
  task.at('commit');

  // 7. Deliver the outbox, and 8. mark it delivered: beside this path, or the next batch would wait for sinks.
  task.deliver(outbox);
  return true;
}

/** A large batch takes several turns, so that the rest of the process need not wait for all of it. */
async function decode(task: Task, records: readonly LogRecord[]): Promise<readonly BatchItem[]> {
  const size = task.slice_records;
  if (records.length <= size) return task.decode(records);
  const items: BatchItem[] = [];
  for (let from = 0; from < records.length; from += size) {
    if (from > 0) await task.nextTurn();
    for (const item of task.decode(records.slice(from, from + size))) items.push(item);
  }
  return items;
}

async function decide(task: Task, items: readonly BatchItem[]): Promise<void> {
  const size = task.slice_records;
  for (let from = 0; from < items.length; from += size) {
    if (from > 0) await task.nextTurn();
    const deciding = task.decide(items, from, Math.min(from + size, items.length));
    if (deciding !== undefined) await deciding;
  }
}
