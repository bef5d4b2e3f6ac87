/** Decisions that happen once for what they are about (a winner, an alarm), under two policies. */

export interface Occurrence {
  readonly account_id: string;
  /** The experiment of a winner, the campaign of a tired ad. */
  readonly about: string;
  readonly ad_id: string;
  /** UTC epoch milliseconds. */
  readonly at_ms: number;
  readonly reason: string;
}

export interface OccurrenceDifference {
  readonly account_id: string;
  readonly about: string;
  readonly ad_id: string;
  /** UTC epoch milliseconds; null where it did not happen. */
  readonly recorded_ms: number | null;
  readonly other_ms: number | null;
  /** Hours by which it is later under the other policy; null where it happened under one only. */
  readonly later_hours: number | null;
  readonly reason: string;
}

export interface OccurrencesCompared {
  readonly only_recorded: number;
  readonly only_other: number;
  readonly both: number;
  /** Of both: under the other policy earlier, later. */
  readonly earlier: number;
  readonly later: number;
  /** Mean of hours by which those of both are later under the other policy; null where there are none. */
  readonly mean_later_hours: number | null;
  readonly differences: readonly OccurrenceDifference[];
}

const hour_ms = 3_600_000;

/** The first of its kind for each ad, in the order in which they happened. */
export class Occurrences {
  readonly #first = new Map<string, Occurrence>();

  take(one: Occurrence): void {
    const key = [one.account_id, one.about, one.ad_id].join('\u0000');
    if (!this.#first.has(key)) this.#first.set(key, one);
  }

  get all(): readonly Occurrence[] {
    return [...this.#first.values()];
  }

  /** `why` says what the other policy had of one that did not happen under it. What happened before `since_ms` is left out. */
  comparedWith(other: Occurrences, since_ms: number, why: (missing: Occurrence) => string): OccurrencesCompared {
    const differences: OccurrenceDifference[] = [];
    const later: number[] = [];
    for (const [key, one] of this.#first) {
      const again = other.#first.get(key);
      if (one.at_ms < since_ms && (again === undefined || again.at_ms < since_ms)) continue;
      if (again !== undefined) later.push((again.at_ms - one.at_ms) / hour_ms);
      if (again?.at_ms === one.at_ms) continue;
      differences.push(difference(one, again, again === undefined ? why(one) : again.reason));
    }
    for (const [key, one] of other.#first)
      if (!this.#first.has(key) && one.at_ms >= since_ms) differences.push(difference(undefined, one, one.reason));
    const counted = (test: (of: OccurrenceDifference) => boolean): number => differences.filter(test).length;
    return {
      only_recorded: counted(({ other_ms }) => other_ms === null),
      only_other: counted(({ recorded_ms }) => recorded_ms === null),
      both: later.length,
      earlier: later.filter((hours) => hours < 0).length,
      later: later.filter((hours) => hours > 0).length,
      mean_later_hours: later.length === 0 ? null : later.reduce((sum, hours) => sum + hours, 0) / later.length,
      differences: differences.sort((a, b) => momentOf(a) - momentOf(b)),
    };
  }
}

const momentOf = ({ recorded_ms, other_ms }: OccurrenceDifference): number =>
  Math.min(recorded_ms ?? Infinity, other_ms ?? Infinity);

function difference(
  recorded: Occurrence | undefined,
  other: Occurrence | undefined,
  reason: string,
): OccurrenceDifference {
  const { account_id = '', about = '', ad_id = '' } = recorded ?? other ?? {};
  const recorded_ms = recorded?.at_ms ?? null;
  const other_ms = other?.at_ms ?? null;
  const later_hours = recorded_ms === null || other_ms === null ? null : (other_ms - recorded_ms) / hour_ms;
  return { account_id, about, ad_id, recorded_ms, other_ms, later_hours, reason };
}
