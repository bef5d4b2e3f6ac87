/** Token buckets: a caller has `burst` requests at once and gets `rate_per_s` back each second. */

export interface BucketRule {
  readonly rate_per_s: number;
  readonly burst: number;
}

/** What became of a request's tokens. */
export interface Taken {
  readonly ok: boolean;
  /** Tokens left, whole ones. */
  readonly remaining: number;
  /** Seconds until there are enough for the request; 0 where it got them. */
  readonly wait_s: number;
}

export interface Buckets {
  /** Takes `weight` tokens of a bucket, or none where it has fewer. */
  take(key: string, rule: BucketRule, weight: number): Taken | Promise<Taken>;
}

/** What a bucket says that holds `tokens` after a request for `weight` of them. */
export function takenOf(ok: boolean, tokens: number, { rate_per_s }: BucketRule, weight: number): Taken {
  const missing = ok ? 0 : weight - tokens;
  return { ok, remaining: Math.floor(Math.max(0, tokens)), wait_s: Math.ceil(missing / rate_per_s) };
}

/** Buckets that are looked after at once; beyond that the ones that are full again are forgotten. */
const most_buckets = 10_000;

/** Buckets of this process. */
export class OwnBuckets implements Buckets {
  readonly #buckets = new Map<string, { tokens: number; at_ms: number }>();
  readonly #now_ms: () => number;

  constructor(now_ms: () => number) {
    this.#now_ms = now_ms;
  }

  take(key: string, rule: BucketRule, weight: number): Taken {
    const at_ms = this.#now_ms();
    const bucket = this.#buckets.get(key) ?? { tokens: rule.burst, at_ms };
    const gained = (Math.max(0, at_ms - bucket.at_ms) / 1_000) * rule.rate_per_s;
    const tokens = Math.min(rule.burst, bucket.tokens + gained);
    const ok = tokens >= weight;
    // Set anew, so that the oldest stand first.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: ok ? tokens - weight : tokens, at_ms });
    if (this.#buckets.size > most_buckets) this.#forgetOldest();
    return takenOf(ok, ok ? tokens - weight : tokens, rule, weight);
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) return void this.#buckets.delete(key);
  }
}
