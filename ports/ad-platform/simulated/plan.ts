/** What the simulated accounts will ever run, as a function of the seed: a new experiment every few days in each. */
import { generator, hash32, type Random } from '../../../learning/numeric.ts';
import type { AdExperiment } from '../port.ts';
import { themes, type Theme } from './creatives.ts';

export interface PlannedAccount {
  readonly account_id: string;
  readonly name: string;
  readonly currency: string;
  /** Price of a thousand impressions, minor units. */
  readonly cpm_minor: number;
  /** Mean value of an order, minor units. */
  readonly order_minor: number;
  /** Hour of the UTC day with the most people. */
  readonly peak_hour: number;
}

/** Their ids fall on four different partitions of four. */
export const accounts: readonly PlannedAccount[] = [
  {
    account_id: 'act_2001',
    name: 'Nordlicht Outdoor',
    currency: 'EUR',
    cpm_minor: 850,
    order_minor: 8_900,
    peak_hour: 19,
  },
  {
    account_id: 'act_2003',
    name: 'Harbor and Pine',
    currency: 'USD',
    cpm_minor: 1_050,
    order_minor: 7_400,
    peak_hour: 1,
  },
  { account_id: 'act_2007', name: 'Penrose Tea', currency: 'GBP', cpm_minor: 720, order_minor: 2_600, peak_hour: 20 },
  { account_id: 'act_2014', name: 'Kumo Living', currency: 'JPY', cpm_minor: 640, order_minor: 9_800, peak_hour: 12 },
];

/** What truth an experiment has: a winner worth finding, differences too small to find, or none. */
export type Truth = 'winner' | 'close' | 'tie';

export interface PlannedArm {
  readonly ad_id: string;
  readonly adset_id: string;
  readonly name: string;
  readonly headline: string;
  /** True rate of clicks on the link, fraction, before the audience tires. */
  readonly rate: number;
}

export interface PlannedCampaign {
  readonly account: PlannedAccount;
  /** Place of the account in `accounts`, and of the campaign among the account's. */
  readonly a: number;
  readonly n: number;
  readonly campaign_id: string;
  readonly experiment_id: string;
  readonly theme: Theme;
  readonly name: string;
  readonly design: AdExperiment['design'];
  readonly guardrails: AdExperiment['guardrail_metrics'];
  readonly truth: Truth;
  /** Hours from the first one. Created in one, delivered from the next. */
  readonly created_hour: number;
  readonly days: number;
  readonly arms: readonly PlannedArm[];
  /** Impressions an hour that the budget buys on average, all arms together. */
  readonly hourly_impressions: number;
  /** Click rate known beforehand, fraction. */
  readonly expected_rate: number;
  /** Orders per click on the link, fraction. */
  readonly order_rate: number;
  /** Seed of what happens in it. */
  readonly seed: number;
}

const hours_a_day = 24;
/** Days between two starts in an account. */
const days_between = 6;
const letters = ['a', 'b', 'c', 'd', 'e'] as const;

/**
 * What the first experiments are, by account: the truths that a visitor should meet in the first days. Those
 * that assign users at random and have a clear winner are decided within days; parallel ones take weeks.
 */
const openings: readonly (readonly Opening[])[] = [
  [
    { design: 'randomised', truth: 'winner', arms: 2, lift: 0.5, hourly: 1_500 },
    { design: 'parallel', truth: 'winner', arms: 3, lift: 0.55, hourly: 1_200 },
  ],
  [
    { design: 'parallel', truth: 'winner', arms: 2, lift: 0.6, hourly: 1_300 },
    { design: 'observational', truth: 'winner', arms: 3, lift: 0.4, hourly: 900 },
    { design: 'randomised', truth: 'winner', arms: 3, lift: 0.3, hourly: 500 },
  ],
  [
    { design: 'parallel', truth: 'tie', arms: 4, lift: 0, hourly: 700 },
    { design: 'randomised', truth: 'tie', arms: 2, lift: 0, hourly: 1_200 },
  ],
  [
    { design: 'parallel', truth: 'winner', arms: 5, lift: 0.6, hourly: 600 },
    { design: 'randomised', truth: 'winner', arms: 3, lift: 0.35, hourly: 600 },
    { design: 'randomised', truth: 'winner', arms: 2, lift: 0.45, hourly: 500 },
  ],
];

interface Opening {
  readonly design: AdExperiment['design'];
  readonly truth: Truth;
  readonly arms: number;
  /** How much better the best ad is than the next, fraction of its rate. */
  readonly lift: number;
  /** Impressions an hour and arm. */
  readonly hourly: number;
}

const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

function drawn(random: Random): Opening {
  const design = random();
  const truth = random();
  return {
    design: design < 0.2 ? 'randomised' : design < 0.3 ? 'observational' : 'parallel',
    truth: truth < 0.5 ? 'winner' : truth < 0.75 ? 'close' : 'tie',
    arms: 2 + Math.floor(random() * 4),
    lift: between(random, 0.25, 0.6),
    hourly: Math.round(between(random, 300, 1_500)),
  };
}

/** True rates around `base`, which is the rate of the second best. Which arm is best is drawn too. */
function rates({ truth, arms, lift }: Opening, base: number, random: Random): readonly number[] {
  if (truth === 'tie') return new Array<number>(arms).fill(base);
  if (truth === 'close') return Array.from({ length: arms }, () => base * between(random, 0.97, 1.03));
  const best = Math.floor(random() * arms);
  const second = (best + 1) % arms;
  return Array.from({ length: arms }, (_, i) => {
    if (i === best) return base * (1 + lift);
    return i === second ? base : base * between(random, 0.8, 1);
  });
}

/** Starts of two experiments in the first hours, then one every six days, each account on another day. */
export function createdHour(a: number, n: number): number {
  if (n < 2) return n * (3 + a);
  return (days_between * (n - 1) - a) * hours_a_day + 8;
}

/** The campaign of these places. The same for the same seed. */
export function planned(seed: number, a: number, n: number): PlannedCampaign {
  const account = accounts[a];
  const own = themes[a];
  if (account === undefined || own === undefined) throw new RangeError(`a: there is no account ${a}`);
  const random = generator(hash32(`${a} ${n}`, hash32(`simulated plan ${seed}`)));
  const opening = openings[a]?.[n] ?? drawn(random);
  const base = between(random, 0.011, 0.024);
  const theme = own[n % own.length];
  if (theme === undefined) throw new RangeError(`a: account ${a} has nothing to advertise`);
  const place = `${account.account_id.slice('act_'.length)}_${n + 1}`;
  const round = Math.floor(n / own.length) + 1;
  const observational = opening.design === 'observational';
  return {
    account,
    a,
    n,
    campaign_id: `cmp_${place}`,
    experiment_id: `exp_${place}`,
    theme,
    name: round === 1 ? theme.name : theme.name.replace(':', `, round ${round}:`),
    design: opening.design,
    guardrails: opening.design === 'parallel' && random() < 0.3 ? ['cvr'] : [],
    truth: opening.truth,
    created_hour: createdHour(a, n),
    days: n < 2 ? 28 : 14 + 7 * Math.floor(random() * 3),
    arms: rates(opening, base, random).map((rate, i) => ({
      ad_id: `ad_${place}_${letters[i] ?? i}`,
      adset_id: observational ? `set_${place}` : `set_${place}_${letters[i] ?? i}`,
      name: theme.headlines[i] ?? `${theme.name} ${i + 1}`,
      headline: theme.headlines[i] ?? theme.name,
      rate,
    })),
    hourly_impressions: opening.hourly * opening.arms,
    // Known from the account's history, so near the truth and not equal to it.
    expected_rate: Math.round(base * between(random, 0.9, 1.1) * 10_000) / 10_000,
    order_rate: between(random, 0.02, 0.045),
    seed: hash32(place, hash32(`simulated delivery ${seed}`)),
  };
}
