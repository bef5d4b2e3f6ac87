/**
 * Simulated accounts as a source. Each hour: the platform's news go to the log in one append, with the position behind
 * them and the tick that ends the hour; when every group has handled it, the platform's budgets follow what was
 * proposed. All of it is a function of the seed, the first hour and the proposals, so a simulation that was killed at
 * any moment goes on as if it had not been.
 */
import type { Runtime } from '../../engine/runtime.ts';
import type { SourceEvent } from '../../engine/engine.ts';
import { eventsSince } from '../../ports/ad-platform/events.ts';
import { SimulatedAdPlatform } from '../../ports/ad-platform/simulated/simulated.ts';
import { days, day_ms, hour_ms } from '../../schemas/values.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { RunningSource } from '../assemble.ts';
import type { SourceStatus, Speed } from '../operations/operations.ts';
import { applyProposals, newProposals, type Proposal } from './follow-proposals.ts';
import { handled } from './handled.ts';
import { Pace } from './pace.ts';
import { Playing } from './playing.ts';
import { parsePosition, printPosition } from './simulated-position.ts';
import type { SettableClock } from './source-clock.ts';

/** Name of the source in the log: a folder holds one simulation. */
export const source_name = 'simulated';

/** How long before today a new simulation begins: there is history to look at before it meets the present. */
const lead_days = 28;

/** Seed of a simulation or replay where none is asked for. */
export const default_seed = 1;

/** What follows from an hour is stamped this much after it, so that it comes after the hour in any merge of inputs. */
const aftermath_ms = 1_000;

export interface SimulatedOptions {
  /** Null: whatever the folder's simulation has; 1 for a new one. */
  readonly seed: number | null;
  readonly speed: Speed;
  readonly engine: Pick<Runtime, 'publish' | 'log' | 'decoded' | 'statuses' | 'topology'>;
  /** The real time; a new simulation begins 28 days before its day. */
  readonly now_ms: () => number;
  /** The engine's clock: it follows the simulation's, so that the log is stamped in the accounts' time. */
  readonly clock: SettableClock;
  /** Start of the first hour of a new simulation, UTC epoch milliseconds, where it is not to be 28 days ago. */
  readonly first_ms?: number;
  /**
   * Whether the budgets of an account follow proposals by themselves; left out, those of all do. Where changes of
   * budgets are written, the proposals are among them, and whatever else moved a budget would be somebody else.
   */
  readonly follows?: (account_id: string) => Promise<boolean>;
}

/**
 * Opens the simulation that the folder holds, or a new one. A folder's simulation keeps its own seed and first hour.
 * @throws FlywheelError `source.other` where another seed is asked for.
 */
export async function openSimulated(options: SimulatedOptions): Promise<RunningSource> {
  const stored = await options.engine.log.position(source_name);
  if (stored !== undefined) return new Simulated(options, ofSeed(parsePosition(stored), options.seed));
  const today_ms = Math.floor(options.now_ms() / day_ms) * day_ms;
  return new Simulated(options, {
    seed: options.seed ?? default_seed,
    first_ms: options.first_ms ?? today_ms - days(lead_days),
    events: 0,
    proposals: [],
    platform: { hours: 0, campaigns: [] },
  });
}

/** The position, refused where its simulation has another seed than the one asked for. */
function ofSeed(position: ReturnType<typeof parsePosition>, seed: number | null): ReturnType<typeof parsePosition> {
  if (seed === null || seed === position.seed) return position;
  const named = (of: number): string => `a simulation with seed ${of}`;
  throw new FlywheelError('source.other', { found: named(position.seed), wanted: named(seed) });
}

class Simulated implements RunningSource {
  readonly #options: SimulatedOptions;
  readonly #seed: number;
  readonly #first_ms: number;
  readonly #platform: SimulatedAdPlatform;
  readonly #pace: Pace;
  #events: number;
  #proposals: readonly number[];
  readonly #playing = new Playing();
  #stopped = false;

  constructor(options: SimulatedOptions, position: ReturnType<typeof parsePosition>) {
    const { seed, first_ms, events, proposals, platform } = position;
    this.#options = options;
    this.#seed = seed;
    this.#first_ms = first_ms;
    this.#platform = new SimulatedAdPlatform({ seed, first_ms, state: platform });
    this.#pace = new Pace(options.speed);
    this.#events = events;
    this.#proposals = proposals;
    options.clock.set(this.#platform.now_ms + aftermath_ms);
  }

  get platform(): SimulatedAdPlatform {
    return this.#platform;
  }

  status(): SourceStatus {
    return {
      kind: 'simulated',
      name: `simulated accounts, seed ${this.#seed}`,
      speed: this.#pace.speed,
      clock_ms: this.#platform.now_ms,
      progress: null,
      events_total: this.#events,
      finished: false,
      accounts: [],
    };
  }

  setSpeed(speed: Speed): void {
    this.#pace.setSpeed(speed);
  }

  trueRate(ad_id: string): number | null {
    return this.#platform.trueRate(ad_id);
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
    while (await this.#pace.advance(hour_ms)) {
      // Proposals first: the hour that was appended before a kill had not had its own applied.
      if (!(await handled(this.#options.engine, () => this.#stopped))) return;
      await this.#followProposals();
      await this.#passHour();
    }
  }

  async #followProposals(): Promise<void> {
    const { proposals, next } = await newProposals(this.#options.engine, this.#proposals);
    await applyProposals(this.#platform, await this.#followed(proposals));
    this.#proposals = next;
  }

  async #followed(proposals: readonly Proposal[]): Promise<readonly Proposal[]> {
    const { follows } = this.#options;
    if (follows === undefined) return proposals;
    const accounts = [...new Set(proposals.map(({ account_id }) => account_id))];
    const asked = await Promise.all(accounts.map(async (id) => [id, await follows(id)] as const));
    const following = new Map(asked);
    return proposals.filter(({ account_id }) => following.get(account_id));
  }

  async #passHour(): Promise<void> {
    const { engine, clock } = this.#options;
    const since_ms = this.#platform.now_ms;
    this.#platform.passHour();
    clock.set(this.#platform.now_ms);
    const events: SourceEvent[] = [];
    for (const account of await this.#platform.accounts())
      events.push(...(await eventsSince(this.#platform, account, since_ms)));
    events.push({ topic: 'tick.hourly', value: { hour_ms: since_ms } });
    this.#events += events.length;
    await engine.publish({ source: source_name, position: this.#position(), events });
    clock.set(this.#platform.now_ms + aftermath_ms);
  }

  #position(): string {
    return printPosition({
      seed: this.#seed,
      first_ms: this.#first_ms,
      events: this.#events,
      proposals: [...this.#proposals],
      platform: this.#platform.state(),
    });
  }
}
