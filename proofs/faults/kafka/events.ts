/** The events of a fault run, each with an id of its own. */
import type { SourceEvent } from '../../../engine/engine.ts';
import { generator } from '../../../engine/commit-path/seed.ts';

export const accounts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
const ads = ['x', 'y'];
const most_events = 10;

const pick = <T>(from: readonly T[], random: () => number, otherwise: T): T =>
  from[Math.floor(random() * from.length)] ?? otherwise;

/** Draws events: amounts and notes, totals that rise, now and then an hour, a tick or a policy. */
export class Events {
  readonly random: () => number;
  #id = 0;
  #hour = 0;
  #tick = 0;
  readonly #totals = new Map<string, { as_of: number; total: number }>();

  constructor(seed: number) {
    this.random = generator(seed);
  }

  some(): readonly SourceEvent[] {
    return Array.from({ length: 1 + Math.floor(this.random() * most_events) }, () => this.#one());
  }

  withId(topic: string, value: object): SourceEvent {
    return { topic, value: { ...value, id: `e${this.#id++}` } };
  }

  place(): { account_id: string; ad_id: string } {
    return { account_id: pick(accounts, this.random, 'a'), ad_id: pick(ads, this.random, 'x') };
  }

  #one(): SourceEvent {
    const kind = this.random();
    const n = Math.floor(this.random() * 50);
    if (kind < 0.45) return this.withId('toy.measured', { ...this.place(), amount: n });
    if (kind < 0.75) return this.withId('toy.noted', { ...this.place(), note: n });
    if (kind < 0.92) return this.snapshot();
    if (kind < 0.95) return this.withId('toy.hour', { hour: this.#hour++ % 24 });
    if (kind < 0.98) return this.tick();
    return this.withId('toy.policy', { version: `p${this.#id}` });
  }

  /** The next total of an ad. */
  snapshot(place = this.place()): SourceEvent {
    const ad = `${place.account_id}|${place.ad_id}`;
    const before = this.#totals.get(ad) ?? { as_of: 0, total: 0 };
    const next = { as_of: before.as_of + 1, total: before.total + Math.floor(this.random() * 9) };
    this.#totals.set(ad, next);
    return this.withId('toy.snapshot', { ...place, ...next });
  }

  tick(): SourceEvent {
    return this.withId('toy.tick', { hour: this.#tick++ });
  }

  /** Totals of one ad, repeated and mixed up as a producer that retries does. */
  mixedUp(): readonly SourceEvent[] {
    const place = this.place();
    const totals = Array.from({ length: 5 }, () => this.snapshot(place));
    return [...totals, ...totals, ...totals.slice(0, 2)]
      .map((event) => ({ event, at: this.random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ event }) => event);
  }

  /** Hours that come twice, and one of them after a later one. */
  lateTicks(): readonly SourceEvent[] {
    const [one, two, three] = [this.tick(), this.tick(), this.tick()];
    return [one, one, three, two, three];
  }
}
