/**
 * Ad accounts of Meta as a source: what they run becomes `ad.created` and `experiment.declared`, what their ads got
 * becomes `ad.metrics`. A new account is read back day by day, then its last days every quarter of an hour and all that
 * may be restated once a day. What was read is compared with the log, so that only news are appended; how far it is
 * commits with them. Hours of real time are told beside it.
 */
import pLimit from 'p-limit';
import { ZodError } from 'zod';
import type { SourceEvent } from '../../../engine/engine.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { describedEvents, insightEvents } from '../../../ports/ad-platform/events.ts';
import type { Described } from '../../../ports/ad-platform/meta/account.ts';
import { MetaError } from '../../../ports/ad-platform/meta/errors.ts';
import type { MetaAccount, MetaAdPlatform } from '../../../ports/ad-platform/meta/meta.ts';
import { grainOf } from '../../../ports/ad-platform/meta/rows.ts';
import { AdPlatformError } from '../../../ports/ad-platform/port.ts';
import { days } from '../../../schemas/values.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { RunningSource } from '../../assemble.ts';
import type { Logger } from '../../observe/logger.ts';
import type { SourceAccount, SourceStatus } from '../../operations/operations.ts';
import { Playing } from '../playing.ts';
import { standingOf, type AccountTrouble } from './accounts.ts';
import { after, begun, inZone, mayTell, nextStep, shareOf, withSweep, type PlanSettings } from './plan.ts';
import { parsePosition, printPosition, type AccountPosition } from './position.ts';
import { Published } from './published.ts';

/** Name of the source in the log. */
export const source_name = 'meta';

/** Windows that are remembered: what Meta restates, and some for zones and late reads. */
const remembered_days = 32;
/** Accounts that are asked at once: each waits for limits of its own. */
const at_once = 4;
/** Events of one append. */
const events_at_once = 5_000;
/** The longest pause between two looks at what is due. */
const beat_ms = 30_000;
const hours_a_day = 24;
const tokens_every_ms = days(1);
const token_warn_days = 14;

export interface MetaSourceOptions extends PlanSettings {
  readonly engine: Pick<Runtime, 'publish' | 'log' | 'decoded'>;
  readonly platform: Pick<MetaAdPlatform, 'accounts' | 'describe' | 'read' | 'provenance'> &
    Partial<Pick<MetaAdPlatform, 'tokens'>>;
  /** Whom groups ask that ask the platform; left out where none do. */
  readonly asked?: NonNullable<RunningSource['platform']>;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  readonly now_ms: () => number;
  /** Waits, and ends early where the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Age of the last read from which on an account is stale, milliseconds. */
  readonly stale_ms: number;
  /** Plays beside it: tells the hours. */
  readonly ticker: RunningSource;
}

/** Finds how far the folder has read, and what it holds. */
export async function openMetaSource(options: MetaSourceOptions): Promise<RunningSource> {
  const stored = await options.engine.log.position(source_name);
  const published = await Published.read(options.engine, options.now_ms() - days(remembered_days));
  return new MetaSource(options, published, stored === undefined ? { events: 0, accounts: {} } : parsePosition(stored));
}

/** What is known of an account while the program runs. */
interface Watched {
  account: MetaAccount;
  described: Described | null;
  described_ms: number;
}

class MetaSource implements RunningSource {
  readonly #options: MetaSourceOptions;
  readonly #published: Published;
  readonly #positions: Map<string, AccountPosition>;
  readonly #watched = new Map<string, Watched>();
  readonly #troubles = new Map<string, AccountTrouble>();
  readonly #told = new Map<string, SourceAccount['state']>();
  readonly #playing = new Playing();
  readonly #stopping = new AbortController();
  /** Appends follow one another: each carries the position of all accounts. */
  #appending: Promise<void> = Promise.resolve();
  #events: number;
  #listed_ms = Number.NEGATIVE_INFINITY;
  #tokens_ms = Number.NEGATIVE_INFINITY;

  constructor(options: MetaSourceOptions, published: Published, position: ReturnType<typeof parsePosition>) {
    this.#options = options;
    this.#published = published;
    this.#positions = new Map(Object.entries(position.accounts));
    this.#events = position.events;
  }

  get platform(): RunningSource['platform'] {
    return this.#options.asked;
  }

  status(): SourceStatus {
    const accounts = this.#standings();
    const sweeps = [...this.#positions.values()].flatMap(({ sweep }) => (sweep?.kind === 'back-fill' ? [sweep] : []));
    const done = this.#positions.size - sweeps.length + sweeps.reduce((sum, sweep) => sum + shareOf(sweep), 0);
    return {
      kind: 'meta',
      name: `Meta, ${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}`,
      speed: 1,
      clock_ms: null,
      progress: sweeps.length > 0 ? done / this.#positions.size : null,
      events_total: this.#events,
      finished: false,
      accounts,
    };
  }

  /** Real time has one speed. */
  setSpeed(): void {
    return undefined;
  }

  trueRate(): null {
    return null;
  }

  play(): Promise<void> {
    return this.#playing.begin(async () => {
      const ticking = this.#options.ticker.play();
      // One that fails ends the other: a source that half works looks alive.
      const ended = Promise.all([this.#play(), ticking]);
      await ended.catch(async (error: unknown) => {
        this.#stopping.abort();
        await this.#options.ticker.stop();
        throw error;
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#options.ticker.stop();
    await this.#playing.ended();
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #play(): Promise<void> {
    const { now_ms, poll_ms, sleep } = this.#options;
    const limit = pLimit(at_once);
    while (!this.#stopped) {
      if (now_ms() - this.#listed_ms >= poll_ms) await this.#list();
      if (now_ms() - this.#tokens_ms >= tokens_every_ms) await this.#watchTokens();
      const worked = await Promise.all([...this.#watched.values()].map((one) => limit(() => this.#work(one))));
      this.#warn();
      this.#published.forgetBefore(now_ms() - days(remembered_days));
      if (!worked.includes(true) && !this.#stopped) await sleep(beat_ms, this.#stopping.signal);
    }
  }

  async #list(): Promise<void> {
    this.#listed_ms = this.#options.now_ms();
    const accounts = await this.#asked('', () => this.#options.platform.accounts());
    for (const account of accounts ?? []) {
      const { account_id } = account;
      const known = this.#watched.get(account_id);
      if (known !== undefined) known.account = account;
      else {
        this.#watched.set(account_id, { account, described: null, described_ms: Number.NEGATIVE_INFINITY });
        this.#options.logger.info({ account_id, time_zone: account.time_zone }, 'account of Meta found');
      }
    }
  }

  /** Says in time that a token ends: it is a person who makes the next one. */
  async #watchTokens(): Promise<void> {
    const { platform, now_ms, logger } = this.#options;
    this.#tokens_ms = now_ms();
    const tokens = (await platform.tokens?.().catch(() => null)) ?? [];
    for (const { tenant, valid, expires_ms } of tokens) {
      const left_days = expires_ms === null ? Infinity : (expires_ms - now_ms()) / days(1);
      if (!valid || left_days < token_warn_days)
        logger.warn({ tenant, valid, left_days: Math.floor(left_days) }, 'a token of Meta ends: make a new one');
    }
  }

  /** Does what is due for an account; true where there may be more. */
  async #work(watched: Watched): Promise<boolean> {
    if (this.#stopped) return false;
    const { account } = watched;
    const { now_ms, poll_ms } = this.#options;
    if (now_ms() - watched.described_ms >= poll_ms && !(await this.#describe(watched))) return false;
    const { described } = watched;
    if (described === null) return false;
    const position = this.#positionOf(account);
    const step = nextStep(position, now_ms(), rowsADay(described), this.#options);
    if (step === null) return false;
    const { account_id } = account;
    const read = await this.#asked(account_id, () =>
      this.#options.platform.read(account_id, described, step.since, step.until),
    );
    if (read === null || this.#stopped) return false;
    for (const why of read.refused.slice(0, 3)) this.#options.logger.warn({ account_id, why }, 'a row was refused');
    const told = read.insights.filter((insight) => mayTell(insight, position));
    const events = insightEvents(account, described.experiments, told);
    await this.#append(account_id, this.#published.news(events), after(position, step, now_ms()));
    return true;
  }

  /** Tells what is new of what the account runs. */
  async #describe(watched: Watched): Promise<boolean> {
    const { account } = watched;
    const { platform, now_ms } = this.#options;
    const described = await this.#asked(account.account_id, () => platform.describe(account.account_id));
    watched.described_ms = now_ms();
    if (described === null) return false;
    watched.described = described;
    const events = describedEvents(described, platform.provenance);
    await this.#append(account.account_id, this.#published.news(events), this.#positionOf(account));
    return true;
  }

  #positionOf({ account_id, time_zone }: MetaAccount): AccountPosition {
    const { now_ms, logger } = this.#options;
    const known = this.#positions.get(account_id);
    if (known === undefined) return begun(time_zone, now_ms(), this.#options);
    const position = inZone(known, time_zone, now_ms());
    if (position !== known)
      logger.warn(
        { account_id, before: known.time_zone, now: time_zone },
        'the time zone of the account was changed: days are told from the first that begins after it',
      );
    return withSweep(position, now_ms());
  }

  /** The answer of Meta; null where there is none, which is then the account's trouble. */
  async #asked<T>(account_id: string, ask: () => Promise<T>): Promise<T | null> {
    try {
      const answer = await ask();
      this.#troubles.delete(account_id);
      return answer;
    } catch (error) {
      if (!isOfPlatform(error)) throw error;
      const why = error instanceof ZodError ? `Meta's answer is not as expected: ${firstIssue(error)}` : error.message;
      const since_ms = this.#troubles.get(account_id)?.since_ms ?? this.#options.now_ms();
      this.#troubles.set(account_id, { since_ms, why });
      return null;
    }
  }

  /** Appends in parts; the position moves on with the last of them. */
  #append(account_id: string, events: readonly SourceEvent[], position: AccountPosition): Promise<void> {
    const appended = this.#appending.then(async () => {
      for (let from = 0; from === 0 || from < events.length; from += events_at_once) {
        if (from + events_at_once >= events.length) this.#positions.set(account_id, position);
        await this.#publish(account_id, events.slice(from, from + events_at_once));
      }
    });
    // What failed ends the source by whoever waits for it, not by those behind it.
    this.#appending = appended.catch(() => undefined);
    return appended;
  }

  async #publish(account_id: string, events: readonly SourceEvent[]): Promise<void> {
    const { engine } = this.#options;
    const taken = await engine
      .publish({ source: source_name, position: this.#printed(events.length), events })
      .then(() => events)
      .catch((error: unknown) => {
        if (!isRefusal(error) || events.length === 0) throw error;
        return this.#publishEach(account_id, events);
      });
    this.#published.add(taken);
    this.#events += taken.length;
  }

  /** One event that breaks a rule must not hold up the others. */
  async #publishEach(account_id: string, events: readonly SourceEvent[]): Promise<readonly SourceEvent[]> {
    const taken: SourceEvent[] = [];
    for (const event of events)
      try {
        const position = this.#printed(taken.length + 1);
        await this.#options.engine.publish({ source: source_name, position, events: [event] });
        taken.push(event);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.#options.logger.warn({ account_id, why: error.message }, 'what Meta says of an ad was refused');
      }
    return taken;
  }

  #printed(more: number): string {
    return printPosition({ events: this.#events + more, accounts: Object.fromEntries(this.#positions) });
  }

  #standings(): readonly SourceAccount[] {
    const { now_ms, stale_ms } = this.#options;
    const at = { now_ms: now_ms(), stale_ms };
    const ids = new Set([...this.#positions.keys(), ...this.#watched.keys()]);
    const found = [...ids].map((id) => standingOf(id, this.#positions.get(id), this.#troubles.get(id), at));
    const trouble = this.#troubles.get('');
    if (trouble !== undefined) found.push({ ...standingOf('(all)', undefined, trouble, at) });
    return found;
  }

  /** Says once when an account becomes stale or fails, and when it is well again. */
  #warn(): void {
    for (const { account_id, state, problem, read_ms } of this.#standings()) {
      const before = this.#told.get(account_id);
      this.#told.set(account_id, state);
      if (before === state) continue;
      const isWell = state === 'fresh' || state === 'back-fill';
      if (!isWell) this.#options.logger.warn({ account_id, state, problem, read_ms }, 'an account of Meta is not read');
      else if (before !== undefined) this.#options.logger.info({ account_id, state }, 'an account of Meta is read');
    }
  }
}

const rowsADay = ({ ads }: Described): number =>
  ads.reduce((rows, { objective }) => rows + (grainOf(objective) === 'hour' ? hours_a_day : 1), 0);

const isOfPlatform = (error: unknown): error is Error =>
  error instanceof MetaError || error instanceof AdPlatformError || error instanceof ZodError;

const isRefusal = (error: unknown): error is Error =>
  (error instanceof FlywheelError || (error instanceof Error && 'code' in error)) &&
  Reflect.get(error, 'code') === 'event.refused';

const firstIssue = ({ issues: [issue] }: ZodError): string =>
  `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
