/** Fills the store of vectors that lives in this process with what the log says of winners. */
import { readRange } from '../engine/read-range.ts';
import type { Runtime } from '../engine/runtime.ts';
import { index, type MemoryOutside } from '../processors/rag-memory/outside.ts';
import { z } from 'zod';
import { memoryIndexRequested } from '../schemas/index.ts';

/** What of `memory.index.requested` the store keeps. */
const wish = z.object({
  account_id: z.string(),
  ad_id: z.string(),
  version: z.number(),
  experiment_id: z.string(),
  text: z.string(),
  traits: z.array(z.string()),
  format: z.string(),
  lift: z.number(),
  recallable: z.boolean(),
  won_at_ms: z.number(),
});
type Wish = z.output<typeof wish>;

/** Creatives that are embedded at once. */
const batch = 256;

/**
 * Reads every wish to remember a winner, oldest first. With another provider than before, winners get their new vectors
 * here, and the groups that ask have only ever seen one kind.
 */
export async function fillMemory(engine: Runtime, memory: MemoryOutside): Promise<void> {
  const { name } = memoryIndexRequested;
  const { signal } = new AbortController();
  let requests: Wish[] = [];
  const flush = async (): Promise<void> => {
    await index(memory, requests, signal);
    requests = [];
  };
  for (let partition = 0; partition < engine.options.partitions; partition++) {
    const { start, end } = await engine.log.range(name, partition);
    for await (const record of readRange(engine.log, name, partition, start, end)) {
      const { value } = engine.decoded(record);
      const request = wish.safeParse(value);
      if (request.success) requests.push(request.data);
      if (requests.length >= batch) await flush();
    }
  }
  await flush();
}
