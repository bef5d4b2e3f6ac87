/** What requests meet on demand. */
import type { GraphErrorOptions } from './errors.ts';

export type Fault =
  /** An error of Graph, before anything is done; `regain_minutes` goes into the header that tells of it. */
  | { readonly kind: 'error'; readonly error: GraphErrorOptions; readonly regain_minutes?: number }
  /** A page of a proxy. */
  | { readonly kind: 'html'; readonly status: number }
  /** HTTP 200 that holds an error. */
  | { readonly kind: 'error_in_200'; readonly error: GraphErrorOptions }
  /** The connection goes before anything is done. */
  | { readonly kind: 'dropped' }
  /** It is done, and the connection goes without an answer. */
  | { readonly kind: 'answer_lost' }
  /** It is done, and a proxy's page is the answer. */
  | { readonly kind: 'done_but_html'; readonly status: number }
  /** Nothing is done and nothing is ever said. */
  | { readonly kind: 'hang' }
  /** It is done after a while, when whoever asked may have gone. */
  | { readonly kind: 'late'; readonly wait_ms: number }
  /** Nothing is ever said, and it is done after a while of this server's clock. */
  | { readonly kind: 'done_later'; readonly for_ms: number }
  /** Somebody sets the same budget just before it is done, or just after. */
  | { readonly kind: 'changed_before' | 'changed_after'; readonly minor: number }
  /** A write is said to be done, and is not. */
  | { readonly kind: 'not_applied' }
  /** A write is said to be done, and is in process for a while of this server's clock. */
  | { readonly kind: 'in_process'; readonly for_ms: number }
  /** Numbers come as text and text of digits as numbers. */
  | { readonly kind: 'number_as_string' }
  /** A page with nothing on it, and more pages behind it. */
  | { readonly kind: 'empty_page' }
  /** The cursor that is used is no longer known. */
  | { readonly kind: 'cursor_dies' }
  /** What a thing was before its last write is read. */
  | { readonly kind: 'stale_read' }
  /** Of a report that begins: it never ends, it fails, or it is skipped. */
  | { readonly kind: 'report'; readonly ends: 'stuck' | 'failed' | 'skipped' };

/** Which requests meet it: all of these must hold. */
export interface Order {
  readonly times?: number;
  readonly method?: 'GET' | 'POST';
  /** Part of the path, ids included. */
  readonly path?: string;
  /** Only requests that carry a cursor. */
  readonly after?: boolean;
  /** Requests of this sort that pass unharmed first. */
  readonly skip?: number;
}

interface Ordered {
  readonly fault: Fault;
  readonly order: Order;
  left: number;
  skip: number;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly after: boolean;
}

export class Faults {
  #ordered: Ordered[] = [];
  /** How often each kind was met. */
  readonly met = new Map<Fault['kind'], number>();
  /** Asked for each request that no ordered fault met. */
  byChance: ((asked: Asked) => Fault | undefined) | undefined;

  meet(fault: Fault, order: Order = {}): void {
    this.#ordered.push({ fault, order, left: order.times ?? 1, skip: order.skip ?? 0 });
  }

  clear(): void {
    this.#ordered = [];
  }

  /** Faults that are yet to be met. */
  get waiting(): number {
    return this.#ordered.length;
  }

  next(asked: Asked): Fault | undefined {
    for (const one of this.#ordered) {
      if (!suits(one.order, asked)) continue;
      if (one.skip > 0) {
        one.skip--;
        continue;
      }
      one.left--;
      if (one.left === 0) this.#ordered = this.#ordered.filter((other) => other !== one);
      return this.#counted(one.fault);
    }
    return this.#counted(this.byChance?.(asked));
  }

  #counted(fault: Fault | undefined): Fault | undefined {
    if (fault !== undefined) this.met.set(fault.kind, (this.met.get(fault.kind) ?? 0) + 1);
    return fault;
  }
}

const suits = ({ method, path, after }: Order, asked: Asked): boolean =>
  (method === undefined || method === asked.method) &&
  (path === undefined || asked.path.includes(path)) &&
  (after === undefined || after === asked.after);
