/** A client that hears what happens live: it goes on where it was cut, and keeps what it needs to tell whether it missed anything. */
import { get, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';

/** What came of one account on one topic: how much, and a checksum over the ids in their order. */
export interface Course {
  readonly count: number;
  readonly checksum: number;
}

export const noCourse: Course = { count: 0, checksum: 0 };
export const next = ({ count, checksum }: Course, id: string): Course => ({
  count: count + 1,
  checksum: crc32(id, checksum),
});

/** The name of a course. */
export const courseOf = (account_id: string, topic: string): string => `${account_id} ${topic}`;

const decision = z.object({
  decision: z.object({ id: z.string(), topic: z.string(), account_id: z.string() }),
});

const again_ms = 500;

export class Listener {
  readonly courses = new Map<string, Course>();
  /** Times that it was told that something is missing. */
  missed = 0;
  frames = 0;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  #last_id: string | undefined;
  #request: ClientRequest | undefined;
  #ended = false;

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** Resolves when it hears. */
  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<Listener> {
    const listener = new Listener(url, headers);
    await listener.#listen();
    return listener;
  }

  /** Its connection breaks; it comes back a little later, as a browser would. */
  async cut(): Promise<void> {
    this.#request?.destroy();
    await sleep(again_ms);
    if (!this.#ended) await this.#listen();
  }

  end(): void {
    this.#ended = true;
    this.#request?.destroy();
  }

  #listen(): Promise<void> {
    const resumed = this.#last_id === undefined ? {} : { 'last-event-id': this.#last_id };
    return new Promise((resolve, reject) => {
      const request = get(this.#url, { headers: { ...this.#headers, ...resumed }, agent: false }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`a listener was answered ${response.statusCode}`));
        let left = '';
        response.on('error', () => undefined);
        response.setEncoding('utf8').on('data', (text: string) => {
          const parts = (left + text).split('\n\n');
          left = parts.pop() ?? '';
          for (const part of parts) this.#take(part);
        });
        resolve();
      });
      // A connection that was cut ends with an error; one that never came rejects.
      request.on('error', reject);
      this.#request = request;
    });
  }

  #take(frame: string): void {
    const fields = new Map(
      frame.split('\n').map((line) => {
        const at = line.indexOf(': ');
        return [line.slice(0, at), line.slice(at + 2)];
      }),
    );
    const id = fields.get('id');
    if (id !== undefined) this.#last_id = id;
    const event = fields.get('event');
    if (event === 'resync') this.missed++;
    if (event !== undefined) this.frames++;
    if (event !== 'decision') return;
    const { decision: found } = decision.parse(JSON.parse(fields.get('data') ?? ''));
    const name = courseOf(found.account_id, found.topic);
    this.courses.set(name, next(this.courses.get(name) ?? noCourse, found.id));
  }
}
