/**
 * A simulated account whose truth is known, for `evaluate compound`: a business of a niche that every few days starts an
 * experiment and an ordinary campaign. Its ads say one of a dozen things (their hook) of one of a dozen products. What
 * they say moves click rates as it does in the niche, and as it does in this account alone; what they are about moves
 * them too, which no trait names. The account's level wanders. All sizes are assumed, none is measured.
 */
import { pointOf } from '../../../learning/niche/point.ts';
import { generator, hash32, normal, poisson, type Random } from '../../../learning/numeric.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { columns, counted, patternOf } from '../../../processors/cross-learning/aggregate/release.ts';
import type { Pattern } from '../../../processors/cross-learning/aggregate/state.ts';
import { start_ms } from '../../../testing/snapshot.ts';

/** Standard deviations on the log of the click rate. */
export const scatter = {
  niches: 0.35,
  accounts: 0.35,
  niche_hooks: 0.15,
  account_hooks: 0.1,
  products: 0.12,
  ads: 0.1,
  /** Of the account's level, gained in a day. */
  level_a_day: 0.02,
} as const;
const middle_rate = 0.014;

/** How an ad opens, and the trait that its DNA has for it; the last has none. */
const hooks: readonly (readonly [column: string, say: (product: string) => string])[] = [
  ['hook=question', (product) => `Is your ${product} ready for winter?`],
  ['hook=reasons_why', (product) => `7 reasons to buy a ${product}`],
  ['hook=contrarian', (product) => `Stop buying a new ${product} each winter`],
  ['hook=how_to', (product) => `How to choose a ${product}`],
  ['hook=authority', (product) => `The ${product} that experts recommend`],
  ['hook=social_proof', (product) => `Everyone is talking about this ${product}`],
  ['hook=fomo', (product) => `Last chance: the ${product} is selling fast`],
  ['hook=curiosity', (product) => `You will not believe what this ${product} does`],
  ['hook=bold_claim', (product) => `The best ${product} ever made`],
  ['hook=warning', (product) => `Warning: a cheap ${product} costs more`],
  ['hook=myth_busting', (product) => `The truth about every ${product}`],
  ['', (product) => `A ${product} for cold days`],
];
const products = [
  'wool jacket',
  'rain coat',
  'hiking boot',
  'camp stove',
  'down pillow',
  'reading lamp',
  'oak table',
  'linen shirt',
  'steel bottle',
  'trail pack',
  'ski glove',
  'garden chair',
] as const;

/** Effects of a niche's hooks, and its level. */
interface Niche {
  readonly log_rate: number;
  readonly hooks: readonly number[];
}

const nicheOf = (random: Random): Niche => ({
  log_rate: Math.log(middle_rate) + scatter.niches * normal(random),
  hooks: hooks.map(() => scatter.niche_hooks * normal(random)),
});

const accountIn = ({ log_rate, hooks: common }: Niche, random: Random): Niche => ({
  log_rate: log_rate + scatter.accounts * normal(random),
  hooks: common.map((effect) => effect + scatter.account_hooks * normal(random)),
});

export interface TrueAd {
  readonly ad_id: string;
  readonly campaign_id: string;
  /** Of the experiment that it is an arm of; null in ordinary campaigns. */
  readonly experiment_id: string | null;
  readonly headline: string;
  /** Log of the true click rate, before the account's level. */
  readonly log_rate: number;
  /** Hour from the start in which it is created; it is delivered from then on. */
  readonly from_hour: number;
}

/** Ads of a launch: an experiment of two, and a campaign whose budget is split. */
const kinds = [
  { kind: 'exp', arms: 2 },
  { kind: 'cmp', arms: 4 },
] as const;
export const run_hours = 96;
/** Impressions of a campaign in an hour. */
export const hourly_impressions = 1_400;
/** Hours between launches of an experiment and a campaign. */
export const launch_hours = 72;
/** Hours that a report spans. */
export const step_hours = 12;

export interface World {
  readonly ads: readonly TrueAd[];
  /** Log of the account's level on each day. */
  readonly levels: readonly number[];
  /** What the niche's other businesses told of it before the account joined. */
  readonly pattern: Pattern;
}

/** The world of a seed; the same whatever the program does in it. */
export function worldOf(seed: number, days: number): World {
  const random = generator(hash32(`compound ${seed}`));
  const niche = nicheOf(random);
  const account = accountIn(niche, random);
  const about = products.map(() => scatter.products * normal(random));
  let level = 0;
  const levels = Array.from({ length: days }, () => (level += scatter.level_a_day * normal(random)));
  const last = days * 24 - run_hours;
  const launches = Array.from({ length: Math.floor(last / launch_hours) + 1 }, (_, i) => i);
  const ads = launches.flatMap((launch) =>
    kinds.flatMap(({ kind, arms }) =>
      Array.from({ length: arms }, (_, arm): TrueAd => {
        const hook = Math.floor(random() * hooks.length);
        const product = Math.floor(random() * products.length);
        const campaign_id = `${kind}${launch}`;
        return {
          ad_id: `${campaign_id}-${arm}`,
          campaign_id,
          experiment_id: kind === 'exp' ? campaign_id : null,
          headline: hooks[hook]?.[1](products[product] ?? '') ?? '',
          log_rate:
            account.log_rate + (account.hooks[hook] ?? 0) + (about[product] ?? 0) + scatter.ads * normal(random),
          from_hour: launch * launch_hours,
        };
      }),
    ),
  );
  return { ads, levels, pattern: patternTold(niche, seed) };
}

/** Businesses of the niche, standard error of what each knows of an effect, and releases that were made before. */
const businesses = 300;
const effect_error = 0.12;
const releases_before = 25;

function patternTold(niche: Niche, seed: number): Pattern {
  const random = generator(hash32(`niche ${seed}`));
  const known = new Set(columns);
  const reliability = 1 / (1 + (effect_error / defaultPolicy.dna.effect_sd) ** 2);
  const parts = Array.from({ length: businesses }, () => {
    const { log_rate, hooks: effects } = accountIn(niche, random);
    const told = new Map<string, number>();
    effects.forEach((effect, i) => {
      const column = hooks[i]?.[0] ?? '';
      // Each has compared about half of the hooks.
      if (random() < 0.5) told.set(column, reliability * (effect + effect_error * normal(random)));
    });
    const said = Object.fromEntries(pointOf({ log_rate, effects: told }, known));
    return counted({ kind: 'business', accounts: [{ account_id: 'one', said }], counted: {}, path: 0 });
  });
  const state = { releases: releases_before, members: [], last: null };
  return patternOf(state, parts, {
    niche: 'fashion',
    noise_key: `key ${seed}`,
    at_ms: start_ms,
    policy: defaultPolicy,
  });
}

/** True click rate of an ad in an hour, fraction. */
export const rateAt = ({ levels }: World, { log_rate }: TrueAd, hour: number): number =>
  Math.min(0.5, Math.exp(log_rate + (levels[Math.min(levels.length - 1, Math.floor(hour / 24))] ?? 0)));

/** Mean true click rate of the account's ads as they start, fraction: what losses of accounts are compared by. */
export const clickRate = (world: World): number =>
  world.ads.reduce((sum, ad) => sum + rateAt(world, ad, ad.from_hour), 0) / world.ads.length;

/** Clicks of so many impressions of an ad in the report that begins at an hour: the same luck for every program. */
export function clicksOf(
  seed: number,
  { ad_id }: TrueAd,
  hour: number,
  shown: { readonly impressions: number; readonly rate: number },
): number {
  const random = generator(hash32(`${ad_id} ${hour}`, hash32(`luck ${seed}`)));
  return Math.min(shown.impressions, poisson(shown.impressions * shown.rate, random));
}
