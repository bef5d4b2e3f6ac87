/**
 * Recorded tests laid out in time, hour by hour: what was created in the hour, what each running test's packages
 * got in it, and the tick that ends it. Tests overlap as they did. A test starts with the first full hour after it was
 * made, so its ads and its declaration stand an hour before its first totals.
 */
import { generator, hash32 } from '../../../learning/numeric.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { adCreated, adMetrics, experimentDeclared, type Event } from './events.ts';
import { splitOverHours, type HourlySplit } from './split.ts';
import type { RecordedTest } from './tests.ts';

/** Hours that a test is played over. The archive does not say how long each ran; a day has each hour of the day once. */
export const test_hours = 24;

/** Hours played after the last totals, so that decisions that wait for a tick are made. */
export const quiet_hours = 24;

export interface ReplayHour {
  /** Hours from the first one. */
  readonly index: number;
  /** Start of the hour, UTC epoch milliseconds. */
  readonly hour_ms: number;
  readonly events: readonly Event[];
}

interface Running {
  readonly test: RecordedTest;
  readonly start_ms: number;
  readonly split: HourlySplit;
}

const startOf = ({ created_ms }: RecordedTest): number => (Math.floor(created_ms / hour_ms) + 1) * hour_ms;

export class Schedule {
  /** By creation. */
  readonly #tests: readonly RecordedTest[];
  readonly #seed: number;
  readonly first_ms: number;
  readonly hours: number;
  /** All events from the first hour to the last. */
  readonly events: number;

  /** `tests` by creation, at least one. `seed` decides how totals fall on hours, each test by itself. */
  constructor(tests: readonly RecordedTest[], seed: number) {
    this.#tests = tests;
    this.#seed = seed;
    const [first] = tests;
    const last = tests[tests.length - 1];
    if (first === undefined || last === undefined) throw new Error('a schedule needs at least one test');
    this.first_ms = startOf(first) - hour_ms;
    this.hours = (startOf(last) - this.first_ms) / hour_ms + test_hours + quiet_hours;
    const arms = tests.reduce((sum, test) => sum + test.arms.length, 0);
    this.events = tests.length + arms * (1 + test_hours) + this.hours;
  }

  /** The hours from `from` on. Held at a time are the splits of the tests that run. */
  *from(from: number): Generator<ReplayHour, void> {
    let next = 0;
    let running: Running[] = [];
    for (let index = 0; index < this.hours; index++) {
      const at_ms = this.first_ms + index * hour_ms;
      running = running.filter(({ start_ms }) => at_ms < start_ms + test_hours * hour_ms);
      const from_next = next;
      while (createdBefore(this.#tests[next], at_ms + hour_ms)) next++;
      const made = this.#tests.slice(from_next, next);
      if (index >= from) yield { index, hour_ms: at_ms, events: hourEvents(at_ms, made, running) };
      // Tests that are over before the hour to begin with need no split.
      for (const test of made) if (index + test_hours >= from) running.push(this.#begin(test));
    }
  }

  #begin(test: RecordedTest): Running {
    const random = generator(hash32(test.test_id, hash32(`replay ${this.#seed}`)));
    return { test, start_ms: startOf(test), split: splitOverHours(test.arms, test_hours, random) };
  }
}

const createdBefore = (test: RecordedTest | undefined, at_ms: number): boolean =>
  test !== undefined && test.created_ms < at_ms;

function hourEvents(at_ms: number, made: readonly RecordedTest[], running: readonly Running[]): Event[] {
  const events: Event[] = [];
  for (const test of made) {
    for (const arm of test.arms) events.push({ topic: 'ad.created', value: adCreated(test, arm) });
    const value = experimentDeclared(test, startOf(test), test_hours);
    events.push({ topic: 'experiment.declared', value });
  }
  for (const { test, start_ms, split } of running) {
    const hour = (at_ms - start_ms) / hour_ms;
    for (let a = 0; a < test.arms.length; a++)
      events.push({ topic: 'ad.metrics', value: adMetrics(test, split, hour, a, at_ms) });
  }
  events.push({ topic: 'tick.hourly', value: { hour_ms: at_ms } });
  return events;
}
