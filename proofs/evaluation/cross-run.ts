/**
 * The first week of a new account, with what its niche says and without: the same ads, people and dice. Its ads are
 * predicted by the compound learner and its budgets split by Thompson sampling, as they are. Served on worker threads.
 */
import { pointOf } from '../../learning/niche/point.ts';
import { generator, normal, poisson, type Random } from '../../learning/numeric.ts';
import { defaultPolicy } from '../../policy/document.ts';
import { compoundLearner } from '../../processors/compound-learner/decide.ts';
import { columns, counted, patternOf } from '../../processors/cross-learning/aggregate/release.ts';
import type { Pattern } from '../../processors/cross-learning/aggregate/state.ts';
import { thompsonSampling } from '../../processors/thompson-sampling/decide.ts';
import type { SourceEvent } from '../../engine/engine.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type { AllocationProposed, PredictionMade } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { driverOf } from '../../testing/played.ts';
import { snapshot, start_ms } from '../../testing/snapshot.ts';
import { serveJobs } from './pool.ts';

export interface CrossJob {
  readonly seed: number;
  readonly world: number;
  /** Businesses of the niche; 0: the account begins without what it says. */
  readonly businesses: number;
}

export interface CrossOutcome {
  /** Whether the niche had something to say. */
  readonly released: boolean;
  /** Effects that were larger than the noise. */
  readonly traits: number;
  /** Of predictions before the first impression, nats per 1,000 impressions, over that of the true rates. */
  readonly excess_loss: number;
  /** Clicks lost against the best ad set, per 1,000 impressions. */
  readonly regret: number;
}

/** How rates and effects are scattered in these worlds, on the log scale; assumed, not measured. */
const scatter = { niches: 0.35, accounts: 0.5, niche_effects: 0.15, account_effects: 0.1, ads: 0.12 } as const;
const middle_rate = 0.014;
/** Values that ads differ in; every second goes with nothing. */
const in_play = columns.filter((name) => /^(hook|emotion|offer)=/.test(name)).slice(0, 20);
/** Standard error of what one account's experiments tell of an effect. */
const effect_error = 0.12;
/** Releases before the account joins: half a year of noise is on the sums. */
const releases_before = 25;

interface Niche {
  readonly log_rate: number;
  readonly effects: ReadonlyMap<string, number>;
}

function nicheOf(random: Random): Niche {
  return {
    log_rate: Math.log(middle_rate) + scatter.niches * normal(random),
    effects: new Map(in_play.map((name, i) => [name, i % 2 === 0 ? scatter.niche_effects * normal(random) : 0])),
  };
}

/** An account of the niche as it truly is. */
const accountOf = ({ log_rate, effects }: Niche, random: Random): Niche => ({
  log_rate: log_rate + scatter.accounts * normal(random),
  effects: new Map([...effects].map(([name, effect]) => [name, effect + scatter.account_effects * normal(random)])),
});

/** What the niche's businesses, one account each, say of themselves; each has compared about half of the values. */
function released(niche: Niche, businesses: number, { seed, world }: CrossJob): Pattern {
  const random = generator(seed * 7_919 + world);
  const known = new Set(columns);
  const reliability = 1 / (1 + (effect_error / defaultPolicy.dna.effect_sd) ** 2);
  const parts = Array.from({ length: businesses }, () => {
    const account = accountOf(niche, random);
    const told = new Map<string, number>();
    for (const [name, effect] of account.effects)
      if (random() < 0.5) told.set(name, reliability * (effect + effect_error * normal(random)));
    const said = Object.fromEntries(pointOf({ log_rate: account.log_rate, effects: told }, known));
    return counted({ kind: 'business', accounts: [{ account_id: 'one', said }], counted: {}, path: 0 });
  });
  const state = { releases: releases_before, members: [], last: null };
  const noise_key = `key ${seed} ${world}`;
  return patternOf(state, parts, { niche: 'food', noise_key, at_ms: start_ms, policy: defaultPolicy });
}

const account_id = 'new';
const run_hours = 72;
const launches = 7;
const arms = 4;
const impressions_an_hour = 300;

interface Ad {
  readonly ad_id: string;
  readonly campaign_id: string;
  readonly rate: number;
  readonly values: readonly string[];
  impressions: number;
  clicks: number;
}

function adsOf(account: Niche, day: number, random: Random): readonly Ad[] {
  return Array.from({ length: arms }, (_, i) => {
    const values = in_play.filter(() => random() < 0.3);
    const effect = values.reduce((sum, name) => sum + (account.effects.get(name) ?? 0), 0);
    const log_rate = account.log_rate + effect + scatter.ads * normal(random);
    return {
      ad_id: `ad${day}-${i}`,
      campaign_id: `c${day}`,
      rate: Math.min(0.5, Math.exp(log_rate)),
      values,
      impressions: 0,
      clicks: 0,
    };
  });
}

const of = (topic: string, given: object): SourceEvent => ({
  topic,
  value: { ...exampleOf(topic), account_id, ...given },
});

function launched({ ad_id, campaign_id, values }: Ad, at_ms: number): readonly SourceEvent[] {
  const given = { campaign_id, ad_id, experiment_id: null };
  // All are images: a DNA names at least one trait.
  const traits = ['format=image', ...values].map((name) => {
    const [trait = '', value = ''] = name.split('=');
    return { trait, value, confidence: 1, source: 'rule' };
  });
  return [
    of('ad.created', { ...given, adset_id: ad_id, objective: 'traffic', created_ms: at_ms }),
    of('dna.extracted', { ...given, traits, at_ms }),
  ];
}

/** Share of each ad set as proposed last; equal before. */
class Shares {
  readonly #of = new Map<string, number>();

  propose({ arms: proposed }: AllocationProposed): void {
    for (const { adset_id, propensity } of proposed) this.#of.set(adset_id, propensity);
  }

  of = (ads: readonly Ad[]): readonly number[] => {
    const shares = ads.map(({ ad_id }) => this.#of.get(ad_id) ?? 1 / ads.length);
    const total = shares.reduce((sum, one) => sum + one, 0);
    return shares.map((one) => one / total);
  };
}

/** The account's program: what it decides is told at once. */
class Program {
  readonly shares = new Shares();
  /** Rates predicted before the first impression, by ad. */
  readonly cold = new Map<string, number>();
  readonly #driver = driverOf([compoundLearner, thompsonSampling], start_ms);
  #round = 0;

  async start(): Promise<void> {
    await this.#driver.start();
    this.#driver.engine.tail((events) => {
      for (const { record, value } of events) {
        if (record.topic === 'allocation.proposed') this.shares.propose(value as AllocationProposed);
        if (record.topic !== 'prediction.made') continue;
        const { ad_id, stage, rate } = value as PredictionMade;
        if (stage === 'cold') this.cold.set(ad_id, rate);
      }
    });
  }

  async publish(events: readonly SourceEvent[]): Promise<void> {
    if (events.length > 0)
      await this.#driver.engine.publish({ source: 'world', position: String(this.#round++), events });
    await this.#driver.engine.drain();
  }

  hourPassed(): void {
    this.#driver.clock.advance(hour_ms);
  }

  async stop(): Promise<void> {
    await this.#driver.stop();
    if (this.#driver.failures.length > 0) throw new Error(this.#driver.failures.join('; '));
  }
}

export async function firstWeek(job: CrossJob): Promise<CrossOutcome> {
  const random = generator(job.seed * 104_729 + job.world);
  const niche = nicheOf(random);
  const account = accountOf(niche, random);
  const pattern = job.businesses === 0 ? null : released(niche, job.businesses, job);
  const program = new Program();
  await program.start();
  await program.publish(pattern === null ? [] : [of('niche.pattern.updated', pattern)]);
  const ads: Ad[] = [];
  let lost = 0;
  for (let hour = 0; hour < launches * 24 + run_hours; hour++) {
    const now_ms = start_ms + hour * hour_ms;
    if (hour % 24 === 0 && hour < launches * 24) {
      const fresh = adsOf(account, hour / 24, random);
      ads.push(...fresh);
      await program.publish(fresh.flatMap((ad) => launched(ad, now_ms)));
    }
    program.hourPassed();
    const delivered = campaignsAt(ads, hour).flatMap((live) => deliver(live, program.shares.of(live), hour, random));
    lost += delivered.reduce((sum, one) => sum + one.lost, 0);
    const metrics = delivered.map(({ event }) => event);
    await program.publish([...metrics, { topic: 'tick.hourly', value: { hour_ms: now_ms } }]);
  }
  await program.stop();
  const shown = ads.reduce((sum, { impressions }) => sum + impressions, 0);
  return {
    released: pattern?.status === 'released',
    traits: pattern?.traits.filter(({ status }) => status === 'released').length ?? 0,
    excess_loss: excessLoss(ads, program.cold),
    regret: (1_000 * lost) / shown,
  };
}

interface Delivered {
  readonly event: SourceEvent;
  /** Clicks lost against the best ad of the campaign, expected. */
  readonly lost: number;
}

/** An hour of a campaign. */
function deliver(live: readonly Ad[], shares: readonly number[], hour: number, random: Random): readonly Delivered[] {
  const best = Math.max(...live.map(({ rate }) => rate));
  return live.map((ad, i) => {
    const impressions = Math.round((shares[i] ?? 0) * impressions_an_hour);
    const link_clicks = Math.min(impressions, poisson(impressions * ad.rate, random));
    ad.impressions += impressions;
    ad.clicks += link_clicks;
    const { ad_id, campaign_id } = ad;
    const value = snapshot({ account_id, ad_id, adset_id: ad_id, campaign_id, hour, impressions, link_clicks });
    return { event: { topic: 'ad.metrics', value }, lost: impressions * (best - ad.rate) };
  });
}

/** Ads that run in an hour, by campaign. */
function campaignsAt(ads: readonly Ad[], hour: number): readonly (readonly Ad[])[] {
  const first = Math.max(0, Math.floor((hour - run_hours) / 24) + 1);
  const last = Math.min(launches - 1, Math.floor(hour / 24));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    ads.slice((first + i) * arms, (first + i + 1) * arms),
  ).filter((live) => live.length > 0);
}

/** Log loss of the first predictions over that of the true rates, nats per 1,000 impressions. */
function excessLoss(ads: readonly Ad[], cold: ReadonlyMap<string, number>): number {
  let [excess, shown] = [0, 0];
  for (const { ad_id, rate, impressions, clicks } of ads) {
    const predicted = cold.get(ad_id);
    if (predicted === undefined) throw new Error(`${ad_id} was not predicted`);
    excess += clicks * Math.log(rate / predicted) + (impressions - clicks) * Math.log((1 - rate) / (1 - predicted));
    shown += impressions;
  }
  return (1_000 * excess) / shown;
}

serveJobs(firstWeek);
