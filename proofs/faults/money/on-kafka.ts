/**
 * Two instances of the groups that move money, each a process of its own, on a real broker and Redis, against a fake
 * Graph API over the wire. One is killed with SIGKILL at the moment of a write, and another comes in its place. What came
 * of it is judged as in memory, and beside it: never are two changes of one owner under way.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openKafka, type KafkaEngine } from '../../../engine/kafka/kafka.ts';
import { generator } from '../../../engine/commit-path/seed.ts';
import type { SourceEvent } from '../../../engine/engine.ts';
import type { AccountState } from '../../../processors/budget-executor/state.ts';
import type { BudgetChangeProgressed } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { graphHost } from '../../../testing/graph/server.ts';
import { GraphStage } from '../../../testing/money/graph-stage.ts';
import { judge, type Verdict } from '../../../testing/money/judge.ts';
import { monday_ms } from '../../../testing/money/loop.ts';
import { accounts, halt, hourOf, planOf, quietHour, type Account, type Plan } from '../../../testing/money/schedule.ts';
import { readsOf, takenEvents, unkill, valuesOf } from '../../../testing/money/taken.ts';
import { MoneyWorker } from './money-worker.ts';
import { moneyOptions, type Place } from './protocol.ts';

export interface OnKafka {
  readonly brokers: readonly string[];
  readonly redis_url: string;
}

export interface KafkaRound extends Verdict {
  readonly kills: number;
  /** Changes of one owner that were under way at the same time. */
  readonly overlaps: readonly string[];
  readonly ends: number;
}

const session_ms = 6_000;
const deadline_ms = 2_000;
const hours = 8;
/** Longer than any wait of the saga. */
const quiet_hours = 14;
/** A world in which nobody has written since the first kill was due goes on for so long until somebody does. */
const most_hours = 30;
/** Hours from which on the next write kills its process. */
const kills_at: ReadonlySet<number> = new Set([1, 5]);
const rest_within_ms = 90_000;

export async function kafkaRound(servers: OnKafka, seed: number): Promise<KafkaRound> {
  const random = generator(seed);
  const drawn = planOf(seed, random);
  // Who writes twice and who dies are processes here, and people are left out, so that every sum can be judged.
  const plan: Plan = {
    ...drawn,
    mode: 'auto',
    humans: false,
    twins: 0,
    deaths: 0,
    money: { ...drawn.money, mode: 'auto' },
  };
  const host = await graphHost();
  const stage = new GraphStage(host, plan, random, monday_ms);
  stage.slow(0.5, 150);
  const namespace = `money-${randomUUID().slice(0, 8)}`;
  const place: Place = { brokers: [...servers.brokers], redis_url: servers.redis_url, namespace, money: plan.money };
  const nobody = { platform: () => null, stopped: () => Promise.resolve('the oracle writes nothing') };
  const oracle = await openKafka({ ...moneyOptions(place, nobody), sharing: { session_ms }, groups: [] });
  const round = new Round(plan, stage, place, oracle, random);
  try {
    return await round.run();
  } finally {
    await round.end();
    await oracle.stop();
    await stage.close();
    await host.close();
  }
}

class Round {
  readonly #plan: Plan;
  readonly #stage: GraphStage;
  readonly #place: Place;
  readonly #oracle: KafkaEngine;
  readonly #random: () => number;
  #workers: readonly MoneyWorker[] = [];
  #started = 0;
  #kills = 0;
  #hour = monday_ms;
  readonly #known = new Map<Account, AccountState>();

  constructor(plan: Plan, stage: GraphStage, place: Place, oracle: KafkaEngine, random: () => number) {
    this.#plan = plan;
    this.#stage = stage;
    this.#place = place;
    this.#oracle = oracle;
    this.#random = random;
  }

  async run(): Promise<KafkaRound> {
    this.#workers = [this.#worker(), this.#worker()];
    await Promise.all(this.#workers.map((worker) => worker.ready()));
    for (let hour = 0; hour < hours || (this.#kills === 0 && hour < most_hours); hour++) {
      if (kills_at.has(hour)) this.#killAtNextWrite();
      await this.#pass(hourOf(this.#hour, this.#random, (account) => this.#changes(account)));
    }
    this.#stage.calm();
    await this.#pass([
      ...halt(false, this.#hour),
      ...accounts.map((id) => unkill(id, this.#hour)),
      ...quietHour(this.#hour),
    ]);
    for (let hour = 0; hour < quiet_hours; hour++) await this.#pass(quietHour(this.#hour));
    return this.#judged();
  }

  #worker(): MoneyWorker {
    const { base_url, token } = this.#stage;
    const name = `worker-${++this.#started}`;
    return new MoneyWorker({ ...this.#place, base_url, token, name, session_ms, deadline_ms, now_ms: this.#hour });
  }

  /** Whoever writes next dies at that moment; another process comes in its place. */
  #killAtNextWrite(): void {
    const victims = this.#workers;
    for (const worker of victims)
      worker.onWrite = () => {
        for (const one of victims) one.onWrite = () => undefined;
        worker.kill();
        this.#kills++;
        this.#workers = [...this.#workers.filter((one) => one !== worker), this.#worker()];
      };
  }

  async #pass(events: readonly SourceEvent[]): Promise<void> {
    this.#hour += hour_ms;
    await this.#stage.pass(this.#hour);
    await Promise.all(this.#workers.map((worker) => worker.setTime(this.#hour)));
    await this.#oracle.engine.publish({ source: 'world', position: String(this.#hour), events });
    await this.#rest();
    for (const account of accounts) {
      const state = await this.#oracle.engine.state('budget-executor', account, '');
      if (state !== undefined) this.#known.set(account, state as AccountState);
    }
  }

  #changes(account: Account): { readonly waiting: readonly string[]; readonly applied: readonly string[] } {
    const { open = [], applied = [] } = this.#known.get(account) ?? {};
    return {
      waiting: open.filter(({ state }) => state === 'awaiting_approval').map(({ change_id }) => change_id),
      applied: applied.map(({ change_id }) => change_id),
    };
  }

  /** Resolves when every group has read all that there is and sent all that it caused. */
  async #rest(): Promise<void> {
    const until_ms = performance.now() + rest_within_ms;
    for (let calm = 0; calm < 2;) {
      const why = await this.#unrest();
      calm = why === undefined ? calm + 1 : 0;
      const failed = this.#workers.find(({ failure }) => failure !== undefined)?.failure;
      if (failed !== undefined) throw new Error(`a worker failed: ${failed}`);
      if (performance.now() > until_ms) throw new Error(`it does not come to rest: ${why ?? ''}`);
      await sleep(25);
    }
  }

  async #unrest(): Promise<string | undefined> {
    const { topology, ledger, log, options } = this.#oracle.engine;
    for (const { wiring } of topology.processors)
      for (let partition = 0; partition < options.partitions; partition++) {
        const task = ledger.task(wiring.group, partition);
        const { inputs } = await task.head();
        for (const { name } of wiring.reads) {
          const { start, end } = await log.range(name, partition);
          if ((inputs[name]?.offset ?? start) < end) return `${wiring.group} ${partition} reads ${name}`;
        }
        if ((await task.outbox()).length > 0) return `${wiring.group} ${partition} has something to send`;
      }
    return undefined;
  }

  async #judged(): Promise<KafkaRound> {
    const { engine } = this.#oracle;
    const events = await takenEvents(engine);
    const states = new Map<string, AccountState>();
    for (const account of accounts) {
      const state = this.#known.get(account);
      if (state === undefined) throw new Error(`${account} has no state`);
      states.set(account, state);
    }
    const told = valuesOf<BudgetChangeProgressed>(events, 'budget.change.progressed');
    const verdict = judge({
      plan: this.#plan,
      platform: this.#stage,
      told,
      calls: valuesOf(events, 'budget.call.requested'),
      reads: readsOf(events),
      requests: valuesOf<{ readonly request_id: string }>(events, 'budget.change.requested').map(
        (one) => one.request_id,
      ),
      states,
      // A stop that is taken by one process while another writes has no hour that it fills: the rounds in memory judge it.
      stops: new Set(),
      deaths: this.#kills,
      // A process that was killed keeps its journal on the broker: the engine's own suite rebuilds from there.
      made_again: null,
    });
    const overlaps = [...this.#stage.overlaps, ...overlapping(told)];
    return { ...verdict, overlaps, kills: this.#kills, ends: told.filter(({ state }) => state === 'applied').length };
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end()));
  }
}

const over = ['applied', 'compensated', 'failed', 'stood_down', 'cancelled'];

/** Owners of which one change was begun before another was over, in the order of the log. */
export function overlapping(told: readonly BudgetChangeProgressed[]): readonly string[] {
  const under = new Map<string, string>();
  const found: string[] = [];
  for (const { account_id, change_id, state, legs } of told)
    for (const { owner_id } of legs) {
      const key = `${account_id} ${owner_id}`;
      const other = under.get(key);
      if (state === 'executing') {
        if (other !== undefined && other !== change_id) found.push(`${change_id} of ${key} began within ${other}`);
        under.set(key, change_id);
      } else if (over.includes(state) && other === change_id) under.delete(key);
    }
  return found;
}
