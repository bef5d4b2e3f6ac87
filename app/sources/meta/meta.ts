/**
 * Ad accounts of Meta as a source: what they run becomes `ad.created` and `experiment.declared`, what their ads got
 * becomes `ad.metrics`. A new account is read back day by day, then its last days every quarter of an hour and all that
 * may be restated once a day. What was read is compared with the log, so that only news are appended; how far it is
 * commits with them. Hours of real time are told beside it.
 */
import pLimit from 'p-limit';
import type { Runtime } from '../../../engine/runtime.ts';
import { describedEvents, insightEvents } from '../../../ports/ad-platform/events.ts';
import type { Described } from '../../../ports/ad-platform/meta/account.ts';
import type { MetaAccount, MetaAdPlatform } from '../../../ports/ad-platform/meta/meta.ts';
import { grainOf } from '../../../ports/ad-platform/meta/rows.ts';
import type { VersionWarnings } from '../../../ports/ad-platform/meta/version.ts';
import type { HourRange, Insight } from '../../../ports/ad-platform/port.ts';
import { dateAt } from '../../../ports/ad-platform/meta/zone.ts';
import { days } from '../../../schemas/values.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { RunningSource } from '../../assemble.ts';
import type { Logger } from '../../observe/logger.ts';
import type { SourceStatus } from '../../operations/operations.ts';
import { Playing } from '../playing.ts';
import { Appends, source_name } from './appends.ts';
import { after, begun, inZone, mayTell, nextStep, shareOf, withSweep, type PlanSettings } from './plan.ts';
import { parsePosition, type AccountPosition } from './position.ts';
import { Published } from './published.ts';
import { Standings } from './standings.ts';

/** Windows that are remembered: what Meta restates, and some for zones and late reads. */
const remembered_days = 32;
/** Accounts that are asked at once: each waits for limits of its own. */
const at_once = 4;
/** The longest pause between two looks at what is due. */
const beat_ms = 30_000;
/** Between two reads of an account that are not due by themselves: they use its limits too. */
const notice_every_ms = 60_000;
const hours_a_day = 24;
const tokens_every_ms = days(1);
const token_warn_days = 14;

export interface MetaSourceOptions extends PlanSettings {
  readonly engine: Pick<Runtime, 'publish' | 'log' | 'decoded'>;
  readonly platform: Pick<MetaAdPlatform, 'accounts' | 'describe' | 'read' | 'provenance'> &
    Partial<Pick<MetaAdPlatform, 'tokens'>>;
  /** Whom groups ask that ask the platform; left out where none do. */
  readonly asked?: NonNullable<RunningSource['platform']>;
  /** What Meta's answers say of the version that is used. */
  readonly warnings?: Pick<VersionWarnings, 'said'>;
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
  /** Something of it changed since it was read. */
  noticed: boolean;
}

class MetaSource implements RunningSource {
  readonly #options: MetaSourceOptions;
  readonly #published: Published;
  readonly #watched = new Map<string, Watched>();
  readonly #standings: Standings;
  readonly #playing = new Playing();
  readonly #stopping = new AbortController();
  readonly #appends: Appends;
  #listed_ms = Number.NEGATIVE_INFINITY;
  #tokens_ms = Number.NEGATIVE_INFINITY;

  constructor(options: MetaSourceOptions, published: Published, position: ReturnType<typeof parsePosition>) {
    this.#options = options;
    this.#published = published;
    this.#appends = new Appends({ ...options, published, position });
    this.#standings = new Standings(options, this.#appends.positions);
  }

  readonly asked_by_all = true;

  get platform(): RunningSource['platform'] {
    return this.#options.asked;
  }

  status(): SourceStatus {
    const accounts = this.#standings.all(this.#watched.keys());
    const sweeps = [...this.#appends.positions.values()].flatMap(({ sweep }) =>
      sweep?.kind === 'back-fill' ? [sweep] : [],
    );
    const done = this.#appends.positions.size - sweeps.length + sweeps.reduce((sum, sweep) => sum + shareOf(sweep), 0);
    return {
      kind: 'meta',
      name: `Meta, ${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}`,
      speed: 1,
      clock_ms: null,
      progress: sweeps.length > 0 ? done / this.#appends.positions.size : null,
      events_total: this.#appends.events,
      finished: false,
      accounts,
    };
  }

  /** Reads all that the account ran on the days of a time. */
  async reported(account_id: string, { from_ms, to_ms }: HourRange): Promise<readonly Insight[]> {
    const { platform } = this.#options;
    const zone = this.#watched.get(account_id)?.account.time_zone;
    if (zone === undefined)
      throw new FlywheelError('usage.invalid', {
        why: `${account_id} is no account that is read`,
        what_to_do: 'name one of those that flywheel status lists',
      });
    const described = await platform.describe(account_id);
    const days = [dateAt(from_ms, zone), dateAt(to_ms - 1, zone)] as const;
    const { insights } = await platform.read(account_id, described, ...days);
    return insights.filter(({ window_start_ms: at_ms }) => at_ms >= from_ms && at_ms < to_ms);
  }

  /** Reads an account as soon as it may be: something of it changed. What was told a moment ago counts once. */
  notice(account_id: string): void {
    const watched = this.#watched.get(account_id);
    if (watched === undefined) return;
    watched.noticed = true;
    if (this.#isDue(watched)) this.#awaken();
  }

  /** Whether it is time to read what the account runs. */
  #isDue({ described_ms, noticed }: Watched): boolean {
    const { now_ms, poll_ms } = this.#options;
    return now_ms() - described_ms >= (noticed ? Math.min(notice_every_ms, poll_ms) : poll_ms);
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
      this.#standings.tell(this.#watched.keys());
      this.#published.forgetBefore(now_ms() - days(remembered_days));
      if (!worked.includes(true) && !this.#stopped) await sleep(beat_ms, this.#resting());
    }
  }

  /** Ends the pause under way. */
  #awaken: () => void = () => undefined;

  /** Fires where there is no time for a pause any more. */
  #resting(): AbortSignal {
    const noticed = new AbortController();
    this.#awaken = () => noticed.abort();
    return AbortSignal.any([noticed.signal, this.#stopping.signal]);
  }

  async #list(): Promise<void> {
    this.#listed_ms = this.#options.now_ms();
    const accounts = await this.#standings.asked('', () => this.#options.platform.accounts());
    for (const account of accounts ?? []) {
      const { account_id } = account;
      const known = this.#watched.get(account_id);
      if (known !== undefined) known.account = account;
      else {
        const never = { described: null, described_ms: Number.NEGATIVE_INFINITY, noticed: false };
        this.#watched.set(account_id, { account, ...never });
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
    const { now_ms } = this.#options;
    const noticed = watched.noticed && this.#isDue(watched);
    if (this.#isDue(watched) && !(await this.#describe(watched))) return false;
    const { described } = watched;
    if (described === null) return false;
    const known = this.#positionOf(account);
    const position = noticed ? { ...known, recent_ms: null } : known;
    const step = nextStep(position, now_ms(), rowsADay(described), this.#options);
    if (step === null) return false;
    const { account_id } = account;
    const read = await this.#standings.asked(account_id, () =>
      this.#options.platform.read(account_id, described, step.since, step.until),
    );
    if (read === null || this.#stopped) return false;
    for (const why of read.refused.slice(0, 3)) this.#options.logger.warn({ account_id, why }, 'a row was refused');
    const told = read.insights.filter((insight) => mayTell(insight, position));
    const events = insightEvents(account, described.experiments, told);
    await this.#appends.append(account_id, events, after(position, step, now_ms()));
    return true;
  }

  /** Tells what is new of what the account runs. */
  async #describe(watched: Watched): Promise<boolean> {
    const { account } = watched;
    const { platform, now_ms } = this.#options;
    const described = await this.#standings.asked(account.account_id, () => platform.describe(account.account_id));
    watched.described_ms = now_ms();
    if (described === null) return false;
    watched.noticed = false;
    watched.described = described;
    const events = describedEvents(described, platform.provenance);
    await this.#appends.append(account.account_id, events, this.#positionOf(account));
    return true;
  }

  #positionOf({ account_id, time_zone }: MetaAccount): AccountPosition {
    const { now_ms, logger } = this.#options;
    const known = this.#appends.positions.get(account_id);
    if (known === undefined) return begun(time_zone, now_ms(), this.#options);
    const position = inZone(known, time_zone, now_ms());
    if (position !== known)
      logger.warn(
        { account_id, before: known.time_zone, now: time_zone },
        'the time zone of the account was changed: days are told from the first that begins after it',
      );
    return withSweep(position, now_ms());
  }
}

const rowsADay = ({ ads }: Described): number =>
  ads.reduce((rows, { objective }) => rows + (grainOf(objective) === 'hour' ? hours_a_day : 1), 0);
