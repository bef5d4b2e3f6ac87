/** What the server can be told to do instead of what it is asked. */
import { z } from 'zod';

export const faultShape = z.discriminatedUnion('kind', [
  /** The process ends at once, before or after it has applied what was asked. */
  z.object({ kind: z.literal('die'), when: z.enum(['before', 'after']) }),
  /** It is applied, and the connection goes without an answer. */
  z.object({ kind: z.literal('answer_lost') }),
  /** A proxy in between answers. */
  z.object({ kind: z.literal('status'), status: z.number().int() }),
  /** An error of ClickHouse, before anything is applied. */
  z.object({ kind: z.literal('exception'), code: z.number().int(), name: z.string(), message: z.string() }),
  /** No answer at all, until whoever asked gives up. */
  z.object({ kind: z.literal('hang') }),
]);
export type Fault = z.infer<typeof faultShape>;

export const orderShape = z.object({
  fault: faultShape,
  /** Requests that meet it; later ones are served. */
  times: z.number().int().positive(),
  /** Inserts alone, or every statement. */
  of: z.enum(['insert', 'all']),
});
export type Order = z.infer<typeof orderShape>;

/** What merges of the server are behind with, as it says it. */
export const too_many_parts: Fault = {
  kind: 'exception',
  code: 252,
  name: 'TOO_MANY_PARTS',
  message: 'Too many parts (300 with average size of 1.00 KiB) in table. Merges are processing slower than inserts',
};

/** Orders that were not met yet, oldest first. */
export class Faults {
  #orders: Order[] = [];

  order(order: Order): void {
    this.#orders.push({ ...order });
  }

  clear(): void {
    this.#orders = [];
  }

  /** What a request meets; undefined where it is served. */
  next(isInsert: boolean): Fault | undefined {
    const order = this.#orders.find(({ of }) => of === 'all' || isInsert);
    if (order === undefined) return undefined;
    order.times--;
    if (order.times === 0) this.#orders = this.#orders.filter((one) => one !== order);
    return order.fault;
  }
}
