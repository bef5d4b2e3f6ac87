/** Random policies and events for accounts whose budgets are moved: the same for the same seed. */
import type { SourceEvent } from '../../engine/engine.ts';
import { generator } from '../../engine/commit-path/seed.ts';
import { defaultMoneyPolicy, type MoneyMode, type MoneyPolicy, type MoneyPool } from '../../policy/money.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { hour_ms } from '../../schemas/values.ts';
import type { BudgetedAd } from '../../ports/ad-platform/port.ts';
import type { Fault, ModelPlatform } from './platform.ts';

export type Random = () => number;

export const accounts = ['act_1', 'act_2', 'act_3'] as const;
export type Account = (typeof accounts)[number];

export const pick = <T>(from: readonly [T, ...T[]], random: Random): T =>
  from[Math.floor(random() * from.length)] ?? from[0];
const between = (low: number, high: number, random: Random): number => low + Math.floor((high - low + 1) * random());

/** Two accounts of one currency, so that they share a global cap, and one of another. */
const currencyOf = (account: Account): string => (account === 'act_3' ? 'EUR' : 'USD');

/** What a world is made of. */
export interface Plan {
  readonly seed: number;
  readonly mode: MoneyMode;
  /** Whether people change budgets on the platform too: then sums of ours say less. */
  readonly humans: boolean;
  /** Share of calls to which something happens. */
  readonly faulty: number;
  /** Share of calls that two instances make at once. */
  readonly twins: number;
  /** Chance of a death at each step of the engine. */
  readonly deaths: number;
  readonly hours: number;
  readonly money: MoneyPolicy;
}

export function planOf(seed: number, random: Random): Plan {
  const mode = pick(['auto', 'auto', 'auto', 'approve', 'approve', 'dry_run'] as const, random);
  const account_daily_minor = between(28_000, 42_000, random);
  const limits = {
    min_daily_minor: 500,
    owner_daily_minor: between(12_000, 20_000, random),
    account_daily_minor,
    account_worst_case_minor: Math.max(account_daily_minor, between(50_000, 75_000, random)),
    global_daily_minor: Math.max(account_daily_minor, between(58_000, 80_000, random)),
    month_minor: null,
    target_cost_minor: null,
    target_roas: null,
    approve_new_minor: pick([1_000_000, 11_500], random),
    approve_raise_minor: pick([1_000_000, 1_500], random),
  };
  const money: MoneyPolicy = {
    ...defaultMoneyPolicy,
    mode,
    cooldown_hours: between(1, 6, random),
    raise_share_24h: pick([0.2, 0.2, 0.4], random),
    pause_after: pick([0, 2, 3], random),
    stand_down_hours: between(2, 12, random),
    breaker_errors: between(2, 5, random),
    breaker_hours: between(1, 3, random),
    approval_hours: between(2, 6, random),
    protected_ids: random() < 0.2 ? ['act_1-b'] : [],
    limits: { USD: limits, EUR: limits },
    pools: poolsOf(generator(seed ^ pool_salt)),
  };
  return {
    seed,
    mode,
    humans: random() < 0.5,
    faulty: pick([0, 0.1, 0.3], random),
    twins: pick([0, 0.3], random),
    deaths: pick([0, 0.003, 0.01], random),
    hours: between(20, 40, random),
    money,
  };
}

/** Draws of their own, so that a world without a pool is what it was before there were any. */
const pool_salt = 0x9_0015;

/** A cap that budgets of two accounts share, in some worlds; now and then it is overfull from the beginning. */
function poolsOf(random: Random): readonly MoneyPool[] {
  if (random() < 0.6) return [];
  const members = pick(
    [
      ['act_1-a', 'act_1-b', 'act_2-whole'],
      ['act_1-a', 'act_2'],
      ['act_1', 'act_2-b'],
    ],
    random,
  );
  const daily_minor = Math.round(between(8_500, 11_000, random) * (members.includes('act_1-b') ? 3 : 4));
  return [{ name: 'sale', currency: 'USD', daily_minor, members }];
}

/** Each account: two ad sets side by side, and a campaign that has the budget of two ads. */
export function populate(platform: ModelPlatform, random: Random): void {
  for (const account_id of accounts) {
    const currency = currencyOf(account_id);
    for (const letter of ['a', 'b'])
      platform.add({
        account_id,
        currency,
        owner_id: `${account_id}-${letter}`,
        campaign_id: `${account_id}-parallel`,
        daily_minor: between(7_000, 12_000, random),
      });
    const owner_id = `${account_id}-whole`;
    const ads = ['c', 'd'].map((letter): BudgetedAd => ({
      adset_id: `${account_id}-${letter}`,
      ad_id: `ad-${account_id}-${letter}`,
      effective_status: 'ACTIVE',
    }));
    const campaign = { level: 'campaign', owner_id, campaign_id: owner_id, ads } as const;
    platform.add({ account_id, currency, ...campaign, ads, daily_minor: between(7_000, 12_000, random) });
  }
}

const faults: readonly [Fault, ...Fault[]] = ['refused', 'lost', 'answer_lost', 'late', 'silent', 'stale'];
const humanly: readonly [Fault, ...Fault[]] = [...faults, 'human_before', 'human_after'];

/** What happens to a call of a world. */
export function faultOf({ faulty, humans }: Plan, kind: 'read' | 'write', random: Random): Fault {
  if (random() >= faulty) return 'none';
  if (kind === 'read') return random() < 0.3 ? 'unreadable' : 'none';
  return pick(humans ? humanly : faults, random);
}

const adOf = (account_id: Account, letter: string): string => `ad-${account_id}-${letter}`;

function health(account_id: Account, at_ms: number, random: Random): SourceEvent {
  const sick = random();
  const given = { stale: sick < 0.02, tracking_lost: sick > 0.98, newest_ms: at_ms, at_ms };
  const value = { ...exampleOf('account.health.changed'), account_id, currency: currencyOf(account_id), ...given };
  return { topic: 'account.health.changed', value };
}

function winner(account_id: Account, at_ms: number, random: Random): SourceEvent {
  const whole = random() < 0.3;
  const letter = whole ? 'c' : 'a';
  const campaign_id = whole ? `${account_id}-whole` : `${account_id}-parallel`;
  const kind = random() < 0.25 ? 'revert' : 'scale';
  const value = {
    ...exampleOf('budget.change.requested'),
    account_id,
    kind,
    request_id: `${kind}-${campaign_id}-${at_ms}`,
    experiment_id: `exp-${campaign_id}`,
    campaign_id,
    adset_id: `${account_id}-${letter}`,
    ad_id: adOf(account_id, letter),
    held_out: random() < 0.1,
    at_ms,
  };
  return { topic: 'budget.change.requested', value };
}

function evidence(account_id: Account, at_ms: number, random: Random): SourceEvent {
  const campaign_id = `${account_id}-parallel`;
  const arm = (letter: string, rate: number): object => ({
    ad_id: adOf(account_id, letter),
    adset_id: `${account_id}-${letter}`,
    impressions: 50_000,
    clicks: Math.round(50_000 * rate),
    rate,
    e_value: 900,
    peak_e_value: 900,
  });
  const value = {
    ...exampleOf('evidence.changed'),
    account_id,
    experiment_id: `exp-${campaign_id}`,
    campaign_id,
    leading_ad_id: adOf(account_id, random() < 0.95 ? 'a' : 'b'),
    e_value: random() < 0.9 ? 900 : 2,
    blocks: Math.floor(at_ms / hour_ms),
    arms: [arm('a', 0.02), arm('b', 0.01)],
    at_ms,
  };
  return { topic: 'evidence.changed', value };
}

function split(account_id: Account, at_ms: number, random: Random): SourceEvent {
  const example: { readonly arms?: readonly object[] } = exampleOf('allocation.proposed');
  const share = random();
  const arms = [
    { ...example.arms?.[0], adset_id: `${account_id}-a`, share },
    { ...example.arms?.[1], adset_id: `${account_id}-b`, share: 1 - share },
  ];
  const about = { account_id, campaign_id: `${account_id}-parallel`, hour_ms: at_ms };
  return { topic: 'allocation.proposed', value: { ...exampleOf('allocation.proposed'), ...about, arms } };
}

const kinds = [
  ...([
    'approve',
    'approve',
    'approve',
    'approve',
    'approve',
    'approve',
    'reject',
    'undo',
    'undo',
    'undo_since',
  ] as const),
  ...(['kill', 'unkill', 'unkill', 'unkill'] as const),
] as const;

/** Commands of people: about changes that wait and that were applied, and stops of one account. */
function command(
  account_id: Account,
  at_ms: number,
  random: Random,
  changes: { readonly waiting: readonly string[]; readonly applied: readonly string[] },
): SourceEvent {
  const kind = pick(kinds, random);
  const [first = 'none', ...rest] = kind === 'undo' ? changes.applied : changes.waiting;
  const value = {
    account_id,
    command_id: `cmd-${account_id}-${at_ms}-${Math.floor(random() * 1e9)}`,
    kind,
    change_id: pick([first, ...rest], random),
    since_ms: at_ms - between(1, 12, random) * hour_ms,
    mode: null,
    actor: 'sam',
    reason: 'by chance',
    at_ms,
  };
  return { topic: 'operator.command', value };
}

/** All accounts stopped, or going on: as the command line sends it. */
export function halt(halted: boolean, at_ms: number): readonly SourceEvent[] {
  const who = { actor: 'sam', reason: 'by chance', at_ms };
  const none = { account_id: null, call_id: null, currency: null, total_minor: 0, parts: [] };
  return [
    { topic: 'operator.halt', value: { command_id: `halt-${at_ms}`, halted, ...who } },
    { topic: 'budget.pool.requested', value: { pool_id: 'all', kind: halted ? 'halt' : 'resume', ...none, ...who } },
  ];
}

/** What reaches the log in an hour, in random order, its tick last. */
export function hourOf(
  start_ms: number,
  random: Random,
  changesOf: (account: Account) => { readonly waiting: readonly string[]; readonly applied: readonly string[] },
): readonly SourceEvent[] {
  const at_ms = start_ms + hour_ms;
  const events: SourceEvent[] = [];
  for (const account of accounts) {
    events.push(health(account, at_ms, random));
    if (random() < 0.3) events.push(evidence(account, at_ms, random));
    if (random() < 0.15) events.push(winner(account, at_ms, random));
    if (random() < 0.5) events.push(split(account, at_ms, random));
    for (let n = 0; n < 3; n++) if (random() < 0.35) events.push(command(account, at_ms, random, changesOf(account)));
  }
  if (random() < 0.06) events.push(...halt(random() < 0.3, at_ms));
  for (let i = events.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [events[i], events[j]] = [events[j] as SourceEvent, events[i] as SourceEvent];
  }
  return [...events, { topic: 'tick.hourly', value: { hour_ms: start_ms } }];
}

/** An hour in which nothing new comes, so that all that is under way can end. */
export const quietHour = (start_ms: number): readonly SourceEvent[] => [
  ...accounts.map((account) => health(account, start_ms + hour_ms, () => 0.5)),
  { topic: 'tick.hourly', value: { hour_ms: start_ms } },
];
