/**
 * Recorded A/B tests as a source: hour after hour of their schedule goes to the log, together with the position behind
 * it, so that a replay that was killed goes on with the next hour. It brings its own time: records are stamped with
 * the end of the hour they belong to.
 *
 * What decides is the same in every run, however often it is interrupted: the groups have handled all of one append,
 * and of what follows from it, before the next begins, and appends begin and end at fixed hours.
 */
import { basename } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { readTests } from '../../ports/sources/ab-test-csv/read.ts';
import { Schedule, type ReplayHour } from '../../ports/sources/ab-test-csv/schedule.ts';
import { hour_ms } from '../../schemas/values.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { RunningSource } from '../assemble.ts';
import type { SourceStatus, Speed } from '../operations/operations.ts';
import { handled, type Handling } from './handled.ts';
import { Pace } from './pace.ts';
import { Playing } from './playing.ts';
import { parsePosition, printPosition, type ReplayPosition } from './replay-position.ts';
import type { SettableClock } from './source-clock.ts';

/** Name of the source in the log: a folder holds one replay. */
export const source_name = 'replay';

/** Hours appended at once where nothing waits for a clock: one day is one transaction. */
const hours_at_once = 24;

/** What follows from an hour is stamped this much after it, so that it comes after the hour in any merge of inputs. */
const aftermath_ms = 1_000;

export interface ReplayOptions {
  readonly file: string;
  readonly seed: number;
  readonly speed: Speed;
  readonly engine: Handling & Pick<Engine, 'publish' | 'log'>;
  /** The engine's clock. */
  readonly clock: SettableClock;
  /** Real time, which no recorded test is later than. */
  readonly now_ms: () => number;
}

/**
 * Reads the file, finds where the folder's replay stands and sets the clock to it.
 * @throws FlywheelError of the CSV, and `replay.other` where the folder holds a replay of another file or seed.
 */
export async function openReplay(options: ReplayOptions): Promise<RunningSource> {
  const { file, seed, engine, clock } = options;
  const { tests, fingerprint } = await readTests(file, options.now_ms());
  const of = `${basename(file)} (${fingerprint}), seed ${seed}`;
  const stored = await engine.log.position(source_name);
  const position = stored === undefined ? { hours: 0, events: 0, of } : parsePosition(stored);
  if (!sameReplay(position.of, of))
    throw new FlywheelError('replay.other', { hours: position.hours, found: position.of, wanted: of });
  const schedule = new Schedule(tests, seed);
  clock.set(schedule.first_ms + position.hours * hour_ms + aftermath_ms);
  return new Replay(options, schedule, position, tests.length);
}

/**
 * Whether a folder holds a replay. Such a log is kept whole: it is as long as its file, and by its own time years old,
 * so that retention would take what its decisions are explained from while somebody looks at them.
 */
export const holdsReplay = async (engine: Pick<Engine, 'log'>): Promise<boolean> =>
  (await engine.log.position(source_name)) !== undefined;

/** The same content and seed; the file may have been renamed. */
const sameReplay = (a: string, b: string): boolean => a.slice(a.lastIndexOf('(')) === b.slice(b.lastIndexOf('('));

class Replay implements RunningSource {
  /**
   * All tests of the file are one family: that is how many could each have brought a false winner. Their size was their
   * owner's choice, so they need less exposure than a running test. And the split of a test is proposed for as long as
   * it ran: its readers are all counted by then. There is no platform left to ask for what a file leaves out.
   */
  readonly policy: object;
  readonly #options: ReplayOptions;
  readonly #schedule: Schedule;
  readonly #pace: Pace;
  #position: ReplayPosition;
  readonly #playing = new Playing();
  #stopped = false;

  constructor(options: ReplayOptions, schedule: Schedule, position: ReplayPosition, tests: number) {
    this.policy = {
      evidence: { family: 'all', planned_experiments: tests, min_impressions_per_arm: 1_000 },
      allocation: { active_hours: 1 },
      // A year passes in a minute, and all wait while a model is trained: twice a year is often enough.
      accuracy: { ask_platform: false, retrain_days: 180, retrain_cooldown_days: 90 },
    };
    this.#options = options;
    this.#schedule = schedule;
    this.#pace = new Pace(options.speed);
    this.#position = position;
  }

  status(): SourceStatus {
    const { hours, events } = this.#position;
    return {
      kind: 'replay',
      name: basename(this.#options.file),
      speed: this.#pace.speed,
      clock_ms: this.#schedule.first_ms + hours * hour_ms,
      progress: events / this.#schedule.events,
      events_total: events,
      finished: hours >= this.#schedule.hours,
      accounts: [],
    };
  }

  setSpeed(speed: Speed): void {
    this.#pace.setSpeed(speed);
  }

  /** What the ads were truly worth was not recorded. */
  trueRate(): null {
    return null;
  }

  play(): Promise<void> {
    return this.#playing.begin(() => this.#play());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pace.stop();
    await this.#playing.ended();
  }

  async #play(): Promise<void> {
    const hours = this.#schedule.from(this.#position.hours);
    while (await handled(this.#options.engine, () => this.#stopped)) {
      const together = this.#take(hours);
      if (together.length === 0 || !(await this.#pace.advance(together.length * hour_ms))) return;
      await this.#append(together);
    }
  }

  /** The hours of the next append: up to the end of a day where nothing waits for the clock, else one. */
  #take(hours: Generator<ReplayHour, void>): readonly ReplayHour[] {
    const taken: ReplayHour[] = [];
    for (let next = hours.next(); next.done !== true; next = hours.next()) {
      taken.push(next.value);
      if (this.#pace.speed !== 'max' || (next.value.index + 1) % hours_at_once === 0) break;
    }
    return taken;
  }

  /**
   * Appends in one turn are one transaction of the log. Each hour is one append of its own, stamped with its end:
   * inputs of a group merge by that stamp, so that an hour's tick comes before the totals of the next hour.
   */
  async #append(hours: readonly ReplayHour[]): Promise<void> {
    const { engine, clock } = this.#options;
    const appends: Promise<void>[] = [];
    let position = this.#position;
    for (const { index, hour_ms: at_ms, events } of hours) {
      clock.set(at_ms + hour_ms);
      position = { ...position, hours: index + 1, events: position.events + events.length };
      appends.push(engine.publish({ source: source_name, position: printPosition(position), events }));
    }
    clock.set(clock.now_ms() + aftermath_ms);
    await Promise.all(appends);
    this.#position = position;
  }
}
