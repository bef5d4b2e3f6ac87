/**
 * One account with one program, day by day, and what is kept of it: how wrong predictions were against the true rates,
 * what choices by them and by the split of budgets lost, and what the program said of its own improvement. Served on
 * worker threads.
 */
import type { EngineEvent, SourceEvent } from '../../../engine/engine.ts';
import { overdispersedLogLoss } from '../../../learning/ensemble/outcome-loss.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import {
  noCreativeFacts,
  type ActualsFetched,
  type AllocationProposed,
  type ImprovementMeasured,
  type PredictionMade,
} from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { snapshot, start_ms } from '../../../testing/snapshot.ts';
import { serveJobs } from '../pool.ts';
import { Program, type Removal } from './program.ts';
import {
  clickRate,
  clicksOf,
  hourly_impressions,
  launch_hours,
  rateAt,
  run_hours,
  step_hours,
  worldOf,
  type TrueAd,
  type World,
} from './world.ts';

export interface CompoundJob {
  readonly seed: number;
  readonly removed: Removal;
  readonly days: number;
}

/** Losses of a prediction over that of the true rate, nats per 1,000 impressions. */
export interface PredictionLoss {
  readonly day: number;
  /** Before the first impression. */
  readonly cold: boolean;
  readonly live: number;
  readonly control: number;
  readonly baseline: number;
}

/** Expected clicks lost against the best ad of a launch, per 1,000 impressions. */
export interface LaunchRegret {
  readonly day: number;
  /** Showing only the ad that was predicted best before the first impression; the control knows no difference. */
  readonly choice: number;
  readonly choice_control: number;
  /** Splitting the budget as proposed; null for experiments, whose shares stay as planned. */
  readonly split: number | null;
  readonly split_control: number | null;
}

/** Gain over the control that one matured prediction was to be expected to show, nats. */
export interface TrueGain {
  readonly day: number;
  readonly gain: number;
}

/** What the account was told of its improvement on a day. */
export interface Told {
  readonly day: number;
  readonly history_days: number;
  readonly points: ImprovementMeasured['points'];
}

export interface CompoundOutcome {
  readonly losses: readonly PredictionLoss[];
  readonly regrets: readonly LaunchRegret[];
  readonly gains: readonly TrueGain[];
  readonly told: readonly Told[];
  readonly winners: number;
  readonly models: number;
  readonly impressions_a_day: number;
  /** Mean true click rate of its ads, fraction. */
  readonly click_rate: number;
}

const account_id = 'act';
const dayOf = (at_ms: number): number => Math.floor((at_ms - start_ms) / day_ms);

/** Kullback–Leibler divergence of a predicted from the true click rate, nats per 1,000 impressions. */
const excess = (truth: number, said: number): number =>
  1_000 * (truth * Math.log(truth / said) + (1 - truth) * Math.log((1 - truth) / (1 - said)));

/** Takes down what the program says. */
class Notes {
  readonly losses: PredictionLoss[] = [];
  readonly gains: TrueGain[] = [];
  readonly told: Told[] = [];
  /** Rates that were predicted before the first impression, the last one said. */
  readonly cold = new Map<string, number>();
  readonly shares = new Map<string, number>();
  winners = 0;
  models = 0;
  readonly #world: World;
  readonly #ads: ReadonlyMap<string, TrueAd>;
  /** Where the loss of an ad's first prediction stands. */
  readonly #cold_losses = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    this.#ads = new Map(world.ads.map((ad) => [ad.ad_id, ad]));
  }

  take = (events: readonly EngineEvent[]): void => {
    // The codec made them: each is a value of its topic.
    for (const { record, value } of events) {
      if (record.topic === 'prediction.made') this.#predicted(value as PredictionMade);
      else if (record.topic === 'actuals.fetched') this.#matured(value as ActualsFetched);
      else if (record.topic === 'improvement.measured') this.#measured(value as ImprovementMeasured);
      else if (record.topic === 'winner.detected') this.winners++;
      else if (record.topic === 'model.trained')
        this.models += Reflect.get(value ?? {}, 'status') === 'trained' ? 1 : 0;
      else if (record.topic === 'allocation.proposed')
        for (const { adset_id, propensity } of (value as AllocationProposed).arms)
          this.shares.set(adset_id, propensity);
    }
  };

  #rate(ad_id: string, at_ms: number): number {
    const ad = this.#ads.get(ad_id);
    if (ad === undefined) throw new Error(`${ad_id} is not of this world`);
    return rateAt(this.#world, ad, (at_ms - start_ms) / hour_ms);
  }

  #predicted({ ad_id, stage, rate, control_rate, baseline_rate, at_ms }: PredictionMade): void {
    const truth = this.#rate(ad_id, at_ms);
    const cold = stage === 'cold';
    const loss: PredictionLoss = {
      day: dayOf(at_ms),
      cold,
      live: excess(truth, rate),
      control: excess(truth, control_rate),
      baseline: excess(truth, baseline_rate),
    };
    if (cold) this.cold.set(ad_id, rate);
    // A prediction that memory's answer made anew counts once, as it was said last.
    const before = cold ? this.#cold_losses.get(ad_id) : undefined;
    if (before !== undefined) this.losses[before] = loss;
    else {
      if (cold) this.#cold_losses.set(ad_id, this.losses.length);
      this.losses.push(loss);
    }
  }

  #matured({ ad_id, revision, impressions, rate, control_rate, predicted_ms, at_ms }: ActualsFetched): void {
    if (revision > 0 || impressions < defaultPolicy.prediction.min_impressions) return;
    // The loss is linear in clicks: at those to be expected it is the one to be expected.
    const outcome = { impressions, clicks: impressions * this.#rate(ad_id, predicted_ms) };
    const shape = defaultPolicy.prediction.residual_shape;
    const gain = overdispersedLogLoss(control_rate, outcome, shape) - overdispersedLogLoss(rate, outcome, shape);
    this.gains.push({ day: dayOf(at_ms), gain });
  }

  #measured({ days, points, at_ms }: ImprovementMeasured): void {
    this.told.push({ day: dayOf(at_ms), history_days: days, points });
  }
}

const of = (topic: string, given: object): SourceEvent => ({
  topic,
  value: { ...exampleOf(topic), account_id, ...given },
});

const created = (ad: TrueAd, at_ms: number): SourceEvent =>
  of('ad.created', {
    ...noCreativeFacts,
    campaign_id: ad.campaign_id,
    adset_id: ad.ad_id,
    ad_id: ad.ad_id,
    experiment_id: ad.experiment_id,
    objective: 'traffic',
    name: ad.headline,
    headline: ad.headline,
    primary_text: null,
    call_to_action: null,
    format: 'image',
    language: 'en',
    created_ms: at_ms,
    provenance: 'simulated',
  });

/**
 * Declared as replayed: users of this world are assigned one by one and its hours are independent, so that evidence is
 * of counts. A live study would come to the same winners ten days later.
 */
const declared = (ads: readonly TrueAd[], experiment_id: string, at_ms: number): SourceEvent =>
  of('experiment.declared', {
    experiment_id,
    campaign_id: experiment_id,
    name: experiment_id,
    design: 'randomised',
    guardrail_metrics: [],
    arms: ads.map(({ ad_id }) => ({ ad_id, adset_id: ad_id, planned_share: 1 / ads.length })),
    start_ms: at_ms,
    planned_days: run_hours / 24,
    expected_rate: 0.014,
    provenance: 'replayed',
  });

/** Campaigns by id, in the order of their start. */
function campaignsOf(ads: readonly TrueAd[]): ReadonlyMap<string, readonly TrueAd[]> {
  const found = new Map<string, TrueAd[]>();
  for (const ad of ads) found.set(ad.campaign_id, [...(found.get(ad.campaign_id) ?? []), ad]);
  return found;
}

/** Share of each ad: as planned in an experiment, else as proposed last. */
function sharesOf(ads: readonly TrueAd[], proposed: ReadonlyMap<string, number>): readonly number[] {
  const shares = ads.map(
    ({ ad_id, experiment_id }) => (experiment_id === null ? proposed.get(ad_id) : null) ?? 1 / ads.length,
  );
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

class Account {
  readonly notes: Notes;
  readonly regrets: LaunchRegret[] = [];
  readonly #job: CompoundJob;
  readonly #world: World;
  /** Expected clicks lost and impressions of each ordinary campaign, by its split. */
  readonly #split = new Map<string, { lost: number; lost_equal: number; shown: number }>();

  constructor(job: CompoundJob) {
    this.#job = job;
    this.#world = worldOf(job.seed, job.days);
    this.notes = new Notes(this.#world);
  }

  async live(): Promise<void> {
    const program = new Program(this.#job.removed, this.notes.take);
    await program.start();
    if (this.#job.removed !== 'niche')
      await program.publish(start_ms, [of('niche.pattern.updated', this.#world.pattern)]);
    const campaigns = [...campaignsOf(this.#world.ads).values()];
    for (let hour = 0; hour < this.#job.days * 24; hour += step_hours) {
      const now_ms = start_ms + hour * hour_ms;
      await program.publish(now_ms, this.#launched(campaigns, hour, now_ms));
      const live = campaigns.filter(([first]) => isLive(first, hour));
      const events = live.flatMap((ads) => this.#delivered(ads, hour));
      const tick = { topic: 'tick.hourly', value: { hour_ms: now_ms + (step_hours - 1) * hour_ms } };
      await program.publish(now_ms + step_hours * hour_ms, [...events, tick]);
    }
    await program.stop();
    this.#settle(campaigns);
  }

  #launched(campaigns: readonly (readonly TrueAd[])[], hour: number, at_ms: number): readonly SourceEvent[] {
    if (hour % launch_hours !== 0) return [];
    return campaigns
      .filter(([first]) => first?.from_hour === hour)
      .flatMap((ads) => {
        const id = ads[0]?.experiment_id ?? null;
        const own = id === null ? [] : [declared(ads, id, at_ms)];
        return [...own, ...ads.map((ad) => created(ad, at_ms))];
      });
  }

  #delivered(ads: readonly TrueAd[], hour: number): readonly SourceEvent[] {
    const shares = sharesOf(ads, this.notes.shares);
    const rates = ads.map((ad) => rateAt(this.#world, ad, hour));
    const shown = step_hours * hourly_impressions;
    this.#note(ads, rates, shares, shown);
    return ads.map((ad, i) => {
      const { ad_id, campaign_id, experiment_id } = ad;
      const impressions = Math.round((shares[i] ?? 0) * shown);
      const link_clicks = clicksOf(this.#job.seed, ad, hour, { impressions, rate: rates[i] ?? 0 });
      const value = snapshot({
        account_id,
        ad_id,
        adset_id: ad_id,
        campaign_id,
        experiment_id,
        impressions,
        link_clicks,
        window_start_ms: start_ms + hour * hour_ms,
        window_end_ms: start_ms + (hour + step_hours) * hour_ms,
      });
      return { topic: 'ad.metrics', value };
    });
  }

  #note(ads: readonly TrueAd[], rates: readonly number[], shares: readonly number[], shown: number): void {
    const [first] = ads;
    if (first === undefined || first.experiment_id !== null) return;
    const best = Math.max(...rates);
    const sums = this.#split.get(first.campaign_id) ?? { lost: 0, lost_equal: 0, shown: 0 };
    sums.lost += shown * rates.reduce((lost, rate, i) => lost + (shares[i] ?? 0) * (best - rate), 0);
    sums.lost_equal += shown * (best - mean(rates));
    sums.shown += shown;
    this.#split.set(first.campaign_id, sums);
  }

  #settle(campaigns: readonly (readonly TrueAd[])[]): void {
    for (const ads of campaigns) {
      const [first] = ads;
      if (first === undefined) continue;
      const rates = ads.map((ad) => rateAt(this.#world, ad, ad.from_hour));
      const said = ads.map(({ ad_id }) => this.notes.cold.get(ad_id) ?? 0);
      const most = Math.max(...said);
      const best = Math.max(...rates);
      const chosen = rates.filter((_, i) => said[i] === most);
      const split = this.#split.get(first.campaign_id);
      const per = (lost: number): number | null => (split === undefined ? null : (1_000 * lost) / split.shown);
      this.regrets.push({
        day: first.from_hour / 24,
        choice: 1_000 * (best - mean(chosen)),
        choice_control: 1_000 * (best - mean(rates)),
        split: per(split?.lost ?? 0),
        split_control: per(split?.lost_equal ?? 0),
      });
    }
  }
}

const isLive = (ad: TrueAd | undefined, hour: number): boolean =>
  ad !== undefined && hour >= ad.from_hour && hour < ad.from_hour + run_hours;

export async function lived(job: CompoundJob): Promise<CompoundOutcome> {
  const account = new Account(job);
  await account.live();
  const { losses, gains, told, winners, models } = account.notes;
  const impressions_a_day = (2 * hourly_impressions * run_hours) / (launch_hours / 24);
  const click_rate = clickRate(worldOf(job.seed, job.days));
  return { losses, regrets: account.regrets, gains, told, winners, models, impressions_a_day, click_rate };
}

serveJobs(lived);
