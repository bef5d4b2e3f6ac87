/** Calls to the Graph API with one tenant's token: paced, bounded in time, and tried again where that is safe. */
import { MetaError, classify, noAnswer, refused } from './errors.ts';
import type { Gate, MetaClock } from './gate.ts';
import { transported, type Method, type Params, type TransportOptions } from './transport.ts';
import { usageOf } from './usage.ts';
import type { VersionWarnings } from './version.ts';

export interface ClientOptions extends Omit<TransportOptions, 'token'> {
  /** Read for each call: a token may be replaced while the program runs. */
  readonly token: () => string;
  readonly gate: Gate;
  readonly clock: MetaClock;
  /** Uniform on [0, 1): waits of several instances must not fall together. */
  readonly random: () => number;
  /** Tries of a read in all. */
  readonly attempts: number;
  readonly first_retry_ms: number;
  /** How long a read may wait for the limits of its account. */
  readonly patience_ms: number;
  /** Points of the account's budget that reads leave to what is urgent. */
  readonly keep?: number;
  /** Keeps what answers say of the version that is used. */
  readonly warnings?: VersionWarnings;
  /** Told of each answer, for measures. */
  readonly onCall?: (call: { readonly account_id: string; readonly outcome: string }) => void;
}

/** The longest wait before a try that the answer does not set. */
const longest_retry_ms = 60_000;
/** Points of a call in the score that Meta keeps of an account. */
const points = { GET: 1, POST: 3 } as const;
/** Whose limits a call counts against that is about no account. */
const nobody = 'app';
/** How long a write may wait for the limits of its account: it was decided on what was true a moment ago. */
const write_patience_ms = 20_000;
/** How long its reads may: whoever asks has a deadline. */
const urgent_patience_ms = 20_000;

const isPassing = ({ kind }: MetaError): boolean =>
  kind === 'transient' || kind === 'throttled' || kind === 'no_answer';

export class MetaClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get clock(): MetaClock {
    return this.#options.clock;
  }

  /** The same for whoever decides now: no points are left to others, and it is known soon that there are none. */
  urgent(): MetaClient {
    return new MetaClient({ ...this.#options, keep: 0, patience_ms: urgent_patience_ms });
  }

  /** The tenant's token as it is now. */
  token(): string {
    return this.#options.token();
  }

  /** Reads, as often as it takes within its limits. @throws MetaError */
  get(account_id: string | null, path: string, params: Params): Promise<unknown> {
    return this.#tried(() => this.#once('GET', account_id, path, params, this.#options));
  }

  /** Asks for a report: made twice, it does no harm. @throws MetaError */
  request(account_id: string, path: string, params: Params): Promise<unknown> {
    return this.#tried(() => this.#once('POST', account_id, path, params, this.#options));
  }

  /**
   * Writes, once. What a limit refused is refused; what got no answer may have been done.
   * @throws MetaError
   */
  write(account_id: string, path: string, params: Params): Promise<unknown> {
    return this.#once('POST', account_id, path, params, { patience_ms: write_patience_ms, keep: 0 });
  }

  async #tried(call: () => Promise<unknown>): Promise<unknown> {
    const { attempts, clock } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof MetaError) || !isPassing(error) || attempt >= attempts) throw error;
        await clock.sleep(this.#wait_ms(error, attempt));
      }
    }
  }

  #wait_ms({ kind, retry_after_ms }: MetaError, attempt: number): number {
    const { first_retry_ms, random } = this.#options;
    // The whole account waits for its limits in the gate; here only until it is worth knocking again.
    if (kind === 'throttled' && retry_after_ms !== null) return 0;
    const longest_ms = Math.min(longest_retry_ms, first_retry_ms * 2 ** attempt);
    return longest_ms * (0.5 + 0.5 * random());
  }

  async #once(
    method: Method,
    account_id: string | null,
    path: string,
    params: Params,
    { patience_ms, keep = 0 }: Pick<ClientOptions, 'patience_ms' | 'keep'>,
  ): Promise<unknown> {
    const { gate, token, onCall, warnings } = this.#options;
    const counted = account_id ?? nobody;
    await gate.enter(counted, points[method], patience_ms, keep);
    const said = await transported({ ...this.#options, token: token() }, method, path, params);
    const what = `${method} ${path}`;
    onCall?.({ account_id: counted, outcome: said.kind });
    if (said.kind === 'no_answer') throw noAnswer(what, said.why);
    warnings?.take(said.headers);
    const usage = usageOf(said.headers);
    await gate.learn(counted, usage);
    if (said.kind === 'answer') return said.body;
    const facts = classify(said.error, said.status, usage?.regain_ms ?? null);
    if (facts.kind === 'abuse' || isOfAccount(facts.kind, facts.subcode))
      await gate.pause(counted, facts.retry_after_ms ?? default_pause_ms);
    throw refused(what, said.error, { ...facts, retry_after_ms: facts.retry_after_ms ?? pauseOf(facts.kind) });
  }
}

/** How long an account that is throttled is left alone where the answer does not say it. */
const default_pause_ms = 60_000;
/** Four changes of one budget an hour: the limit of that budget alone. */
const budget_subcode = 1487632;

const isOfAccount = (kind: MetaError['kind'], subcode: number | null): boolean =>
  kind === 'throttled' && subcode !== budget_subcode;

const pauseOf = (kind: MetaError['kind']): number | null => (kind === 'throttled' ? default_pause_ms : null);
