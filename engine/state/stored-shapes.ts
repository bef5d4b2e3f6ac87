/** The engine's stored books, checked when they are read: what was written by other code or damaged is refused here. */
import { z } from 'zod';
import type { OutboxEntry, TaskHead } from '../ledger.ts';
import type { CauseName, NewRecord, Row } from '../ports.ts';

const cursor = z.object({ offset: z.number(), crc: z.number() });
const watermark = z.object({ run: z.number(), offset: z.number(), ordinal: z.number() });

export const headShape: z.ZodType<TaskHead> = z.object({
  run: z.number(),
  seq: z.number(),
  delivered_seq: z.number(),
  inputs: z.record(z.string(), cursor),
  tick: z.object({ topic: z.string(), offset: z.number(), after_key: z.string(), ordinal: z.number() }).nullable(),
  watermarks: z.record(z.string(), watermark),
  policy: z.record(z.string(), z.unknown()).nullable(),
  parked: z.record(z.string(), z.number()),
  events_total: z.number(),
  emitted_total: z.number(),
  rows_total: z.number(),
  dead_letters_total: z.number(),
  last_event_ms: z.number().nullable(),
});

const name: z.ZodType<CauseName> = z.object({
  group: z.string(),
  run: z.number(),
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  ordinal: z.number(),
});
const bytes = z.instanceof(Uint8Array);

/** An absent field is absent, not undefined. */
const record = z
  .object({
    topic: z.string(),
    partition: z.number(),
    key: z.string(),
    value: bytes,
    name: name.optional(),
    headers: z.record(z.string(), bytes).optional(),
  })
  .transform(({ name, headers, ...rest }): NewRecord => ({
    ...rest,
    ...(name === undefined ? {} : { name }),
    ...(headers === undefined ? {} : { headers }),
  }));

const row: z.ZodType<Row> = z.object({
  table: z.string(),
  value: z.record(z.string(), z.unknown()),
  name,
  at_ms: z.number(),
  traceparent: z.string().exactOptional(),
});

export const rowsShape = z.array(row);

export const outboxShape = z.object({
  seq: z.number(),
  records: z.array(record),
  rows: rowsShape,
  bytes: z.number(),
}) satisfies z.ZodType<OutboxEntry>;
