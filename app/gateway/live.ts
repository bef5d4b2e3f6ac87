/**
 * Server-sent events: decisions and alerts as they come, status once a second. All listeners read one ring of what was pushed, each
 * with its own place in it: a slow one costs a number and what its socket holds, and is told when it has missed something.
 */
import { randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { FlywheelError } from '../../topology/errors.ts';
import type { AlertNews } from '../operations/alerts/view.ts';
import type { DecisionRow, LiveMessage, Status } from '../operations/operations.ts';

export interface LiveOptions {
  readonly status: () => Promise<Status>;
  readonly onError: (error: unknown) => void;
  /** Frames kept for listeners that fall behind, and for those that come back. */
  readonly kept_frames?: number;
  /** Between two pushes; what came in between goes out as one write. */
  readonly push_every_ms?: number;
  readonly status_every_ms?: number;
  readonly most_clients?: number;
}

const defaults = { kept_frames: 2_000, push_every_ms: 100, status_every_ms: 1_000, most_clients: 250 };
/** Most frames of one write, so that a listener who comes back does not get all at once. */
const most_frames = 500;
/** A connection on which nothing was said for so long is told its place, lest something on the way close it. */
const keepalive_ms = 15_000;
/** A listener that takes nothing for so long is gone. */
const patience_ms = 60_000;

/** Whether a listener gets a message. */
export type Hears = (message: LiveMessage) => boolean;

interface Client {
  readonly response: ServerResponse;
  readonly hears: Hears;
  /** Number of the next frame it gets. */
  next: number;
  /** Waits for its socket to take what was written. */
  blocked: boolean;
  /** When it last took anything, milliseconds of `performance.now()`. */
  took_ms: number;
}

/** A message in the ring; its text is made when somebody is there to read it. */
interface Frame {
  readonly number: number;
  /** Null: what all listeners have missed, told by its text. */
  readonly message: LiveMessage | null;
  text: string | null;
}

export class LiveHub {
  readonly #options: Required<LiveOptions>;
  /** Part of every id: numbers of another run are not taken for ours. */
  readonly #run = randomBytes(4).toString('hex');
  readonly #clients = new Set<Client>();
  readonly #timers: readonly NodeJS.Timeout[];
  /** Frames `#first` to `#first + #frames.length`, oldest first. */
  #frames: Frame[] = [];
  #first = 1;
  #asking = false;

  constructor(options: LiveOptions) {
    this.#options = { ...defaults, ...options };
    this.#timers = [
      setInterval(() => this.#push(), this.#options.push_every_ms),
      setInterval(() => void this.#askStatus(), this.#options.status_every_ms),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** Takes what happens to an alert. */
  told(alert: AlertNews): void {
    this.#add({ kind: 'alert', alert });
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Takes decisions for all listeners; what nobody listens to is kept for those who come back. Those left out are told as missed. */
  decided(rows: readonly DecisionRow[], left_out = 0): void {
    for (const decision of rows) this.#add({ kind: 'decision', decision });
    if (left_out > 0) this.#add(null, resync(left_out));
  }

  /**
   * Begins to push to a response. `lastId` is the id of the last frame that this listener had; frames behind it are
   * pushed again as far as they are kept. Throws `live.full`.
   */
  join(
    response: ServerResponse,
    headers: OutgoingHttpHeaders,
    lastId: string | undefined,
    hears: Hears = () => true,
  ): void {
    if (this.#clients.size >= this.#options.most_clients)
      throw new FlywheelError('live.full', { clients: this.#clients.size });
    const end = this.#first + this.#frames.length;
    const client: Client = { response, hears, next: end, blocked: false, took_ms: performance.now() };
    response.on('drain', () => {
      client.blocked = false;
      client.took_ms = performance.now();
    });
    response.on('close', () => this.#clients.delete(client));
    response.on('error', () => this.#clients.delete(client));
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    if (lastId !== undefined) this.#resume(client, lastId);
    response.write(`retry: 2000\n${this.#placeOf(client)}`);
    this.#clients.add(client);
    void this.#askStatus();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { response } of this.#clients) response.end();
    this.#clients.clear();
  }

  #resume(client: Client, lastId: string): void {
    const [run, number] = lastId.split('-');
    const had = Number(number);
    if (run === this.#run && Number.isSafeInteger(had) && had < client.next) client.next = had + 1;
    else client.response.write(resync(null));
  }

  /** Tells a listener how far it is without telling it anything: who is cut before it has heard a thing goes on there too. */
  #placeOf({ next }: Client): string {
    return `id: ${this.#run}-${next - 1}\n: still here\n\n`;
  }

  #add(message: LiveMessage | null, text: string | null = null): void {
    const number = this.#first + this.#frames.length;
    this.#frames.push({ number, message, text });
    // Cut in blocks: shifting an array at each decision would copy it each time.
    const spare = this.#frames.length - 2 * this.#options.kept_frames;
    if (spare < 0) return;
    this.#frames = this.#frames.slice(-this.#options.kept_frames);
    this.#first = number + 1 - this.#frames.length;
  }

  async #askStatus(): Promise<void> {
    if (this.#clients.size === 0 || this.#asking) return;
    this.#asking = true;
    try {
      this.#add({ kind: 'status', status: await this.#options.status() });
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#asking = false;
    }
  }

  #push(): void {
    const now_ms = performance.now();
    for (const client of this.#clients) {
      if (client.blocked) {
        if (now_ms - client.took_ms > patience_ms) client.response.destroy();
        continue;
      }
      const text = this.#textFor(client) || (now_ms - client.took_ms > keepalive_ms ? this.#placeOf(client) : '');
      if (text === '') continue;
      client.took_ms = now_ms;
      client.blocked = !client.response.write(text);
    }
  }

  /** What this listener has not had, up to a limit; its place moves behind it. */
  #textFor(client: Client): string {
    const missed = Math.max(0, this.#first - client.next);
    const from = client.next + missed - this.#first;
    const frames = this.#frames.slice(from, from + most_frames);
    client.next += missed + frames.length;
    const heard = frames.filter(({ message }) => message === null || client.hears(message));
    return (missed > 0 ? resync(missed) : '') + heard.map((frame) => this.#text(frame)).join('');
  }

  #text(frame: Frame): string {
    const { number, message } = frame;
    if (message !== null)
      frame.text ??= `id: ${this.#run}-${number}\nevent: ${message.kind}\ndata: ${JSON.stringify(message)}\n\n`;
    return frame.text ?? '';
  }
}

/** Tells a listener that it has missed messages: how many, null where that is not known. It should ask anew. */
const resync = (missed: number | null): string => `event: resync\ndata: ${JSON.stringify({ missed })}\n\n`;
