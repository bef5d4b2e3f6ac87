/** Budget splits that two policies propose for the same campaign and hour. */

export interface Split {
  readonly account_id: string;
  readonly campaign_id: string;
  /** Hour that it is for, UTC epoch milliseconds. */
  readonly hour_ms: number;
  /** When it was proposed, UTC epoch milliseconds. */
  readonly at_ms: number;
  /** Shares by ad set; they sum to 1. */
  readonly shares: ReadonlyMap<string, number>;
}

export interface CampaignSplits {
  readonly account_id: string;
  readonly campaign_id: string;
  /** Hours for which both propose a split. */
  readonly hours: number;
  /** Mean over these hours of the share of the budget that goes to another ad set: half the sum of differences. */
  readonly moved_share: number;
  /** Hours in which another ad set has the largest share. */
  readonly other_leader_hours: number;
  readonly only_recorded_hours: number;
  readonly only_other_hours: number;
  /** Mean difference of each ad set's share, other minus recorded. */
  readonly shift: Readonly<Record<string, number>>;
}

interface Sums {
  hours: number;
  moved: number;
  other_leader: number;
  only_recorded: number;
  only_other: number;
  readonly shift: Map<string, number>;
}

const keyOf = ({ account_id, campaign_id, hour_ms }: Split): string =>
  `${account_id}\u0000${campaign_id}\u0000${hour_ms}`;

const leaderOf = ({ shares }: Split): string | undefined =>
  [...shares].reduce<readonly [string, number] | undefined>(
    (best, one) => (best === undefined || one[1] > best[1] ? one : best),
    undefined,
  )?.[0];

export class Splits {
  readonly #campaigns = new Map<string, Sums>();

  /** The proposals of one step under each policy. */
  take(recorded: readonly Split[], other: readonly Split[]): void {
    const others = new Map(other.map((split) => [keyOf(split), split]));
    for (const split of recorded) {
      const again = others.get(keyOf(split));
      others.delete(keyOf(split));
      if (again === undefined) this.#of(split).only_recorded++;
      else this.#compare(split, again);
    }
    for (const split of others.values()) this.#of(split).only_other++;
  }

  #of({ account_id, campaign_id }: Split): Sums {
    const key = `${account_id}\u0000${campaign_id}`;
    const sums = this.#campaigns.get(key) ?? {
      hours: 0,
      moved: 0,
      other_leader: 0,
      only_recorded: 0,
      only_other: 0,
      shift: new Map<string, number>(),
    };
    this.#campaigns.set(key, sums);
    return sums;
  }

  #compare(recorded: Split, other: Split): void {
    const sums = this.#of(recorded);
    sums.hours++;
    if (leaderOf(recorded) !== leaderOf(other)) sums.other_leader++;
    for (const adset_id of new Set([...recorded.shares.keys(), ...other.shares.keys()])) {
      const shift = (other.shares.get(adset_id) ?? 0) - (recorded.shares.get(adset_id) ?? 0);
      sums.moved += Math.abs(shift) / 2;
      sums.shift.set(adset_id, (sums.shift.get(adset_id) ?? 0) + shift);
    }
  }

  /** Campaigns, those first whose budget moved most. */
  campaigns(): readonly CampaignSplits[] {
    const all = [...this.#campaigns].map(([key, sums]): CampaignSplits => {
      const [account_id = '', campaign_id = ''] = key.split('\u0000');
      const hours = Math.max(1, sums.hours);
      return {
        account_id,
        campaign_id,
        hours: sums.hours,
        moved_share: sums.moved / hours,
        other_leader_hours: sums.other_leader,
        only_recorded_hours: sums.only_recorded,
        only_other_hours: sums.only_other,
        shift: Object.fromEntries([...sums.shift].map(([adset_id, shift]) => [adset_id, shift / hours])),
      };
    });
    return all.sort((a, b) => b.moved_share - a.moved_share);
  }
}
