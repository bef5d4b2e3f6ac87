/**
 * Platforms over the wire: worlds of a fake Graph API behind one address, reached by the connector as it is in
 * production, twice, as two instances would. The server counts what is authorised and what may be spent by itself.
 */
import { MemoryCallBudget } from '../../ports/call-budget/memory.ts';
import { testedMeta } from '../../ports/ad-platform/meta/testing/opened.ts';
import type { AdBudgets } from '../../ports/ad-platform/port.ts';
import { graphHost, type GraphHost, type GraphServer } from '../graph/server.ts';
import type { SeenEffect } from '../graph/seen.ts';
import { find } from '../graph/world.ts';
import { graphFaultOf, graphWorldOf } from './graph-world.ts';
import { ModelPlatform, type Entry } from './platform.ts';
import { populate, type Plan, type Random } from './schedule.ts';
import { anyOf, byHand, type Stage, type StageOwner, type Stages } from './stage.ts';

/** Of the real clock: how long the connector waits for an answer. */
const deadline_ms = 2_000;
/** What an account with full access may call in five minutes, as the program sets it. */
const usual_calls = { points: 3_600, period_ms: 300_000 };
const world_token = 'EAAworld';

/** One server for all worlds. */
export async function graphStages(): Promise<Stages> {
  const host = await graphHost();
  return {
    open: (plan, random, start_ms) => new GraphStage(host, plan, random, start_ms),
    close: () => host.close(),
  };
}

export class GraphStage implements Stage {
  readonly token = world_token;
  /** Writes of one thing that were under way at the same time. */
  readonly overlaps: string[] = [];
  readonly #server: GraphServer;
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #instances: readonly AdBudgets[];
  readonly #currencies: ReadonlyMap<string, string>;
  readonly #history: Entry[] = [];
  #taken = 0;

  constructor(host: GraphHost, plan: Plan, random: Random, start_ms: number) {
    this.#random = random;
    this.#plan = plan;
    const model = new ModelPlatform(start_ms);
    populate(model, random);
    this.#currencies = new Map([...model.owners.values()].map(({ owner_id, currency }) => [owner_id, currency]));
    const server = host.add(graphWorldOf(model, world_token));
    this.#server = server;
    server.faults.byChance = (asked) => graphFaultOf(plan, asked, server, random);
    const budget = new MemoryCallBudget(usual_calls, () => server.now_ms());
    const reached = { tokens: [world_token], client: { deadline_ms }, budget };
    this.#instances = [testedMeta(server, reached).platform, testedMeta(server, reached).platform];
  }

  get base_url(): string {
    return this.#server.base_url;
  }

  get now_ms(): number {
    return this.#server.now_ms();
  }

  /** From now on a share of writes takes so long, of the real clock, and is done then. */
  slow(share: number, wait_ms: number): void {
    const { faults } = this.#server;
    faults.byChance = (asked) => {
      if (asked.method === 'POST' && this.#random() < share) return { kind: 'late', wait_ms };
      return graphFaultOf(this.#plan, asked, this.#server, this.#random);
    };
    this.#server.onWrites(({ path, under_way }) => {
      if (under_way > 1) this.overlaps.push(`${under_way} writes of ${path} at once`);
    });
  }

  get owners(): ReadonlyMap<string, StageOwner> {
    const found = new Map<string, StageOwner>();
    for (const [owner_id, currency] of this.#currencies) {
      const { account, campaign, adset } = find(this.#server.world, owner_id) ?? {};
      const { daily_budget = null } = adset ?? campaign ?? {};
      found.set(owner_id, { account_id: account?.id ?? '', owner_id, currency, daily_minor: daily_budget });
    }
    return found;
  }

  get history(): readonly Entry[] {
    const { effects } = this.#server.seen;
    for (const effect of effects.slice(this.#taken)) this.#history.push(this.#entryOf(effect));
    this.#taken = effects.length;
    return this.#history;
  }

  #entryOf({ id, field, before, after, by, ...counted }: SeenEffect): Entry {
    const is_status = field === 'status';
    return {
      by: by === 'human' ? 'human' : 'us',
      owner_id: is_status ? this.#ownerOf(id) : id,
      ad_id: is_status ? id : null,
      from: is_status ? (before ?? '') : Number(before),
      to: is_status ? after : Number(after),
      at_ms: counted.at_ms,
      sent_ms: counted.sent_ms,
      authorised_minor: counted.authorised_minor,
      highest_minor: counted.highest_minor,
    };
  }

  #ownerOf(ad_id: string): string {
    const { campaign, adset } = find(this.#server.world, ad_id) ?? {};
    return (campaign?.daily_budget === null ? adset?.id : campaign?.id) ?? '';
  }

  budgets(instance: 0 | 1): AdBudgets {
    const reached = this.#instances[instance];
    if (reached === undefined) throw new Error('there are two instances');
    return reached;
  }

  async pass(now_ms: number): Promise<void> {
    await this.#server.pass(Math.max(0, now_ms - this.now_ms));
  }

  humanTouches(): void {
    const owner = anyOf(this.owners.values(), this.#random);
    if (owner === undefined) return;
    this.#server.humanSets(owner.owner_id, { daily_budget: byHand(owner.daily_minor ?? 0, this.#random) });
  }

  calm(): void {
    this.#server.faults.byChance = undefined;
  }

  async close(): Promise<void> {
    const { violations } = this.#server.seen;
    await this.#server.close();
    if (violations.length > 0) throw new Error(`a token of another was used: ${violations.join('; ')}`);
  }
}
