/** Begins a group anew: its state is forgotten, and the log is read again from where it begins. */
import { EngineError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';

/**
 * Forgets the state, cursors, watermarks and outbox of a group, on an engine that is not started. Its next run has a
 * higher number, so that its effects are told from those of the run before: who reads them takes them again.
 */
export async function resetGroup(runtime: Runtime, group: string): Promise<{ readonly run: number }> {
  runtime.processor(group);
  if (runtime.started)
    throw new EngineError('group.stopped', `group ${group} runs`, 'stop the engine first: a reset takes a stopped one');
  let run = 0;
  for (let partition = 0; partition < runtime.options.partitions; partition++) {
    await runtime.forgetBeginning(group, partition);
    const ledger = runtime.ledger.task(group, partition);
    await ledger.reset();
    run = Math.max(run, (await ledger.head()).run);
  }
  return { run };
}
