/**
 * The limits of the Marketing API as Meta documents them (rate limiting, 2026-09-12): a score of each account that
 * decays, hourly budgets of each use case, and four changes of a budget an hour. What is counted is this server's time.
 */
import { hour_ms } from '../../schemas/values.ts';
import { GraphError } from './errors.ts';
import type { GraphAccount } from './world.ts';

export type UseCase = 'ads_management' | 'ads_insights';

interface Event {
  readonly at_ms: number;
  readonly points: number;
}

/** Points within a span that moves. */
class Window {
  readonly #span_ms: number;
  #events: Event[] = [];
  #sum = 0;

  constructor(span_ms: number) {
    this.#span_ms = span_ms;
  }

  sum(now_ms: number): number {
    let gone = 0;
    while (gone < this.#events.length && (this.#events[gone]?.at_ms ?? 0) <= now_ms - this.#span_ms) {
      this.#sum -= this.#events[gone]?.points ?? 0;
      gone++;
    }
    if (gone > 0) this.#events = this.#events.slice(gone);
    return this.#sum;
  }

  add(at_ms: number, points: number): void {
    this.#events.push({ at_ms, points });
    this.#sum += points;
  }

  /** How long until the oldest of it is gone, milliseconds. */
  wait_ms(now_ms: number): number {
    const first = this.#events[0];
    return first === undefined ? 0 : first.at_ms + this.#span_ms - now_ms;
  }
}

const tiers = {
  limited: { score: 60, blocked_ms: 300_000, ads_management: 300, ads_insights: 600 },
  full: { score: 9_000, blocked_ms: 60_000, ads_management: 100_000, ads_insights: 190_000 },
} as const;
const score_span_ms = 300_000;
const points = { read: 1, write: 3 } as const;
const per_active_ad = { ads_management: 40, ads_insights: 400 } as const;
const budget_changes_an_hour = 4;

interface AccountUse {
  readonly score: Window;
  readonly cases: Record<UseCase, Window>;
  blocked_until_ms: number;
}

/** Shares of the limits that are used, percent, and minutes until calls are taken again. */
export interface Usage {
  readonly score_pct: number;
  readonly use_case: UseCase;
  readonly call_pct: number;
  readonly regain_minutes: number;
  readonly tier: GraphAccount['tier'];
}

export class Limits {
  readonly #accounts = new Map<string, AccountUse>();
  readonly #budgets = new Map<string, Window>();
  /** Refusals by code and subcode. */
  readonly exceeded = new Map<string, number>();

  /** Counts a call. @throws GraphError where a limit is exceeded. */
  take(account: GraphAccount, use_case: UseCase, kind: 'read' | 'write', now_ms: number): void {
    const use = this.#of(account);
    const tier = tiers[account.tier];
    if (now_ms < use.blocked_until_ms || use.score.sum(now_ms) + points[kind] > tier.score) {
      if (now_ms >= use.blocked_until_ms) use.blocked_until_ms = now_ms + tier.blocked_ms;
      throw this.#refuse(17, 2446079, 'User request limit reached');
    }
    const window = use.cases[use_case];
    if (window.sum(now_ms) + 1 > hourly(account, use_case))
      throw this.#refuse(
        use_case === 'ads_insights' ? 80000 : 80004,
        2446079,
        'There have been too many calls to this ad-account. Wait a bit and try again.',
      );
    use.score.add(now_ms, points[kind]);
    window.add(now_ms, 1);
  }

  /** Counts a change of a budget. @throws GraphError at the fifth within an hour. */
  takeBudgetChange(owner_id: string, now_ms: number): void {
    let window = this.#budgets.get(owner_id);
    if (window === undefined) this.#budgets.set(owner_id, (window = new Window(hour_ms)));
    if (window.sum(now_ms) >= budget_changes_an_hour)
      throw this.#refuse(613, 1487632, 'Calls to this api have exceeded the rate limit.');
    window.add(now_ms, 1);
  }

  usage(account: GraphAccount, use_case: UseCase, now_ms: number): Usage {
    const use = this.#of(account);
    const blocked_ms = Math.max(0, use.blocked_until_ms - now_ms);
    const window = use.cases[use_case];
    const full = window.sum(now_ms) >= hourly(account, use_case);
    return {
      score_pct: (100 * use.score.sum(now_ms)) / tiers[account.tier].score,
      use_case,
      call_pct: Math.floor((100 * window.sum(now_ms)) / hourly(account, use_case)),
      regain_minutes: Math.ceil(Math.max(blocked_ms, full ? window.wait_ms(now_ms) : 0) / 60_000),
      tier: account.tier,
    };
  }

  #of({ id }: GraphAccount): AccountUse {
    let use = this.#accounts.get(id);
    if (use === undefined) {
      const cases = { ads_management: new Window(hour_ms), ads_insights: new Window(hour_ms) };
      this.#accounts.set(id, (use = { score: new Window(score_span_ms), cases, blocked_until_ms: 0 }));
    }
    return use;
  }

  #refuse(code: number, subcode: number, message: string): GraphError {
    const name = `${code}/${subcode}`;
    this.exceeded.set(name, (this.exceeded.get(name) ?? 0) + 1);
    return new GraphError({ code, subcode, message: `(#${code}) ${message}`, is_transient: false });
  }
}

function hourly({ campaigns, tier }: GraphAccount, use_case: UseCase): number {
  let active = 0;
  for (const { adsets } of campaigns) for (const { ads } of adsets) active += ads.filter(isActive).length;
  return tiers[tier][use_case] + per_active_ad[use_case] * active;
}

const isActive = ({ status }: { readonly status: string }): boolean => status === 'ACTIVE';

/** The headers that tell of it. */
export function usageHeaders(account: GraphAccount, usage: Usage): Record<string, string> {
  const { score_pct, use_case, call_pct, regain_minutes, tier } = usage;
  const access = tier === 'full' ? 'full_access' : 'limited_access';
  const business = {
    type: use_case,
    call_count: call_pct,
    total_cputime: 0,
    total_time: 0,
    estimated_time_to_regain_access: regain_minutes,
    ads_api_access_tier: access,
  };
  return {
    'x-business-use-case-usage': JSON.stringify({ [account.id.replace('act_', '')]: [business] }),
    'x-ad-account-usage': JSON.stringify({
      acc_id_util_pct: Math.round(score_pct * 100) / 100,
      reset_time_duration: regain_minutes * 60,
      ads_api_access_tier: access,
    }),
    ...(use_case === 'ads_insights' && {
      'x-fb-ads-insights-throttle': JSON.stringify({
        app_id_util_pct: 0,
        acc_id_util_pct: call_pct,
        ads_api_access_tier: access,
      }),
    }),
  };
}
