/** Appends what is new of accounts to the log, one append after another, each with how far all accounts are read. */
import type { SourceEvent } from '../../../engine/engine.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import type { PlatformEvent } from '../../../ports/ad-platform/events.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Logger } from '../../observe/logger.ts';
import { printPosition, type AccountPosition, type MetaPosition } from './position.ts';
import type { Published } from './published.ts';

/** Name of the source in the log. */
export const source_name = 'meta';

/** Events of one append. */
const events_at_once = 5_000;

export interface AppendsOptions {
  readonly engine: Pick<Runtime, 'publish'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly published: Published;
  readonly position: MetaPosition;
}

export class Appends {
  /** How far each account is read, as it commits with the next append. */
  readonly positions: Map<string, AccountPosition>;
  readonly #options: AppendsOptions;
  /** Appends follow one another: each carries the position of all accounts. */
  #appending: Promise<void> = Promise.resolve();
  #events: number;

  constructor(options: AppendsOptions) {
    this.#options = options;
    this.positions = new Map(Object.entries(options.position.accounts));
    this.#events = options.position.events;
  }

  /** Events that were appended in all. */
  get events(): number {
    return this.#events;
  }

  /** Appends what is new of them, in parts; the position moves on with the last of these. */
  append(account_id: string, events: readonly PlatformEvent[], position: AccountPosition): Promise<void> {
    const appended = this.#appending.then(async () => {
      const news = this.#options.published.news(events);
      for (let from = 0; from === 0 || from < news.length; from += events_at_once) {
        if (from + events_at_once >= news.length) this.positions.set(account_id, position);
        await this.#publish(account_id, news.slice(from, from + events_at_once));
      }
    });
    // What failed ends the source by whoever waits for it, not by those behind it.
    this.#appending = appended.catch(() => undefined);
    return appended;
  }

  async #publish(account_id: string, events: readonly SourceEvent[]): Promise<void> {
    const { engine, published } = this.#options;
    const taken = await engine
      .publish({ source: source_name, position: this.#printed(events.length), events })
      .then(() => events)
      .catch((error: unknown) => {
        if (!isRefusal(error) || events.length === 0) throw error;
        return this.#publishEach(account_id, events);
      });
    published.add(taken);
    this.#events += taken.length;
  }

  /** One event that breaks a rule must not hold up the others. */
  async #publishEach(account_id: string, events: readonly SourceEvent[]): Promise<readonly SourceEvent[]> {
    const { engine, logger } = this.#options;
    const taken: SourceEvent[] = [];
    for (const event of events)
      try {
        const position = this.#printed(taken.length + 1);
        await engine.publish({ source: source_name, position, events: [event] });
        taken.push(event);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        logger.warn({ account_id, why: error.message }, 'what Meta says of an ad was refused');
      }
    return taken;
  }

  #printed(more: number): string {
    return printPosition({ events: this.#events + more, accounts: Object.fromEntries(this.positions) });
  }
}

const isRefusal = (error: unknown): error is Error =>
  (error instanceof FlywheelError || (error instanceof Error && 'code' in error)) &&
  Reflect.get(error, 'code') === 'event.refused';
