/** The groups that move money, one event after another without an engine: for tests of single rules. */
import type { Policy } from '../../policy/policy.ts';
import { defaultPolicy } from '../../policy/document.ts';
import type { MoneyPolicy } from '../../policy/money.ts';
import { budgetExecutor } from '../../processors/budget-executor/decide.ts';
import { stopped } from '../../processors/budget-executor/guards.ts';
import { budgetPool, type PoolState } from '../../processors/budget-executor/pool/decide.ts';
import { initialAccount, type AccountState } from '../../processors/budget-executor/state.ts';
import { budgetWriter } from '../../processors/budget-executor/write/call.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type {
  AccountHealthChanged,
  AllocationProposed,
  BudgetCallRequested,
  BudgetChangeProgressed,
  BudgetChangeRequested,
  EvidenceChanged,
  OperatorCommand,
  ProposalMade,
} from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { ModelPlatform } from './platform.ts';

/** A Monday, 00:00 UTC. */
export const monday_ms = Date.UTC(2026, 5, 1);

type Event = { readonly topic: string; readonly value: object };

const seedless = { at_ms: 0, seed: 0, random: () => 0, stateKey: '', parts: new Map<string, never>() };

/** One account, `act`, and the pool. What is sent is handled to the end before the call returns. */
export class Loop {
  readonly platform = new ModelPlatform(monday_ms);
  readonly told: BudgetChangeProgressed[] = [];
  readonly proposals: ProposalMade[] = [];
  readonly calls: BudgetCallRequested[] = [];
  state: AccountState = initialAccount();
  pool: PoolState = { halted: null, accounts: [] };
  policy: Policy;
  #commands = 0;
  /** Calls are not answered while this is set: they wait here. */
  held: BudgetCallRequested[] | null = null;

  constructor(money: Partial<MoneyPolicy> = {}) {
    this.policy = { ...defaultPolicy, money: { ...defaultPolicy.money, mode: 'auto', ...money } };
  }

  set(money: Partial<MoneyPolicy>): void {
    this.policy = { ...this.policy, money: { ...this.policy.money, ...money } };
  }

  async send(topic: keyof typeof budgetExecutor.decide, value: object): Promise<void> {
    const queue: Event[] = [{ topic, value }];
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      if (event.topic === 'budget.change.progressed') this.told.push(event.value as BudgetChangeProgressed);
      if (event.topic === 'proposal.made') this.proposals.push(event.value as ProposalMade);
      queue.push(...(await this.#handled(event)));
    }
  }

  async #handled({ topic, value }: Event): Promise<readonly Event[]> {
    const context = { ...seedless, policy: this.policy, key: 'act' };
    if (topic === 'budget.call.requested') return this.#answered(value as BudgetCallRequested);
    if (topic === 'budget.pool.requested') {
      const decided = budgetPool.decide['budget.pool.requested'](this.pool, value as never, context);
      this.pool = decided.state ?? this.pool;
      return decided.emit ?? [];
    }
    if (!(topic in budgetExecutor.decide)) return [];
    const decide = budgetExecutor.decide[topic as keyof typeof budgetExecutor.decide];
    const decided = decide(this.state, value as never, context);
    // A state that a store could not keep and give back is a defect.
    this.state = structuredClone(decided.state ?? initialAccount());
    return decided.emit ?? [];
  }

  async #answered(request: BudgetCallRequested): Promise<readonly Event[]> {
    this.calls.push(request);
    if (this.held !== null) {
      this.held.push(request);
      return [];
    }
    return this.answer(request);
  }

  /** What the writer makes of a request, as events. */
  async answer(request: BudgetCallRequested): Promise<readonly Event[]> {
    const { call } = budgetWriter({
      platform: () => this.platform,
      stopped: () => Promise.resolve(stopped(this.state)?.reason ?? null),
    });
    const context = { at_ms: 0, key: 'act', policy: this.policy, run: 0, request_id: request.call_id };
    const signal = { aborted: false, reason: null };
    try {
      return (await call.answer['budget.call.requested'](request, { ...context, signal })).emit ?? [];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return call.failed['budget.call.requested'](request, why, context).emit ?? [];
    }
  }

  /** Lets hours pass, each ended by its tick. */
  async hours(n: number, with_health = true): Promise<void> {
    for (let i = 0; i < n; i++) {
      const hour = this.platform.now_ms;
      this.platform.pass(hour + hour_ms);
      if (with_health) await this.health({});
      await this.send('tick.hourly', { hour_ms: hour });
    }
  }

  async health(given: Partial<AccountHealthChanged>): Promise<void> {
    const value = { ...exampleOf('account.health.changed'), account_id: 'act', stale: false, tracking_lost: false };
    await this.send('account.health.changed', {
      ...value,
      at_ms: this.platform.now_ms,
      newest_ms: this.platform.now_ms,
      ...given,
    });
  }

  async scale(given: Partial<BudgetChangeRequested> = {}): Promise<void> {
    const value = { ...exampleOf('budget.change.requested'), account_id: 'act', adset_id: 'a', ad_id: 'ad-a' };
    await this.send('budget.change.requested', {
      ...value,
      campaign_id: 'cmp-a',
      experiment_id: 'exp',
      at_ms: this.platform.now_ms,
      ...given,
    });
  }

  async evidence(given: Partial<EvidenceChanged> = {}): Promise<void> {
    const arm = { impressions: 50_000, clicks: 900, e_value: 900, peak_e_value: 900 };
    await this.send('evidence.changed', {
      ...exampleOf('evidence.changed'),
      account_id: 'act',
      experiment_id: 'exp',
      campaign_id: 'cmp-a',
      design: 'parallel',
      leading_ad_id: 'ad-a',
      e_value: 900,
      arms: [
        { ...arm, ad_id: 'ad-a', adset_id: 'a', rate: 0.02 },
        { ...arm, ad_id: 'ad-b', adset_id: 'b', rate: 0.01 },
      ],
      at_ms: this.platform.now_ms,
      ...given,
    });
  }

  /** A split of `cmp-a` over ad sets `a` and `b`, proposed for the present hour. */
  async split(shares: Readonly<Record<string, number>>): Promise<void> {
    const example: { readonly arms?: readonly object[] } = exampleOf('allocation.proposed');
    const arms = Object.entries(shares).map(([adset_id, share]) => ({ ...example.arms?.[0], adset_id, share }));
    const value: Partial<AllocationProposed> = {
      ...exampleOf('allocation.proposed'),
      account_id: 'act',
      campaign_id: 'cmp-a',
      hour_ms: this.platform.now_ms,
    };
    await this.send('allocation.proposed', { ...value, arms });
  }

  async command(kind: OperatorCommand['kind'], given: Partial<OperatorCommand> = {}): Promise<void> {
    const command_id = `cmd-${this.#commands++}`;
    const value = { account_id: 'act', command_id, kind, change_id: null, since_ms: null, mode: null };
    await this.send('operator.command', {
      ...value,
      actor: 'sam',
      reason: 'test',
      at_ms: this.platform.now_ms,
      ...given,
    });
  }

  /** States and codes that were told, oldest first. */
  get states(): readonly string[] {
    return this.told.map(({ state, code }) => `${state} ${code}`);
  }

  get last(): BudgetChangeProgressed | undefined {
    return this.told.at(-1);
  }
}
