/** What the engine pushes as it happens, as a store that React can read. */
import { z } from 'zod';
import type { DecisionRow, LiveMessage, Status } from '../../operations/operations.ts';
import { alertNews } from '../../operations/alerts/news.ts';
import { decisionRow, status } from '../../operations/results.ts';

export const liveMessage: z.ZodType<LiveMessage> = z.union([
  z.object({ kind: z.literal('decision'), decision: decisionRow }),
  z.object({ kind: z.literal('alert'), alert: alertNews }),
  z.object({ kind: z.literal('status'), status }),
]);

/** `lost`: was there, or never came; the page keeps what it knew and tries again. */
export type Connection = 'connecting' | 'live' | 'lost';

export interface LiveState {
  readonly connection: Connection;
  /** When the connection was lost, UTC epoch milliseconds; null while it holds. */
  readonly lost_ms: number | null;
  readonly status: Status | null;
  /** Decisions pushed since the page opened, newest first, at most `most_decisions` of a topic. */
  readonly decisions: readonly DecisionRow[];
  /** What was pushed could not be read: page and engine are of different versions. */
  readonly unreadable: boolean;
  /** Decisions pushed since the page opened, those dropped from `decisions` included. */
  readonly decisions_total: number;
  /** What happened to alerts since the page opened: how often. */
  readonly alerts_total: number;
  /** How often messages were missed since the page opened: with each, what is shown is asked for anew. */
  readonly misses: number;
}

export const most_decisions = 200;
/** A replay decides thousands of times a second; the page is drawn this often at most. */
const draw_every_ms = 250;
const retry_ms = 2_000;
/** A busy engine leaves out of every push what is too much; asking anew as often would slow it further. */
const missed_every_ms = 5_000;
/** Status comes every second; silence of this length is a lost connection even while the socket stays open. */
const silence_ms = 15_000;

const unknown: LiveState = {
  connection: 'connecting',
  lost_ms: null,
  status: null,
  unreadable: false,
  decisions: [],
  decisions_total: 0,
  alerts_total: 0,
  misses: 0,
};

/** The newest decisions with `fresh` (oldest first) in front; a thousand budget splits push out no winner. */
export function withDecisions(before: readonly DecisionRow[], fresh: readonly DecisionRow[]): readonly DecisionRow[] {
  const counts = new Map<string, number>();
  return [...fresh.toReversed(), ...before].filter(({ topic }) => {
    const count = (counts.get(topic) ?? 0) + 1;
    counts.set(topic, count);
    return count <= most_decisions;
  });
}

export class Live {
  readonly #address: string;
  readonly #page: string;
  #state = unknown;
  #listeners = new Set<() => void>();
  #source: EventSource | undefined;
  #fresh: DecisionRow[] = [];
  #alerts = 0;
  #newest: Status | null = null;
  #draw: number | undefined;
  #retry: number | undefined;
  #silence: number | undefined;
  #missed: number | undefined;
  #told_missed_ms = -Infinity;

  /** `address` of what is pushed, `page` whose answer sets the cookie. */
  constructor(address: string, page: string) {
    this.#address = address;
    this.#page = page;
  }

  readonly state = (): LiveState => this.#state;

  /** Connects with the first listener, lets go with the last. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#close();
    };
  };

  /** A status that was asked for, which may be newer than the last pushed one. */
  take(newer: Status): void {
    if (newer.now_ms >= (this.#state.status?.now_ms ?? 0)) this.#set({ status: newer });
  }

  #open(): void {
    const source = new EventSource(this.#address);
    this.#source = source;
    source.addEventListener('open', () => this.#alive());
    for (const kind of ['message', 'status', 'decision', 'alert'])
      source.addEventListener(kind, (event) => this.#heard(event instanceof MessageEvent ? event.data : null));
    source.addEventListener('resync', () => (this.#alive(), this.#miss()));
    source.addEventListener('error', () => this.#lost());
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
    for (const timer of [this.#draw, this.#retry, this.#silence, this.#missed]) window.clearTimeout(timer);
    this.#draw = this.#retry = this.#silence = this.#missed = undefined;
  }

  #alive(): void {
    window.clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => this.#lost(), silence_ms);
    const { connection } = this.#state;
    if (connection === 'live') return;
    this.#set({ connection: 'live', lost_ms: null });
    // Another connection begins with what is pushed now: what came between is missed.
    if (connection === 'lost') this.#miss();
  }

  /** At once, then at most every `missed_every_ms`, the last one included. */
  #miss(): void {
    const tell = (): void => {
      this.#missed = undefined;
      this.#told_missed_ms = performance.now();
      this.#set({ misses: this.#state.misses + 1 });
    };
    const wait_ms = this.#told_missed_ms + missed_every_ms - performance.now();
    if (wait_ms <= 0) tell();
    else this.#missed ??= window.setTimeout(tell, wait_ms);
  }

  /** Always tries again by itself: an EventSource gives up for good when it is answered with an error. */
  #lost(): void {
    this.#close();
    if (this.#state.connection !== 'lost') this.#set({ connection: 'lost', lost_ms: Date.now() });
    this.#retry = window.setTimeout(() => void this.#again(), retry_ms);
  }

  /** A new process gives a new cookie with the page, without which it would answer nothing. */
  async #again(): Promise<void> {
    const reached = await fetch(this.#page, { cache: 'no-store' }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (this.#listeners.size === 0) return;
    if (reached) this.#open();
    else this.#lost();
  }

  #heard(data: unknown): void {
    if (typeof data !== 'string') return;
    const parsed = liveMessage.safeParse(JSON.parse(data));
    this.#alive();
    if (!parsed.success) return this.#set({ unreadable: true });
    if (parsed.data.kind === 'status') this.#newest = parsed.data.status;
    else if (parsed.data.kind === 'decision') this.#fresh.push(parsed.data.decision);
    else this.#alerts++;
    this.#draw ??= window.setTimeout(() => this.#flush(), draw_every_ms);
  }

  #flush(): void {
    this.#draw = undefined;
    const fresh = this.#fresh;
    this.#fresh = [];
    this.#set({
      ...(this.#newest === null ? {} : { status: this.#newest }),
      decisions: fresh.length === 0 ? this.#state.decisions : withDecisions(this.#state.decisions, fresh),
      decisions_total: this.#state.decisions_total + fresh.length,
      alerts_total: this.#alerts,
    });
    this.#newest = null;
  }

  #set(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
