/** What other decisions would have changed, where the true click rates of the ads are known. */
import { bootstrapRatio, ratioOf, type Cluster } from '../../learning/bootstrap.ts';
import { clopperPearson } from '../../learning/numeric.ts';
import type { Occurrence } from './occurrences.ts';
import type { CampaignSplits } from './splits.ts';

export interface TrueRate {
  readonly account_id: string;
  readonly campaign_id: string;
  readonly ad_id: string;
  readonly adset_id: string;
  /** Clicks on the link per impression, fraction. */
  readonly rate: number;
}

/** Winners whose truth is known; those that are not the one best ad of their campaign are false. */
export interface WinnerTruth {
  readonly announced: number;
  readonly false: number;
  /** 95 % interval of the share that is false (Clopper and Pearson); null where nothing was announced. */
  readonly share_low: number | null;
  readonly share_high: number | null;
}

export interface Effect {
  readonly winners: { readonly recorded: WinnerTruth; readonly other: WinnerTruth };
  /** Of campaigns whose budget follows the proposals. */
  readonly clicks: {
    /** Clicks gained by the other policy's splits per 1,000 impressions; null without a campaign to compare. */
    readonly per_1000_impressions: number | null;
    /** 95 % interval by the bootstrap over campaigns; null with fewer than eight. */
    readonly low: number | null;
    readonly high: number | null;
    readonly campaigns: number;
    readonly campaign_hours: number;
  };
}

/** Seed of the bootstrap: the same history gives the same interval. */
const bootstrap_seed = 1;

const place = (account_id: string, id: string): string => `${account_id}\u0000${id}`;

export class Truth {
  readonly #ads: ReadonlyMap<string, TrueRate>;
  readonly #adsets: ReadonlyMap<string, TrueRate>;
  readonly #best: ReadonlyMap<string, readonly TrueRate[]>;

  constructor(ads: readonly TrueRate[]) {
    this.#ads = new Map(ads.map((ad) => [place(ad.account_id, ad.ad_id), ad]));
    this.#adsets = new Map(ads.map((ad) => [place(ad.account_id, ad.adset_id), ad]));
    const best = new Map<string, readonly TrueRate[]>();
    for (const ad of ads) {
      const key = place(ad.account_id, ad.campaign_id);
      const found = best.get(key) ?? [];
      const most = found[0]?.rate ?? -Infinity;
      if (ad.rate >= most) best.set(key, ad.rate > most ? [ad] : [...found, ad]);
    }
    this.#best = best;
  }

  /** Whether the ad is better than every other of its campaign; undefined where that is not known. */
  isBest(account_id: string, ad_id: string): boolean | undefined {
    const ad = this.#ads.get(place(account_id, ad_id));
    if (ad === undefined) return undefined;
    const best = this.#best.get(place(account_id, ad.campaign_id));
    return best?.length === 1 && best[0]?.ad_id === ad_id;
  }

  winners(announced: readonly Occurrence[]): WinnerTruth {
    const known = announced
      .map(({ account_id, ad_id }) => this.isBest(account_id, ad_id))
      .filter((one) => one !== undefined);
    const wrong = known.filter((isBest) => !isBest).length;
    const interval = known.length === 0 ? null : clopperPearson(wrong, known.length);
    return {
      announced: known.length,
      false: wrong,
      share_low: interval?.low ?? null,
      share_high: interval?.high ?? null,
    };
  }

  /** `follows` says of which campaigns the budget follows the proposals. */
  clicks(campaigns: readonly CampaignSplits[], follows: (campaign: CampaignSplits) => boolean): Effect['clicks'] {
    const clusters = campaigns.filter(follows).flatMap((campaign) => this.#gain(campaign) ?? []);
    const interval = bootstrapRatio(clusters, bootstrap_seed);
    return {
      per_1000_impressions: ratioOf(clusters),
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      campaigns: clusters.length,
      campaign_hours: clusters.reduce((sum, { weight }) => sum + weight, 0),
    };
  }

  /** Clicks per 1,000 impressions that the shift of shares gains, summed over hours; null where a rate is not known. */
  #gain({ account_id, hours, shift }: CampaignSplits): Cluster | null {
    let gained = 0;
    for (const [adset_id, moved] of Object.entries(shift)) {
      const rate = this.#adsets.get(place(account_id, adset_id))?.rate;
      if (rate === undefined) return null;
      gained += moved * rate * 1_000;
    }
    return hours === 0 ? null : { sum: gained * hours, weight: hours };
  }
}
