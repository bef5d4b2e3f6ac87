/**
 * Accounts whose budgets are moved, on the engine in memory: random requests, approvals, stops, faults of the platform,
 * deaths of the process and two writers at once. What came of it is judged by the history of the platform, which is a
 * model in memory or a server over the wire.
 */
import { Crash, Driver } from '../../engine/driver/driver.ts';
import type { SourceEvent } from '../../engine/engine.ts';
import { generator } from '../../engine/commit-path/seed.ts';
import { defaultPolicy } from '../../policy/document.ts';
import type { MoneyPolicy } from '../../policy/money.ts';
import type { Policy } from '../../policy/policy.ts';
import { budgetExecutor } from '../../processors/budget-executor/decide.ts';
import { stopped } from '../../processors/budget-executor/guards.ts';
import { budgetPool } from '../../processors/budget-executor/pool/decide.ts';
import type { AccountState } from '../../processors/budget-executor/state.ts';
import { budgetWriter } from '../../processors/budget-executor/write/call.ts';
import {
  budgetCallReturned,
  type BudgetCallRequested,
  type BudgetChangeProgressed,
  type BudgetRead,
} from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { madeAgain, type MadeAgain } from '../made-again.ts';
import { testOptions } from '../options.ts';
import { judge, type Verdict } from './judge.ts';
import { monday_ms } from './loop.ts';
import { accounts, halt, hourOf, planOf, quietHour, type Account, type Plan, type Random } from './schedule.ts';
import { modelStages, type Stage, type Stages } from './stage.ts';
import { readsOf, takenEvents, unkill, valuesOf } from './taken.ts';

/** Hours in which all that is under way comes to an end: longer than any wait. */
const quiet_hours = 14;

type Ask = ReturnType<typeof budgetWriter>['call']['answer']['budget.call.requested'];

/** What a world left behind. */
export interface Outcome {
  readonly plan: Plan;
  readonly platform: Stage;
  readonly told: readonly BudgetChangeProgressed[];
  readonly calls: readonly BudgetCallRequested[];
  /** All that reads showed, as they were answered. */
  readonly reads: readonly BudgetRead[];
  readonly requests: readonly string[];
  readonly states: ReadonlyMap<string, AccountState>;
  /** Account and hour, UTC epoch hours, where it was stopped from the beginning to the end. */
  readonly stops: ReadonlySet<string>;
  readonly deaths: number;
  /** What the groups kept and emitted beside what their journals make; null where that is not asked. */
  readonly made_again: MadeAgain | null;
}

/** What a world is run with beside its seed: a defect that the judge has to find. */
export interface Planted {
  /** The groups follow this in place of the world's policy. */
  readonly money?: (money: MoneyPolicy) => MoneyPolicy;
  /** Each write is made twice, and once more an hour later. */
  readonly repeats?: boolean;
  /** Answers of writes are believed: what is read back is made to fit. */
  readonly believes?: boolean;
  /** The pool's answers hang on how often it was asked in this process, and not on the log alone. */
  readonly unsteady?: boolean;
}

/** Runs the world of a seed. */
export async function moneyWorld(
  seed: number,
  planted: Planted = {},
  stages: Stages = modelStages,
): Promise<Verdict & { readonly outcome: Outcome }> {
  const random = generator(seed);
  const plan = planOf(seed, random);
  const stage = stages.open(plan, random, monday_ms);
  try {
    const outcome = await new World(plan, random, planted, stage).run();
    return { ...judge(outcome), outcome };
  } finally {
    await stage.close();
  }
}

class World {
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #planted: Planted;
  readonly #platform: Stage;
  readonly #driver: Driver;
  readonly #stops = new Set<string>();
  #round = 0;
  #deaths = 0;
  readonly #later: (() => void)[] = [];
  #troubled = true;
  #starting = false;
  /** Start of the present hour. */
  #hour = monday_ms;
  /** Calls under way, those of lives that ended too: a request is over long before the next hour. */
  readonly #asked = new Set<Promise<unknown>>();

  constructor(plan: Plan, random: Random, planted: Planted, platform: Stage) {
    this.#plan = plan;
    this.#planted = planted;
    this.#random = random;
    const policy: Policy = { ...defaultPolicy, money: planted.money?.(plan.money) ?? plan.money };
    this.#platform = platform;
    const processors = [budgetExecutor, planted.unsteady === true ? unsteadyPool() : budgetPool, this.#writer()];
    const options = { ...testOptions(processors), start_ms: monday_ms };
    this.#driver = new Driver({ ...options, policy: { ...options.policy, parse: () => policy, initial: policy } });
    this.#driver.onStep = () => {
      if (!this.#troubled || this.#starting || random() >= plan.deaths) return;
      this.#deaths++;
      throw new Crash('by chance');
    };
  }

  /** The writer, which now and then another instance runs at the same time. */
  #writer(): ReturnType<typeof budgetWriter> {
    const [writer, ask] = this.#instance(0);
    const [, other] = this.#instance(1);
    const twice: typeof ask = async (request, context) => {
      if (this.#random() >= this.#plan.twins) return ask(request, context);
      const [first, second] = await Promise.allSettled([ask(request, context), other(request, context)]);
      // Whichever of them commits, the other is fenced.
      const kept = this.#random() < 0.5 ? first : second;
      if (kept.status === 'rejected') throw kept.reason;
      return kept.value;
    };
    const noted: typeof ask = (request, context) => {
      const asked = Promise.resolve(twice(request, context));
      this.#asked.add(asked);
      const over = (): void => void this.#asked.delete(asked);
      asked.then(over, over);
      return asked;
    };
    const limits = { ...writer.call.limits, first_retry_ms: 1 };
    return { ...writer, call: { ...writer.call, limits, answer: { 'budget.call.requested': noted } } };
  }

  #instance(n: 0 | 1): readonly [ReturnType<typeof budgetWriter>, Ask] {
    const writer = budgetWriter({
      platform: () => this.#platform.budgets(n),
      stopped: async (account_id) => {
        const state = (await this.#driver.engine.state('budget-executor', account_id, '')) as AccountState | undefined;
        return state === undefined ? 'nothing is known' : (stopped(state)?.reason ?? null);
      },
    });
    return [writer, this.#defective(writer.call.answer['budget.call.requested'])];
  }

  /** The writer with the defect that is planted in it. */
  #defective(ask: Ask): Ask {
    const { believes, repeats } = this.#planted;
    if (believes !== true && repeats !== true) return ask;
    return async (request, context) => {
      const { account_id, kind, subjects, to_minor } = request;
      const [subject] = subjects;
      if (kind === 'read' || subject === undefined || subject.level === 'ad' || to_minor === null)
        return ask(request, context);
      const owner = { account_id, level: subject.level, owner_id: subject.id };
      const platform = this.#platform.budgets(0);
      if (repeats === true) this.#later.push(() => void platform.writeDailyBudget(owner, to_minor));
      if (believes !== true) return ask(request, context);
      await platform.writeDailyBudget(owner, to_minor);
      const read = await platform.readBudget(owner);
      const { account_id: _, ...rest } = { ...read, daily_budget_minor: to_minor, ads: [...read.ads] };
      const value = { account_id, call_id: request.call_id, change_id: request.change_id, outcome: 'applied' as const };
      return {
        emit: [budgetCallReturned.event({ ...value, code: '', message: '', reads: [rest], at_ms: read.read_ms })],
      };
    };
  }

  async run(): Promise<Outcome> {
    await this.#driver.start();
    for (let hour = 0; hour < this.#plan.hours; hour++) {
      const events = hourOf(this.#hour, this.#random, (account) => this.#changes(account));
      await this.#pass(events);
      if (this.#plan.humans && this.#random() < 0.1) this.#platform.humanTouches();
    }
    this.#troubled = false;
    this.#platform.calm();
    const at_ms = this.#hour;
    await this.#pass([
      ...halt(false, at_ms),
      ...accounts.map((account) => unkill(account, at_ms)),
      ...quietHour(at_ms),
    ]);
    for (let hour = 0; hour < quiet_hours; hour++) await this.#pass(quietHour(this.#hour));
    const states = new Map<string, AccountState>();
    for (const account of accounts)
      states.set(account, (await this.#state(account)) ?? fail(`${account} has no state`));
    const events = await takenEvents(this.#driver.engine);
    // A defect is for the judge of writes to find, but for one.
    const { unsteady } = this.#planted;
    const is_steady = unsteady !== true && Object.keys(this.#planted).length > 0;
    const made_again = is_steady ? null : await madeAgain(this.#driver.engine);
    await this.#driver.stop();
    if (this.#driver.failures.length > 0) fail(`a group failed: ${this.#driver.failures.join('; ')}`);
    return {
      plan: this.#plan,
      platform: this.#platform,
      told: valuesOf(events, 'budget.change.progressed'),
      calls: valuesOf(events, 'budget.call.requested'),
      reads: readsOf(events),
      requests: valuesOf<{ readonly request_id: string }>(events, 'budget.change.requested').map(
        (one) => one.request_id,
      ),
      states,
      stops: this.#stops,
      deaths: this.#deaths,
      made_again,
    };
  }

  /** An hour: its events arrive at its end, and all is handled through any number of deaths. */
  async #pass(events: readonly SourceEvent[]): Promise<void> {
    while (this.#asked.size > 0) await Promise.allSettled(this.#asked);
    const before = await this.#stopped();
    this.#hour += hour_ms;
    await this.#platform.pass(this.#hour);
    for (const repeat of this.#later.splice(0)) repeat();
    this.#driver.clock.set(this.#hour);
    await this.#driver.arrive('world', String(this.#round++), events);
    await this.#survive();
    const after = await this.#stopped();
    for (const account of accounts)
      if (before.has(account) && after.has(account) && !events.some(({ topic }) => topic.startsWith('operator.')))
        this.#stops.add(`${account} ${this.#hour / hour_ms}`);
  }

  /** Runs to the end through any number of deaths; while it starts it does not die. */
  async #survive(): Promise<void> {
    while (!(await this.#driver.settle())) {
      this.#starting = true;
      await this.#driver.start();
      this.#starting = false;
    }
  }

  async #stopped(): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const account of accounts) {
      const state = await this.#state(account);
      if (state !== undefined && (state.killed !== null || state.halted !== null)) found.add(account);
    }
    return found;
  }

  async #state(account: Account): Promise<AccountState | undefined> {
    return (await this.#driver.engine.state('budget-executor', account, '')) as AccountState | undefined;
  }

  #known = new Map<Account, { readonly waiting: readonly string[]; readonly applied: readonly string[] }>();

  /** Changes as a person would see them: of the hour before. */
  #changes(account: Account): { readonly waiting: readonly string[]; readonly applied: readonly string[] } {
    void this.#state(account).then((state) => {
      this.#known.set(account, {
        waiting: (state?.open ?? []).filter((one) => one.state === 'awaiting_approval').map((one) => one.change_id),
        applied: (state?.applied ?? []).map((one) => one.change_id),
      });
    });
    return this.#known.get(account) ?? { waiting: [], applied: [] };
  }
}

function unsteadyPool(): typeof budgetPool {
  let asked = 0;
  return {
    ...budgetPool,
    decide: {
      'budget.pool.requested': (state, request, context) => {
        const { emit = [], ...decided } = budgetPool.decide['budget.pool.requested'](state, request, context);
        const numbered = emit.map((event) => ({ ...event, value: { ...event.value, reason: `answer ${asked++}` } }));
        return { ...decided, emit: numbered };
      },
    },
  };
}

function fail(why: string): never {
  throw new Error(why);
}
