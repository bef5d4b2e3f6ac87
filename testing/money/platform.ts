/**
 * A model of an ad platform's budgets, with faults on demand and a history of all that changed them: what the saga is
 * judged by. Time is told from outside; a write that comes late is applied when its time has come.
 */
import type {
  AdBudgets,
  BudgetedAd,
  BudgetOwner,
  BudgetState,
  LearningPhase,
  WriteOutcome,
} from '../../ports/ad-platform/port.ts';
import { AdPlatformError } from '../../ports/ad-platform/port.ts';
import { day_ms } from '../../schemas/values.ts';

/** What may happen to a call; `none` is left out of the rest. */
export type Fault =
  | 'none'
  /** Nothing is done, and the caller is told so, or not told anything. */
  | 'refused'
  | 'lost'
  /** It is done, but the answer is lost. */
  | 'answer_lost'
  /** The answer is lost, and it is done some minutes later. */
  | 'late'
  /** It says that it was done, and nothing was. */
  | 'silent'
  /** It is done, but reads show the old for some minutes. */
  | 'stale'
  /** Somebody changes the same thing just before, or just after. */
  | 'human_before'
  | 'human_after'
  | 'unreadable';

export interface ModelOwner {
  readonly account_id: string;
  readonly level: 'adset' | 'campaign';
  readonly owner_id: string;
  readonly campaign_id: string;
  readonly currency: string;
  daily_minor: number | null;
  status: string;
  account_status: string;
  learning: LearningPhase;
  end_ms: number | null;
  spend_minor: number;
  minimum_minor: number;
  ads: BudgetedAd[];
}

/** One thing that changed. */
export interface Entry {
  readonly by: 'us' | 'human';
  readonly owner_id: string;
  readonly ad_id: string | null;
  readonly from: number | string;
  readonly to: number | string;
  readonly at_ms: number;
  /** When it was asked for; before `at_ms` where it was done later. */
  readonly sent_ms: number;
  /** Daily budgets of the account once it was done, summed. */
  readonly authorised_minor: number;
  /** The highest daily budget of each of them on that day, summed. */
  readonly highest_minor: number;
}

export class ModelPlatform implements AdBudgets {
  readonly owners = new Map<string, ModelOwner>();
  readonly history: Entry[] = [];
  readonly #updated = new Map<string, number>();
  #pending: { readonly at_ms: number; readonly apply: () => void }[] = [];
  #stale = new Map<string, { readonly until_ms: number; readonly minor: number | null }>();
  #now_ms: number;
  /** What happens to the next call; drawn anew for each. */
  fault: (kind: 'read' | 'write') => Fault = () => 'none';
  /** Called with each change as it takes effect. */
  onChange: (entry: Entry) => void = () => undefined;
  /** What a human sets in place of an amount. */
  human: (minor: number) => number = (minor) => Math.round(minor * 0.9);

  constructor(now_ms: number) {
    this.#now_ms = now_ms;
  }

  get now_ms(): number {
    return this.#now_ms;
  }

  /** Moves the clock; what was late takes effect on the way. */
  pass(now_ms: number): void {
    this.#now_ms = now_ms;
    const due = this.#pending.filter(({ at_ms }) => at_ms <= now_ms);
    this.#pending = this.#pending.filter(({ at_ms }) => at_ms > now_ms);
    for (const { apply } of due) apply();
  }

  add(owner: Partial<ModelOwner> & Pick<ModelOwner, 'account_id' | 'owner_id'>): ModelOwner {
    const made: ModelOwner = {
      level: 'adset',
      campaign_id: `cmp-${owner.owner_id}`,
      currency: 'USD',
      daily_minor: 10_000,
      status: 'ACTIVE',
      account_status: 'ACTIVE',
      learning: 'learned',
      end_ms: null,
      spend_minor: 0,
      minimum_minor: 100,
      ads: [{ adset_id: owner.owner_id, ad_id: `ad-${owner.owner_id}`, effective_status: 'ACTIVE' }],
      ...owner,
    };
    this.owners.set(made.owner_id, made);
    return made;
  }

  minor(owner_id: string): number {
    return this.owners.get(owner_id)?.daily_minor ?? 0;
  }

  /** Daily budgets that deliver, summed. */
  total(account_id: string): number {
    let sum = 0;
    for (const one of this.owners.values())
      if (one.account_id === account_id && one.status === 'ACTIVE') sum += one.daily_minor ?? 0;
    return sum;
  }

  /** Highest daily budget of each owner on the day of a time. */
  highest(owner_id: string, at_ms: number): number {
    const from_ms = at_ms - (at_ms % day_ms);
    const own = this.history.filter((entry) => entry.owner_id === owner_id && entry.ad_id === null);
    const first = own.find((entry) => entry.at_ms >= from_ms);
    const begin = first === undefined ? this.minor(owner_id) : Number(first.from);
    return Math.max(begin, ...own.filter((entry) => entry.at_ms >= from_ms).map(({ to }) => Number(to)));
  }

  /** A person changes a budget in the platform's own page. */
  humanSets(owner_id: string, minor: number): void {
    this.#set(owner_id, minor, 'human');
  }

  #owner(owner_id: string): ModelOwner {
    const owner = this.owners.get(owner_id);
    if (owner === undefined) throw new AdPlatformError('unknown_id', `there is no ${owner_id}`);
    return owner;
  }

  #set(owner_id: string, to: number, by: Entry['by'], sent_ms = this.#now_ms): void {
    const owner = this.#owner(owner_id);
    const from = owner.daily_minor ?? 0;
    if (from === to) return;
    const highest_minor = this.#highestOf(owner.account_id) + Math.max(0, to - this.highest(owner_id, this.#now_ms));
    owner.daily_minor = to;
    this.#updated.set(owner_id, this.#now_ms);
    this.#note({ by, owner_id, ad_id: null, from, to, sent_ms }, owner.account_id, highest_minor);
  }

  #setAd(owner: ModelOwner, ad_id: string, to: string, sent_ms: number): void {
    const from = owner.ads.find((ad) => ad.ad_id === ad_id)?.effective_status ?? '';
    if (from === to) return;
    owner.ads = owner.ads.map((ad) => (ad.ad_id === ad_id ? { ...ad, effective_status: to } : ad));
    const { account_id, owner_id } = owner;
    this.#note({ by: 'us', owner_id, ad_id, from, to, sent_ms }, account_id, this.#highestOf(account_id));
  }

  #note(
    said: Pick<Entry, 'by' | 'owner_id' | 'ad_id' | 'from' | 'to' | 'sent_ms'>,
    account_id: string,
    highest_minor: number,
  ): void {
    const counted = { authorised_minor: this.total(account_id), highest_minor };
    const entry: Entry = { ...said, ...counted, at_ms: this.#now_ms };
    this.history.push(entry);
    this.onChange(entry);
  }

  #highestOf(account_id: string): number {
    let sum = 0;
    for (const one of this.owners.values())
      if (one.account_id === account_id) sum += this.highest(one.owner_id, this.#now_ms);
    return sum;
  }

  budgetOwnerOfAdSet(account_id: string, adset_id: string): Promise<BudgetOwner> {
    return this.#find(account_id, (ad) => ad.adset_id === adset_id, adset_id);
  }

  budgetOwnerOfAd(account_id: string, ad_id: string): Promise<BudgetOwner> {
    return this.#find(account_id, (ad) => ad.ad_id === ad_id, ad_id);
  }

  #find(account_id: string, is: (ad: BudgetedAd) => boolean, id: string): Promise<BudgetOwner> {
    const owner = [...this.owners.values()].find((one) => one.account_id === account_id && one.ads.some(is));
    if (owner === undefined) return Promise.reject(new AdPlatformError('unknown_id', `there is no ${id}`));
    return Promise.resolve({ account_id, level: owner.level, owner_id: owner.owner_id });
  }

  readBudget({ owner_id }: BudgetOwner): Promise<BudgetState> {
    if (this.fault('read') === 'unreadable') return Promise.reject(new Error('connection reset'));
    const owner = this.owners.get(owner_id);
    if (owner === undefined) return Promise.reject(new AdPlatformError('unknown_id', `there is no ${owner_id}`));
    const stale = this.#stale.get(owner_id);
    const is_stale = stale !== undefined && stale.until_ms > this.#now_ms;
    return Promise.resolve({
      account_id: owner.account_id,
      level: owner.level,
      owner_id,
      campaign_id: owner.campaign_id,
      currency: owner.currency,
      daily_budget_minor: is_stale ? stale.minor : owner.daily_minor,
      lifetime_budget_minor: owner.daily_minor === null ? 100_000 : null,
      minimum_daily_budget_minor: owner.minimum_minor,
      effective_status: owner.status,
      account_status: owner.account_status,
      ads: owner.ads,
      learning: owner.learning,
      end_ms: owner.end_ms,
      updated_ms: this.#updated.get(owner_id) ?? 0,
      day_start_ms: this.#now_ms - (this.#now_ms % day_ms),
      spend_today_minor: owner.spend_minor,
      account_daily_budgets_minor: this.total(owner.account_id),
      account_budgets: [...this.owners.values()]
        .filter((one) => one.account_id === owner.account_id && one.status === 'ACTIVE' && one.daily_minor !== null)
        .map((one) => ({ owner_id: one.owner_id, campaign_id: one.campaign_id, minor: one.daily_minor ?? 0 })),
      read_ms: this.#now_ms,
    });
  }

  writeDailyBudget({ owner_id }: BudgetOwner, minor: number): Promise<WriteOutcome> {
    const { daily_minor } = this.#owner(owner_id);
    const sent_ms = this.#now_ms;
    return this.#write(
      () => this.#set(owner_id, minor, 'us', sent_ms),
      () => this.#set(owner_id, this.human(daily_minor ?? 0), 'human'),
      () => this.#stale.set(owner_id, { until_ms: this.#now_ms + 10 * 60_000, minor: daily_minor }),
    );
  }

  writeAdStatus(account_id: string, ad_id: string, status: 'ACTIVE' | 'PAUSED'): Promise<WriteOutcome> {
    const owner = [...this.owners.values()].find(
      (one) => one.account_id === account_id && one.ads.some((ad) => ad.ad_id === ad_id),
    );
    if (owner === undefined) throw new AdPlatformError('unknown_id', `there is no ${ad_id}`);
    const nobody = (): void => undefined;
    const sent_ms = this.#now_ms;
    return this.#write(() => this.#setAd(owner, ad_id, status, sent_ms), nobody, nobody);
  }

  #write(apply: () => void, human: () => void, hide: () => void): Promise<WriteOutcome> {
    const fault = this.fault('write');
    const applied: WriteOutcome = { outcome: 'applied' };
    const unknown: WriteOutcome = { outcome: 'unknown', message: 'no answer' };
    switch (fault) {
      case 'refused':
        return Promise.resolve({ outcome: 'refused', code: 'throttled', message: 'too many', retry_after_ms: null });
      case 'lost':
        return Promise.resolve(unknown);
      case 'answer_lost':
        apply();
        return Promise.resolve(unknown);
      case 'late':
        this.#pending.push({ at_ms: this.#now_ms + 10 * 60_000, apply });
        return Promise.resolve(unknown);
      case 'silent':
        return Promise.resolve(applied);
      case 'stale':
        hide();
        apply();
        return Promise.resolve(applied);
      case 'human_before':
        human();
        apply();
        return Promise.resolve(applied);
      case 'human_after':
        apply();
        human();
        return Promise.resolve(applied);
      case 'none':
      case 'unreadable':
        apply();
        return Promise.resolve(applied);
    }
  }
}
