/** Names of experiments and ads, for people: kept from the topics that declare them. */
import type { LogRecord } from '../../../engine/ports.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { readRange } from '../../../engine/read-range.ts';
import { z } from 'zod';
import { withNames } from './whole-words.ts';

const adShape = z.object({
  account_id: z.string(),
  ad_id: z.string(),
  adset_id: z.string(),
  campaign_id: z.string(),
  experiment_id: z.string().nullable(),
  name: z.string(),
  headline: z.string().nullable(),
});
const experimentShape = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  campaign_id: z.string(),
  name: z.string(),
  start_ms: z.number(),
  planned_days: z.number(),
  provenance: z.enum(['live', 'simulated', 'replayed']),
});

export type AdEntry = z.infer<typeof adShape>;
export type ExperimentEntry = z.infer<typeof experimentShape>;

/** Texts that are kept, some hundred characters each. */
const most_named = 2_000;

const place = (account_id: string, id: string): string => `${account_id}\u0000${id}`;

export class Directory {
  readonly #ads = new Map<string, AdEntry>();
  readonly #adsets = new Map<string, AdEntry>();
  readonly #experiments = new Map<string, ExperimentEntry>();
  readonly #campaigns = new Map<string, ExperimentEntry>();
  /** Texts with names in them, as asked for last: the page and the routes show the same ones again and again. */
  readonly #named = new Map<string, string>();
  #stop: (() => void) | undefined;
  #revision = 0;

  /** Another number after each name that came. */
  get revision(): number {
    return this.#revision;
  }

  /** Reads what the log holds and then listens; the engine's log must be open. */
  async open(engine: Runtime): Promise<void> {
    const take = (record: LogRecord): void => {
      if (record.topic === 'ad.created' || record.topic === 'experiment.declared')
        this.#take(record.topic, engine.decoded(record).value);
    };
    this.#stop = engine.log.onAppend((records) => records.forEach(take));
    for (const topic of ['ad.created', 'experiment.declared'])
      for (let partition = 0; partition < engine.options.partitions; partition++) {
        const { start, end } = await engine.log.range(topic, partition);
        for await (const record of readRange(engine.log, topic, partition, start, end)) take(record);
      }
  }

  close(): void {
    this.#stop?.();
  }

  #take(topic: string, value: object | null): void {
    if (topic === 'ad.created') {
      const ad = adShape.safeParse(value);
      if (!ad.success) return;
      this.#revision++;
      this.#named.clear();
      this.#ads.set(place(ad.data.account_id, ad.data.ad_id), ad.data);
      this.#adsets.set(place(ad.data.account_id, ad.data.adset_id), ad.data);
      return;
    }
    const experiment = experimentShape.safeParse(value);
    if (!experiment.success) return;
    const { account_id, experiment_id, campaign_id } = experiment.data;
    this.#revision++;
    this.#experiments.set(place(account_id, experiment_id), experiment.data);
    this.#campaigns.set(place(account_id, campaign_id), experiment.data);
  }

  /** Accounts that have an ad or an experiment, sorted. */
  accounts(): readonly string[] {
    const named = [...this.#ads.values(), ...this.#experiments.values()].map(({ account_id }) => account_id);
    return [...new Set(named)].sort();
  }

  /** Ads of an account, in the order in which they were first named. */
  adsOf(account_id: string): readonly AdEntry[] {
    return [...this.#ads.values()].filter((ad) => ad.account_id === account_id);
  }

  /** Experiments of an account, in the order in which they were first declared. */
  experimentsOf(account_id: string): readonly ExperimentEntry[] {
    return [...this.#experiments.values()].filter((experiment) => experiment.account_id === account_id);
  }

  ad(account_id: string, ad_id: string): AdEntry | undefined {
    return this.#ads.get(place(account_id, ad_id));
  }

  experiment(account_id: string, experiment_id: string): ExperimentEntry | undefined {
    return this.#experiments.get(place(account_id, experiment_id));
  }

  /** What to call a campaign, which no topic names: the experiment in it declared last, else its id. */
  campaignName(account_id: string, campaign_id: string): string {
    return this.#campaigns.get(place(account_id, campaign_id))?.name ?? campaign_id;
  }

  /** What to call an ad: its headline, else its name, else its id. */
  adName(account_id: string, ad_id: string): string {
    const ad = this.ad(account_id, ad_id);
    return ad?.headline ?? ad?.name ?? ad_id;
  }

  /** `text` with what people call the ads where it says their ids. */
  withAdNames(text: string, account_id: string, ad_ids: readonly string[]): string {
    const asked = place(account_id, `${ad_ids.join(' ')}\u0000${text}`);
    const known = this.#named.get(asked);
    if (known !== undefined) return known;
    const said = withNames(text, ad_ids, (id) => {
      const name = this.adName(account_id, id);
      return name === id ? id : `“${name}”`;
    });
    if (this.#named.size >= most_named) this.#named.clear();
    this.#named.set(asked, said);
    return said;
  }

  /** What to call an ad set: the name of the ad in it seen last, else its id. */
  adsetName(account_id: string, adset_id: string): string {
    return this.#adsets.get(place(account_id, adset_id))?.name ?? adset_id;
  }
}
