/**
 * The commit path: one commit point a batch. New state, input cursor, watermarks and outbox are written together,
 * and whatever happens before or after can be done again: redoing names the same effects, which readers drop.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchItem } from './decider.ts';
import type { LogRecord } from './ports.ts';
import type { Task } from './task.ts';

/** Handles one batch. False when the inputs have nothing or the outbox is full. */
export async function runBatch(task: Task): Promise<boolean> {
  // 1. Read what the inputs offer, in merge order; after a lost commit, what the journal says the lost batch took.
  const batch = await task.read();
  if (batch === undefined) return false;
  task.at('read');

  let later = false;
  for (const records of task.slices(batch)) {
    if (later) await nextTurn();
    later = true;
    const deciding = decideSlice(task, records);
    if (deciding !== undefined) await deciding;
  }

  // 6. Commit state, cursor, watermarks and outbox, with the journal line that lets a redo take the same order.
  const outbox = await task.commit(batch);
  task.at('commit');

  // 7. Deliver the outbox, and 8. mark it delivered: beside this path, or the next batch would wait for sinks.
  task.deliver(outbox);
  return true;
}

/** A promise only where something has to be waited for: most batches are of one slice, with their state in memory. */
function decideSlice(task: Task, records: readonly LogRecord[]): void | Promise<void> {
  // 2. Decode, and 3. drop what was seen. What cannot be decoded becomes a dead letter and the batch goes on.
  const items = task.decode(records);
  task.at('decode');

  // 4. Load the state that is not in memory, and 5. decide, in order.
  const loading = task.load(items);
  if (loading !== undefined) return loading.then(() => decideLoaded(task, items));
  return decideLoaded(task, items);
}

function decideLoaded(task: Task, items: readonly BatchItem[]): void | Promise<void> {
  task.at('load');
  const deciding = task.decide(items);
  if (deciding !== undefined) return deciding.then(() => task.at('decide'));
  task.at('decide');
}
