/** Decisions that one version of the code makes on a piece of the log, as another process is told of them. */
import { z } from 'zod';

export const madeShape = z.object({
  topic: z.string(),
  account_id: z.string(),
  /** What it is about: its ids and hour. */
  about: z.string(),
  value: z.record(z.string(), z.unknown()),
});
export type Made = z.infer<typeof madeShape>;

export const decidedShape = z.object({
  /** Of the events whose decisions are listed: when the first and the last of them reached the log. */
  since_ms: z.number(),
  until_ms: z.number(),
  events: z.number(),
  decisions: z.array(madeShape),
});
export type Decided = z.infer<typeof decidedShape>;
