/**
 * What of Meta the log holds already. A platform that does not say what changed is compared with what was told, and what
 * was told is the log itself: no memory beside it that a crash could set apart from it.
 */
import { z } from 'zod';
import type { SourceEvent } from '../../../engine/engine.ts';
import type { Log, LogRecord } from '../../../engine/ports.ts';
import { readRange } from '../../../engine/read-range.ts';
import { canonicalJson } from '../../../policy/canonical.ts';
import type { PlatformEvent } from '../../../ports/ad-platform/events.ts';
import { hash32 } from '../../../learning/numeric.ts';

/** The log, with its records decoded. */
export interface PublishedLog {
  readonly log: Log;
  decoded(record: LogRecord): { readonly value: object | null };
}

const metricsShape = z.looseObject({ ad_id: z.string(), window_start_ms: z.number(), as_of_ms: z.number() });
const adShape = z.looseObject({ ad_id: z.string() });
const experimentShape = z.looseObject({ experiment_id: z.string() });

/** Two texts with one mark, 64 bits: as good as never. */
const markOf = (value: object): string => {
  const text = canonicalJson(value);
  return `${hash32(text)} ${hash32(text, text.length)}`;
};

/** What may be restated; when it was true is not part of it. */
function stated(value: object): object {
  const { as_of_ms: _, ...rest } = z.looseObject({}).parse(value);
  return rest;
}

export class Published {
  /** By ad, by start of the window: what was told last. */
  readonly #windows = new Map<string, Map<number, string>>();
  readonly #things = new Map<string, string>();

  /** Reads what the log holds of windows that began after `since_ms`, and all ads and experiments. */
  static async read(engine: PublishedLog, since_ms: number): Promise<Published> {
    const published = new Published();
    for (const topic of ['ad.created', 'experiment.declared', 'ad.metrics'] as const)
      for (let partition = 0; partition < engine.log.partitions; partition++) {
        const { start, end } = await engine.log.range(topic, partition);
        for await (const record of readRange(engine.log, topic, partition, start, end)) {
          if (topic === 'ad.metrics' && record.appended_ms < since_ms) continue;
          const { value } = engine.decoded(record);
          if (value !== null) published.#learn(topic, value, since_ms);
        }
      }
    return published;
  }

  /** Events that say something new, in their order. */
  news<E extends PlatformEvent>(events: readonly E[]): readonly E[] {
    return events.filter(({ topic, value }) => this.#known(topic, value) !== markOf(markedOf(topic, value)));
  }

  /** Takes in what was appended. */
  add(events: readonly SourceEvent[]): void {
    for (const { topic, value } of events) this.#learn(topic, value, 0);
  }

  /** Forgets windows that nobody restates any more. */
  forgetBefore(since_ms: number): void {
    for (const [ad_id, windows] of this.#windows) {
      for (const start_ms of windows.keys()) if (start_ms < since_ms) windows.delete(start_ms);
      if (windows.size === 0) this.#windows.delete(ad_id);
    }
  }

  #known(topic: string, value: object): string | undefined {
    if (topic !== 'ad.metrics') return this.#things.get(thingName(topic, value));
    const { ad_id, window_start_ms } = metricsShape.parse(value);
    return this.#windows.get(ad_id)?.get(window_start_ms);
  }

  #learn(topic: string, value: object, since_ms: number): void {
    const mark = markOf(markedOf(topic, value));
    if (topic !== 'ad.metrics') {
      this.#things.set(thingName(topic, value), mark);
      return;
    }
    const { ad_id, window_start_ms } = metricsShape.parse(value);
    if (window_start_ms < since_ms) return;
    let windows = this.#windows.get(ad_id);
    if (windows === undefined) this.#windows.set(ad_id, (windows = new Map()));
    windows.set(window_start_ms, mark);
  }
}

const markedOf = (topic: string, value: object): object => (topic === 'ad.metrics' ? stated(value) : value);

const thingName = (topic: string, value: object): string =>
  topic === 'ad.created'
    ? `ad ${adShape.parse(value).ad_id}`
    : `experiment ${experimentShape.parse(value).experiment_id}`;
