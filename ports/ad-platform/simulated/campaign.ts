/** One simulated campaign as it runs: its budgets, its hours that may still be restated, and what is reported of them. */
import type { BudgetState } from '../budgets.ts';
import type { Ad, AdCampaign, AdExperiment, AdSet, Insight } from '../port.ts';
import { noCreativeFacts } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { hash32 } from '../../../learning/numeric.ts';
import { Delivery, type Totals } from './delivery.ts';
import type { PlannedCampaign } from './plan.ts';
import { correctionAge, final_report_hours, longest_correction_days, reported, stageAt } from './reporting.ts';
import type { CampaignState } from './state.ts';

/** Hours that a restatement can be asked for after it came. */
const spare_hours = 4;
/** Hours that are remembered: as long as anybody waits for what an ad got, and far longer than until reports are final. */
const remembered_hours = 4 * 24;
const setup_ms = 12 * 60_000;
const hours_a_day = 24;

/** What a campaign knows of the budget of one of its ad sets. */
export type SimulatedBudget = Pick<
  BudgetState,
  | 'campaign_id'
  | 'currency'
  | 'daily_budget_minor'
  | 'effective_status'
  | 'ads'
  | 'end_ms'
  | 'updated_ms'
  | 'day_start_ms'
  | 'spend_today_minor'
>;

interface Row {
  readonly hour: number;
  /** Impressions of the campaign before this hour. */
  readonly exposure: number;
  readonly shown: readonly number[];
  readonly finals: readonly Totals[];
  /** Hours after its end at which it is corrected. */
  readonly correction: number | undefined;
}

export class SimulatedCampaign {
  readonly plan: PlannedCampaign;
  readonly adset_ids: readonly string[];
  readonly #delivery: Delivery;
  readonly #ad_seeds: readonly number[];
  #budgets: readonly number[];
  /** Hours that had passed when each ad set was last changed; undefined: not since it was set up. */
  readonly #changed: (number | undefined)[];
  readonly #off: Set<number>;
  #exposure = 0;
  #recent: Row[] = [];
  #awaited: Row[] = [];

  constructor(plan: PlannedCampaign, state?: CampaignState) {
    this.plan = plan;
    this.adset_ids = [...new Set(plan.arms.map(({ adset_id }) => adset_id))];
    this.#delivery = new Delivery(plan);
    this.#ad_seeds = plan.arms.map(({ ad_id }) => hash32(ad_id, plan.seed));
    this.#budgets = state?.budgets ?? this.#delivery.budgets();
    this.#changed = this.adset_ids.map((_, i) => state?.changed[i] ?? undefined);
    this.#off = new Set(state?.off);
    if (state !== undefined) this.#restore(state);
  }

  #restore({ from, exposure, recent, awaited }: CampaignState): void {
    this.#exposure = exposure;
    for (const [i, shown] of recent.entries()) {
      this.#recent.push(this.#row(from + i, this.#exposure, shown));
      this.#exposure += sum(shown);
    }
    this.#awaited = awaited.map((row) => this.#row(row.hour, row.exposure, row.shown));
  }

  #row(hour: number, exposure: number, shown: readonly number[]): Row {
    const finals = this.#delivery.totals(hour, shown, exposure);
    return { hour, exposure, shown, finals, correction: correctionAge(this.plan.seed, hour) };
  }

  get start_hour(): number {
    return this.plan.created_hour + 1;
  }

  get end_hour(): number {
    return this.start_hour + this.plan.days * 24;
  }

  /** Whether the platform still lists it after so many hours. */
  listed(hours: number): boolean {
    return hours <= this.end_hour + (longest_correction_days + 1) * 24;
  }

  state(): CampaignState {
    const { a, n } = this.plan;
    const [first] = this.#recent;
    return {
      a,
      n,
      budgets: [...this.#budgets],
      changed: this.#changed.map((hours) => hours ?? null),
      off: [...this.#off],
      from: first?.hour ?? 0,
      exposure: first?.exposure ?? this.#exposure,
      recent: this.#recent.map(({ shown }) => [...shown]),
      awaited: this.#awaited.map(({ hour, exposure, shown }) => ({ hour, exposure, shown: [...shown] })),
    };
  }

  /** Delivers an hour, where it is one of the campaign's, and forgets what nobody will ask for. */
  pass(hour: number): void {
    if (hour >= this.start_hour && hour < this.end_hour) {
      const shown = this.#delivery.impressions(hour, this.#budgets, this.#off);
      this.#recent.push(this.#row(hour, this.#exposure, shown));
      this.#exposure += sum(shown);
    }
    const kept_from = hour - Math.max(remembered_hours, final_report_hours + spare_hours);
    while ((this.#recent[0]?.hour ?? hour) < kept_from) {
      const row = this.#recent.shift();
      if (row?.correction !== undefined) this.#awaited.push(row);
    }
    this.#awaited = this.#awaited.filter((row) => hour <= row.hour + (row.correction ?? 0) + spare_hours);
  }

  budget(adset_id: string): number {
    return this.#budgets[this.adset_ids.indexOf(adset_id)] ?? 0;
  }

  /** @param hours that have passed */
  setBudget(adset_id: string, minor: number, hours: number): void {
    const at = this.adset_ids.indexOf(adset_id);
    this.#budgets = this.#budgets.map((now, i) => (i === at ? minor : now));
    this.#changed[at] = hours;
  }

  /** Switches an ad off or on. */
  setOn(ad_id: string, on: boolean): void {
    const arm = this.plan.arms.findIndex((one) => one.ad_id === ad_id);
    if (on) this.#off.delete(arm);
    else this.#off.add(arm);
  }

  /** Whether it delivers in the hour after so many. */
  delivers(hours: number): boolean {
    return hours >= this.start_hour && hours < this.end_hour;
  }

  /** What a reader is told of the budget of an ad set after so many hours. */
  readBudget(adset_id: string, hours: number, first_ms: number): SimulatedBudget {
    const { created_ms, end_ms } = this.describe(first_ms);
    const ads = this.plan.arms.map((arm, i) => ({
      adset_id: arm.adset_id,
      ad_id: arm.ad_id,
      effective_status: this.#off.has(i) ? 'PAUSED' : 'ACTIVE',
    }));
    const changed = this.#changed[this.adset_ids.indexOf(adset_id)];
    const today = hours - (hours % hours_a_day);
    const spent = [...this.hours(hours, first_ms)].filter(
      (hour) => hour.adset_id === adset_id && hour.window_start_ms >= first_ms + today * hour_ms,
    );
    return {
      campaign_id: this.plan.campaign_id,
      currency: this.plan.account.currency,
      daily_budget_minor: this.budget(adset_id),
      effective_status: this.delivers(hours) ? 'ACTIVE' : 'PAUSED',
      ads: ads.filter((ad) => ad.adset_id === adset_id),
      end_ms,
      updated_ms: changed === undefined ? created_ms : first_ms + changed * hour_ms,
      day_start_ms: first_ms + today * hour_ms,
      spend_today_minor: sum(spent.map(({ spend_minor }) => spend_minor)),
    };
  }

  /** True click rate of an ad after so many hours, fraction; after its end, what it was then. */
  trueRate(ad_id: string, hours: number): number {
    const arm = this.plan.arms.findIndex((one) => one.ad_id === ad_id);
    return this.#delivery.rate(arm, Math.min(hours, this.end_hour), this.#exposure);
  }

  /** Reports that changed after `since` hours and up to `now` hours. */
  *insights(since: number, now: number, first_ms: number): Generator<Insight> {
    for (const row of this.#rows()) {
      const age = now - row.hour - 1;
      if (stageAt(age, row.correction) !== stageAt(since - row.hour - 1, row.correction))
        yield* this.#reportOf(row, now, first_ms);
    }
  }

  /** What is reported of all hours that are remembered, after `now` hours. */
  *hours(now: number, first_ms: number): Generator<Insight> {
    for (const row of this.#rows()) yield* this.#reportOf(row, now, first_ms);
  }

  *#rows(): Generator<Row> {
    yield* this.#awaited;
    yield* this.#recent;
  }

  *#reportOf({ hour, finals, correction }: Row, now: number, first_ms: number): Generator<Insight> {
    const stage = stageAt(now - hour - 1, correction);
    for (const [i, { ad_id, adset_id }] of this.plan.arms.entries()) {
      const final = finals[i];
      if (final === undefined || stage < 0) continue;
      yield {
        campaign_id: this.plan.campaign_id,
        adset_id,
        ad_id,
        window_start_ms: first_ms + hour * hour_ms,
        window_end_ms: first_ms + (hour + 1) * hour_ms,
        as_of_ms: first_ms + now * hour_ms,
        ...reported(final, stage, this.#ad_seeds[i] ?? 0, hour),
      };
    }
  }

  describe(first_ms: number): AdCampaign {
    const { account, campaign_id, name, created_hour } = this.plan;
    return {
      account_id: account.account_id,
      campaign_id,
      name,
      created_ms: first_ms + created_hour * hour_ms + setup_ms,
      start_ms: first_ms + this.start_hour * hour_ms,
      end_ms: first_ms + this.end_hour * hour_ms,
    };
  }

  adSets(): readonly AdSet[] {
    const { account, campaign_id, arms } = this.plan;
    return this.adset_ids.map((adset_id) => ({
      account_id: account.account_id,
      campaign_id,
      adset_id,
      name: arms.find((arm) => arm.adset_id === adset_id)?.name ?? adset_id,
      daily_budget_minor: this.budget(adset_id),
    }));
  }

  ads(first_ms: number): readonly Ad[] {
    const { account, campaign_id, arms, theme, created_hour } = this.plan;
    return arms.map(({ ad_id, adset_id, name, headline }) => ({
      ...noCreativeFacts,
      objective: 'traffic',
      account_id: account.account_id,
      campaign_id,
      adset_id,
      ad_id,
      name,
      headline,
      primary_text: theme.primary_text,
      call_to_action: theme.call_to_action,
      format: theme.format,
      language: 'en',
      created_ms: first_ms + created_hour * hour_ms + setup_ms,
    }));
  }

  experiment(first_ms: number): AdExperiment {
    const { account, campaign_id, experiment_id, name, design, guardrails, arms, days, expected_rate } = this.plan;
    const { created_ms, start_ms } = this.describe(first_ms);
    return {
      account_id: account.account_id,
      experiment_id,
      campaign_id,
      name,
      design,
      primary_metric: 'link_ctr',
      guardrail_metrics: guardrails,
      arms: arms.map(({ ad_id, adset_id }) => ({ ad_id, adset_id, planned_share: 1 / arms.length })),
      control_ad_id: null,
      start_ms,
      planned_days: days,
      expected_rate,
      created_ms,
    };
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
