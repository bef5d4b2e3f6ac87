import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomial, generator } from '../../learning/numeric.ts';
import { defaultPolicy } from '../../policy/document.ts';
import { noCreativeFacts, type AdCreated, type AdMetrics, type AllocationProposed } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { snapshot, start_ms } from '../../testing/snapshot.ts';
import { decide } from './decide.ts';
import { campaignPartOf } from './on-metrics.ts';
import { campaignPartName, initialAccount, type AccountState, type CampaignPart, type Part } from './state.ts';
import { accountView, campaignView } from './views.ts';
import { wiring } from './wiring.ts';

const policy = { ...defaultPolicy, version: 'p' };

/** One account's state and parts, moved by handlers that see only the parts that the wiring names. */
class Account {
  state: AccountState = initialAccount();
  readonly parts = new Map<string, Part>();
  #offset = 0;

  #context(names: readonly string[] | undefined): Parameters<(typeof decide)['ad.metrics']>[2] {
    const named = new Map<string, Part>();
    for (const name of names ?? []) {
      const part = this.parts.get(name);
      if (part !== undefined) named.set(name, part);
    }
    const seed = ++this.#offset;
    return { at_ms: start_ms, seed, random: generator(seed), policy, key: 'act', stateKey: '', parts: named };
  }

  #keep(decision: { state: AccountState | null; parts?: ReadonlyMap<string, Part | null> }): void {
    this.state = decision.state ?? initialAccount();
    for (const [name, part] of decision.parts ?? [])
      if (part === null) this.parts.delete(name);
      else this.parts.set(name, part);
  }

  metrics(given: Partial<AdMetrics>): void {
    const event = snapshot(given);
    this.#keep(
      decide['ad.metrics'](this.state, event, this.#context(wiring.partKeys?.['ad.metrics']?.(event, this.state))),
    );
  }

  tick(hour: number): readonly AllocationProposed[] {
    const event = { hour_ms: start_ms + hour * hour_ms };
    const names = wiring.partKeys?.['tick.hourly']?.(event, this.state);
    const decision = decide['tick.hourly'](this.state, event, this.#context(names));
    this.#keep(decision);
    return (decision.emit ?? []).map(({ value }) => value);
  }

  campaign(id = 'c'): CampaignPart {
    const part = campaignPartOf(this.parts, campaignPartName(id));
    if (part === undefined) throw new Error(`no campaign ${id}`);
    return part;
  }
}

/** The first two of a list that must have two. */
function pair<T>(values: readonly T[] | undefined): readonly [T, T] {
  const [first, second] = values ?? [];
  if (first === undefined || second === undefined) throw new Error(`${values?.length ?? 0} instead of two`);
  return [first, second];
}

const hourOf = (hour: number): { window_start_ms: number } => ({ window_start_ms: start_ms + hour * hour_ms });

/** Two ads for `hours`, at rates by hour and ad; returns the last tick's proposals. */
function run(
  account: Account,
  hours: number,
  rate: (ad: string, hour: number) => number,
  given: Partial<AdMetrics> = {},
): readonly AllocationProposed[] {
  const random = generator(5);
  let last: readonly AllocationProposed[] = [];
  for (let hour = 0; hour < hours; hour++) {
    for (const ad_id of ['x', 'y'])
      account.metrics({ ad_id, ...hourOf(hour), link_clicks: binomial(1_000, rate(ad_id, hour), random), ...given });
    last = account.tick(hour);
  }
  return last;
}

/** An ad of the account's campaign is created. */
function create(account: Account, given: Partial<AdCreated>): void {
  const event: AdCreated = {
    ...noCreativeFacts,
    account_id: 'act',
    campaign_id: 'c',
    adset_id: 'set',
    ad_id: 'ad',
    experiment_id: null,
    objective: 'unknown',
    name: 'ad',
    headline: null,
    primary_text: null,
    call_to_action: null,
    format: 'image',
    created_ms: start_ms,
    provenance: 'simulated',
    ...given,
  };
  const context = { at_ms: start_ms, seed: 1, random: generator(1), policy, key: 'act', stateKey: '' };
  const decision = decide['ad.created'](account.state, event, { ...context, parts: account.parts });
  if (decision.state !== null) account.state = decision.state;
  for (const [name, part] of decision.parts ?? []) if (part !== null) account.parts.set(name, part);
}

describe('a snapshot', () => {
  it('of a restated hour moves the total by the difference only, in whatever order and however often it comes', () => {
    const window = fc.record({
      hour: fc.nat(40),
      ad_id: fc.constantFrom('x', 'y'),
      snapshots: fc.array(fc.record({ impressions: fc.nat(3_000), link_clicks: fc.nat(300) }), {
        minLength: 1,
        maxLength: 4,
      }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(window, { selector: ({ hour, ad_id }) => `${ad_id}${hour}`, minLength: 1, maxLength: 10 }),
        fc.nat(),
        (windows, seed) => {
          const all = windows.flatMap(({ hour, ad_id, snapshots }) =>
            snapshots.map((totals, i) => ({
              ad_id,
              ...hourOf(hour),
              as_of_ms: start_ms + 100 * hour_ms + i,
              ...totals,
            })),
          );
          const last = windows.map(({ hour, ad_id, snapshots }) => ({ ad_id, ...hourOf(hour), ...snapshots.at(-1) }));
          const random = generator(seed);
          const mixed = all.map((one) => ({ one, at: random() })).sort((a, b) => a.at - b.at);
          const restated = new Account();
          const once = new Account();
          // Known first, so that both accounts list the arms alike.
          for (const account of [restated, once])
            for (const ad_id of ['x', 'y'])
              account.metrics({ ad_id, ...hourOf(0), impressions: 0, link_clicks: 0, as_of_ms: start_ms });
          for (const { one } of mixed) restated.metrics(one);
          for (const one of last) once.metrics(one);
          restated.campaign().sums.arms.forEach((arm, i) => {
            const other = once.campaign().sums.arms[i];
            arm.sums.forEach((sum, k) => expect(sum).toBeCloseTo(other?.sums[k] ?? NaN, 6));
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('as old as the one before, or older, changes nothing', () => {
    const account = new Account();
    account.metrics({ as_of_ms: start_ms + 2 * hour_ms });
    const { state } = account;
    account.metrics({ as_of_ms: start_ms + 2 * hour_ms, impressions: 9_000 });
    account.metrics({ as_of_ms: start_ms + hour_ms, impressions: 9_000 });
    expect(account.state).toBe(state);
  });

  it('of another length of window is refused with the ad and both lengths', () => {
    const account = new Account();
    account.metrics({});
    expect(() => account.metrics({ window_end_ms: start_ms + day_ms, impressions: 9_000 })).toThrow(
      /window_end_ms .* 24 h, but ad x reports windows of 1 h/,
    );
  });

  it('of an hour whose book is gone is too late to count', () => {
    const account = new Account();
    account.metrics({ ...hourOf(31 * 24) });
    const { state } = account;
    account.metrics({ ...hourOf(0) });
    expect(account.state).toBe(state);
  });
});

describe('a tick', () => {
  it('proposes one split per campaign of more than one ad set, its shares summing to one, most to the better', () => {
    const account = new Account();
    account.metrics({ ad_id: 'lone', campaign_id: 'single' });
    const [proposal, ...rest] = run(account, 72, (ad) => (ad === 'x' ? 0.015 : 0.022));
    expect(rest).toEqual([]);
    expect(proposal?.campaign_id).toBe('c');
    expect(proposal?.hour_ms).toBe(start_ms + 72 * hour_ms);
    const [x, y] = pair(proposal?.arms);
    expect(x.share + y.share).toBeCloseTo(1, 9);
    expect(y.share).toBeGreaterThan(0.9);
    expect(x.share).toBeGreaterThanOrEqual(proposal?.floor_share ?? 1);
    expect(y.low).toBeLessThan(0.022);
    expect(y.high).toBeGreaterThan(0.022);
    expect(x.expected_loss).toBeGreaterThan(y.expected_loss);
    expect(proposal?.effective_prior_impressions).toBeGreaterThan(100);
  });

  it('proposes the same again from the same state and seed', () => {
    const [one, two] = [new Account(), new Account()].map((account) => run(account, 5, () => 0.02));
    expect(one).toEqual(two);
  });

  it.each(['leads', 'app_promotion', 'sales'] as const)(
    'moves no money by click rate where a campaign is paid for %s',
    (objective) => {
      const account = new Account();
      create(account, { adset_id: 'set-x', ad_id: 'x', objective });
      expect(run(account, 24, () => 0.015)).toEqual([]);
      // Another account of the same events, paid for clicks.
      const other = new Account();
      create(other, { adset_id: 'set-x', ad_id: 'x', objective: 'traffic' });
      expect(run(other, 24, () => 0.015).length).toBeGreaterThan(0);
    },
  );

  it('gives an ad set its chance before it has data', () => {
    const account = new Account();
    run(account, 24, () => 0.015);
    create(account, { adset_id: 'set-new', ad_id: 'new' });
    const [proposal] = account.tick(24);
    expect(proposal?.arms.find(({ adset_id }) => adset_id === 'set-new')?.share).toBeGreaterThan(0.2);
  });

  it('proposes nothing for a campaign that has gone quiet, and takes it up again with its next data', () => {
    const account = new Account();
    run(account, 3, () => 0.015);
    expect(account.tick(3 + 49)).toEqual([]);
    account.metrics({ ...hourOf(60) });
    expect(account.tick(60)).toHaveLength(1);
  });

  it('keeps days for as long as they may be restated, no longer, and forgets a campaign that is over', () => {
    const account = new Account();
    let most = 0;
    for (let hour = 0; hour < 60 * 24; hour += 6) {
      account.metrics({ ...hourOf(hour) });
      account.tick(hour);
      most = Math.max(most, account.parts.size);
    }
    expect(most).toBeLessThanOrEqual(33);
    account.tick(60 * 24 + 31 * 24);
    expect(account.parts.size).toBe(0);
    expect(account.state.campaigns).toEqual([]);
    expect(account.state.past).toHaveLength(1);
  });

  it('expects of a new campaign what the account has shown', () => {
    const account = new Account();
    run(account, 72, () => 0.045);
    account.metrics({ campaign_id: 'new', ad_id: 'p', ...hourOf(71), impressions: 2, link_clicks: 0 });
    account.metrics({ campaign_id: 'new', ad_id: 'q', ...hourOf(71), impressions: 2, link_clicks: 0 });
    const proposal = account.tick(72).find(({ campaign_id }) => campaign_id === 'new');
    for (const arm of proposal?.arms ?? []) expect(arm.mean).toBeGreaterThan(0.025);
  });
});

/** Half the rate before noon, half as much again after. */
const shape = (hour: number): number => (hour % 24 < 12 ? 0.5 : 1.5);

describe('factors', () => {
  it('of the hour of day are learned from hours, and leave the arms at their daily mean', () => {
    const account = new Account();
    run(account, 14 * 24, (_, hour) => 0.02 * shape(hour));
    const { hour_factors } = accountView(account.state);
    for (const [hour, factor] of hour_factors.entries()) expect(Math.abs(factor - shape(hour))).toBeLessThan(0.2);
    const view = campaignView(account.state, account.campaign(), policy.allocation);
    for (const arm of view.arms) expect(Math.abs(arm.mean / 0.02 - 1)).toBeLessThan(0.1);
  });

  it('of the hour of day are learned from the differences of a day’s growing totals, not from the totals', () => {
    const account = new Account();
    const random = generator(9);
    for (let day = 0; day < 14; day++) {
      const totals = { x: 0, y: 0 };
      for (let hour = 0; hour < 24; hour++) {
        for (const ad_id of ['x', 'y'] as const) {
          totals[ad_id] += binomial(1_000, 0.02 * shape(hour), random);
          account.metrics({
            ad_id,
            window_start_ms: start_ms + day * day_ms,
            window_end_ms: start_ms + (day + 1) * day_ms,
            as_of_ms: start_ms + day * day_ms + (hour + 1) * hour_ms,
            impressions: 1_000 * (hour + 1),
            link_clicks: totals[ad_id],
          });
        }
        account.tick(day * 24 + hour);
      }
    }
    for (const [hour, factor] of accountView(account.state).hour_factors.entries())
      expect(Math.abs(factor - shape(hour))).toBeLessThan(0.25);
  });

  it('of the context keep an arm from winning by where it is shown', () => {
    const account = new Account();
    const random = generator(4);
    let last: readonly AllocationProposed[] = [];
    for (let hour = 0; hour < 10 * 24; hour++) {
      for (const ad_id of ['x', 'y'])
        for (const device of ['mobile', 'desktop']) {
          // Equal ads; mobile clicks twice as often, and x is shown there four times as much as y.
          const impressions = (ad_id === 'x') === (device === 'mobile') ? 1_600 : 400;
          const link_clicks = binomial(impressions, device === 'mobile' ? 0.02 : 0.01, random);
          account.metrics({ ad_id, ...hourOf(hour), impressions, link_clicks, context: { device } });
        }
      last = account.tick(hour);
    }
    const [x, y] = pair(last[0]?.arms);
    // Raw rates differ by half: .018 and .012.
    expect(Math.abs(x.mean / y.mean - 1)).toBeLessThan(0.1);
    const [mobile, desktop] = pair(accountView(account.state).context_factors);
    expect([mobile.context, desktop.context]).toEqual(['device=mobile', 'device=desktop']);
    expect(mobile.factor / desktop.factor).toBeGreaterThan(1.7);
  });
});
