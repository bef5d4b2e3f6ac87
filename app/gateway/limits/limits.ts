/** How much a caller may ask, by class of route, and the headers that say so. */
import { FlywheelError } from '../../../topology/errors.ts';
import type { LimitClass } from '../route.ts';
import { OwnBuckets, type BucketRule, type Buckets, type Taken } from './buckets.ts';

/** Of each class of routes, and of credentials that do not fit, which are counted by address. */
export type LimitRules = Readonly<Record<LimitClass | 'guesses', BucketRule>>;

/** For each caller. A page that is open asks some ten times a second at most. */
export const usual_limits: LimitRules = {
  read: { rate_per_s: 100, burst: 400 },
  write: { rate_per_s: 20, burst: 100 },
  heavy: { rate_per_s: 2, burst: 40 },
  // Each costs one token, and one more for each 256 KiB.
  events: { rate_per_s: 500, burst: 2_000 },
  live: { rate_per_s: 5, burst: 250 },
  guesses: { rate_per_s: 1, burst: 60 },
};

export interface Limited {
  readonly headers: Readonly<Record<string, string>>;
}

export class Limits {
  readonly #rules: LimitRules;
  readonly #shared: Buckets | null;
  readonly #own: OwnBuckets;
  readonly #onTrouble: (error: unknown) => void;

  /** `shared`: buckets that all instances take from; while they are away each instance takes from its own. */
  constructor(
    rules: LimitRules,
    shared: Buckets | null,
    { now_ms, onTrouble }: { readonly now_ms: () => number; readonly onTrouble: (error: unknown) => void },
  ) {
    this.#rules = rules;
    this.#shared = shared;
    this.#own = new OwnBuckets(now_ms);
    this.#onTrouble = onTrouble;
  }

  /**
   * Takes what a request costs. The headers are those of the draft on RateLimit header fields for HTTP (structured
   * fields): `RateLimit-Policy` has burst and the seconds in which it fills, `RateLimit` what is left.
   * @throws FlywheelError `request.too_many`
   */
  async take(principal: string, limit: LimitClass, weight: number): Promise<Limited> {
    const rule = this.#rules[limit];
    const taken = await this.#taken(`${limit}:${principal}`, rule, Math.min(weight, rule.burst));
    const headers = headersOf(limit, rule, taken);
    if (!taken.ok) throw new TooMany({ limit, seconds: taken.wait_s }, headers);
    return { headers };
  }

  /** Counts a guess at credentials. @throws FlywheelError `request.too_many` */
  async guessed(address: string): Promise<void> {
    const taken = await this.#taken(`guess:${address}`, this.#rules.guesses, 1);
    if (!taken.ok) throw new TooMany({ limit: 'credentials that do not fit', seconds: taken.wait_s }, {});
  }

  async #taken(key: string, rule: BucketRule, weight: number): Promise<Taken> {
    if (this.#shared === null) return this.#own.take(key, rule, weight);
    try {
      return await this.#shared.take(key, rule, weight);
    } catch (error) {
      this.#onTrouble(error);
      return this.#own.take(key, rule, weight);
    }
  }
}

/** A refusal that says in its headers how long to wait. */
export class TooMany extends FlywheelError<'request.too_many'> {
  readonly headers: Readonly<Record<string, string>>;

  constructor(said: { readonly limit: string; readonly seconds: number }, headers: Readonly<Record<string, string>>) {
    super('request.too_many', said);
    this.headers = { ...headers, 'retry-after': String(said.seconds) };
  }
}

function headersOf(limit: LimitClass, { rate_per_s, burst }: BucketRule, { remaining }: Taken): Limited['headers'] {
  const window_s = Math.max(1, Math.ceil(burst / rate_per_s));
  const full_s = Math.max(0, Math.ceil((burst - remaining) / rate_per_s));
  return {
    'ratelimit-policy': `"${limit}";q=${burst};w=${window_s}`,
    ratelimit: `"${limit}";r=${remaining};t=${full_s}`,
  };
}
