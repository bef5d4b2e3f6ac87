/** Ad metrics at a steady pace through the API, as lines: due at their time, whatever the gateway does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { hour_ms } from '../../../schemas/values.ts';
import { hourOf, metricsEvent, workload_start_ms, type World } from '../workload.ts';

/** Between two requests. */
const pace_ms = 100;
/** Requests under way at most: where the gateway takes less than is due, the pace falls, and shows it. */
const most_under_way = 20;

const report = z.object({ accepted: z.number(), rejected_total: z.number() });

export interface FlowAt {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly world: World;
  readonly events_per_s: number;
}

export class Flow {
  readonly #at: FlowAt;
  readonly #under_way = new Set<Promise<void>>();
  #failed: unknown;
  sent = 0;
  accepted = 0;

  constructor(at: FlowAt) {
    this.#at = at;
  }

  /** Sends for so long. @throws where anything was refused */
  async run(seconds: number): Promise<void> {
    const start_ms = performance.now();
    const { events_per_s, world } = this.#at;
    for (let elapsed_ms = 0; elapsed_ms < seconds * 1_000; elapsed_ms = performance.now() - start_ms) {
      const due = Math.floor((elapsed_ms / 1_000) * events_per_s);
      while (this.sent < due) {
        // The hour ends when all ads have told all of it.
        const to = Math.min(due, (Math.floor(this.sent / hourOf(world)) + 1) * hourOf(world));
        await this.#send('ad.metrics', lines(this.sent, to, world));
        this.sent = to;
        if (to % hourOf(world) === 0) await this.#tick(to / hourOf(world) - 1);
      }
      if (this.#failed !== undefined) throw this.#failed;
      await sleep(pace_ms);
    }
    await Promise.all(this.#under_way);
    if (this.#failed !== undefined) throw this.#failed;
  }

  /** An hour ends behind all that was reported of it. */
  async #tick(hour: number): Promise<void> {
    await Promise.all(this.#under_way);
    const value = JSON.stringify({ hour_ms: workload_start_ms + hour * hour_ms });
    await this.#post('tick.hourly', value);
  }

  async #send(topic: string, body: string): Promise<void> {
    const sending = this.#post(topic, body)
      .then((accepted) => void (this.accepted += accepted))
      .catch((error: unknown) => void (this.#failed ??= error))
      .finally(() => this.#under_way.delete(sending));
    this.#under_way.add(sending);
    if (this.#under_way.size >= most_under_way) await Promise.race(this.#under_way);
  }

  /** How many were accepted. */
  async #post(topic: string, body: string): Promise<number> {
    const { url, headers } = this.#at;
    const response = await fetch(`${url}/api/events?topic=${topic}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-ndjson' },
      body,
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`events were answered ${response.status}: ${text.slice(0, 500)}`);
    return report.parse(JSON.parse(text)).accepted;
  }
}

const lines = (from: number, to: number, world: World): string =>
  Array.from({ length: to - from }, (_, i) => JSON.stringify(metricsEvent(from + i, world))).join('\n');
