/** What the suite and its workers say to each other. */
import { z } from 'zod';
import { steps } from '../../../engine/commit-path/faults.ts';
import { codes } from './topology.ts';

export const bugs = [
  'none',
  'no watermark',
  'no epoch',
  'send before commit',
  'no journal',
  'forgetful upcast',
  'forgetful upcast of a part',
] as const;
export type Bug = (typeof bugs)[number];

/**
 * Who stamps records: the broker, or whoever writes them, by a clock of few steps. Stamps then tie, and what arrives while
 * nobody reads sorts before what was taken: only the journal knows the order.
 */
export type Stamps = 'broker' | 'coarse';

const coarse_ms = 3_000;
export const coarse = (now_ms: number): number => Math.floor(now_ms / coarse_ms) * coarse_ms;

export const workerTask = z.object({
  name: z.string(),
  brokers: z.array(z.string()),
  redis_url: z.string(),
  namespace: z.string(),
  folder: z.string(),
  code: z.enum(codes),
  stamps: z.enum(['broker', 'coarse']),
  bug: z.enum(bugs),
  /** Null: it takes all partitions, whoever has them. */
  session_ms: z.number().nullable(),
});
export type WorkerTask = z.infer<typeof workerTask>;

export const order = z.discriminatedUnion('do', [
  /** Kills itself at the so manyth time that the step is done from now on. */
  z.object({ do: z.literal('die'), step: z.enum(steps), occurrence: z.number() }),
  /** Its clock is off by so much from now on. */
  z.object({ do: z.literal('clock'), off_by_ms: z.number() }),
  /** Its sink takes rows and says that it failed, so many times. */
  z.object({ do: z.literal('lie'), times: z.number() }),
  z.object({ do: z.literal('stop') }),
]);
export type Order = z.infer<typeof order>;

export const said = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready') }),
  z.object({ event: z.literal('trouble'), text: z.string() }),
  z.object({ event: z.literal('failed'), text: z.string() }),
  z.object({ event: z.literal('lied') }),
  z.object({ event: z.literal('clock') }),
]);
export type Said = z.infer<typeof said>;
