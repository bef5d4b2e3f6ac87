/** What a world of accounts stands on: a platform that its saga writes to, and by whose own history it is judged. */
import type { AdBudgets } from '../../ports/ad-platform/port.ts';
import { ModelPlatform, type Entry } from './platform.ts';
import { faultOf, populate, type Plan, type Random } from './schedule.ts';

/** A budget's owner as the platform has it. */
export interface StageOwner {
  readonly account_id: string;
  readonly owner_id: string;
  readonly currency: string;
  readonly daily_minor: number | null;
}

export interface Stage {
  readonly now_ms: number;
  /** As they are now. */
  readonly owners: ReadonlyMap<string, StageOwner>;
  /** All that changed a budget or switched an ad, in order, with what the platform counts after it. */
  readonly history: readonly Entry[];
  /** The platform as one of two instances reaches it. */
  budgets(instance: 0 | 1): AdBudgets;
  /** Moves the clock; what was late takes effect on the way. */
  pass(now_ms: number): Promise<void>;
  /** A person changes a budget in the platform's own page. */
  humanTouches(): void;
  /** From now on nothing happens to calls. */
  calm(): void;
  close(): Promise<void>;
}

/** Stages of one kind. */
export interface Stages {
  /** One for a world, with the accounts that `populate` names. */
  open(plan: Plan, random: Random, start_ms: number): Stage;
  close(): Promise<void>;
}

/** What a person sets in place of an amount. */
export const byHand = (minor: number, random: Random): number =>
  Math.max(600, Math.round(minor * (0.7 + 0.5 * random())));

/** Any of them. */
export const anyOf = <T>(all: Iterable<T>, random: Random): T | undefined => {
  const list = [...all];
  return list[Math.floor(random() * list.length)];
};

/** Platforms in memory: what a call does is done before it returns. */
export const modelStages: Stages = {
  open: (plan, random, start_ms) => new ModelStage(plan, random, start_ms),
  close: () => Promise.resolve(),
};

class ModelStage implements Stage {
  readonly #platform: ModelPlatform;
  readonly #random: Random;
  #troubled = true;

  constructor(plan: Plan, random: Random, start_ms: number) {
    this.#random = random;
    this.#platform = new ModelPlatform(start_ms);
    populate(this.#platform, random);
    this.#platform.fault = (kind) => (this.#troubled ? faultOf(plan, kind, random) : 'none');
    this.#platform.human = (minor) => byHand(minor, random);
  }

  get now_ms(): number {
    return this.#platform.now_ms;
  }

  get owners(): ReadonlyMap<string, StageOwner> {
    return this.#platform.owners;
  }

  get history(): readonly Entry[] {
    return this.#platform.history;
  }

  budgets(): AdBudgets {
    return this.#platform;
  }

  pass(now_ms: number): Promise<void> {
    this.#platform.pass(now_ms);
    return Promise.resolve();
  }

  humanTouches(): void {
    const owner_id = anyOf(this.#platform.owners.keys(), this.#random) ?? '';
    this.#platform.humanSets(owner_id, byHand(this.#platform.minor(owner_id), this.#random));
  }

  calm(): void {
    this.#troubled = false;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
