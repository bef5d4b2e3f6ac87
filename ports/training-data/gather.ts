/** Gathers examples as they are read, page by page. */
import { isTaken } from '../../learning/trees/resample.ts';
import type { ExampleQuery, ExampleSet } from './port.ts';

export interface Example {
  readonly ad_id: string;
  readonly features: ArrayLike<number>;
  readonly baseline_rate: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly predicted_ms: number;
  readonly known_ms: number;
}

export class Gathering {
  readonly #query: Pick<ExampleQuery, 'most' | 'seed'>;
  readonly #set: Omit<ExampleSet, 'ads'> & { readonly ads: string[] };
  #seen = 0;

  /** @param of examples that there are */
  constructor(query: Pick<ExampleQuery, 'most' | 'seed'>, of: number, features_version: number, columns: number) {
    const rows = Math.min(of, query.most);
    this.#query = query;
    this.#set = {
      features_version,
      columns,
      of,
      features: new Float32Array(rows * columns),
      ads: [],
      baseline_rates: new Float64Array(rows),
      impressions: new Float64Array(rows),
      clicks: new Float64Array(rows),
      predicted_ms: new Float64Array(rows),
      known_ms: new Float64Array(rows),
    };
  }

  /** Whether the next example, in the order of time, is among those that are drawn. To be asked of each. */
  isNextTaken(): boolean {
    const { most, seed } = this.#query;
    return this.#seen < this.#set.of && isTaken(this.#seen++, this.#set.of, most, seed);
  }

  /** Adds one that is taken. */
  add(example: Example): void {
    const set = this.#set;
    const row = set.ads.length;
    for (let j = 0; j < set.columns; j++) set.features[row * set.columns + j] = example.features[j] ?? NaN;
    set.ads.push(example.ad_id);
    set.baseline_rates[row] = example.baseline_rate;
    set.impressions[row] = example.impressions;
    set.clicks[row] = example.clicks;
    set.predicted_ms[row] = example.predicted_ms;
    set.known_ms[row] = example.known_ms;
  }

  /** What was added; shorter than announced where rows went in between. */
  set(): ExampleSet {
    const set = this.#set;
    const rows = set.ads.length;
    if (rows === set.impressions.length) return set;
    const cut = (values: Float64Array): Float64Array => values.slice(0, rows);
    return {
      ...set,
      features: set.features.slice(0, rows * set.columns),
      baseline_rates: cut(set.baseline_rates),
      impressions: cut(set.impressions),
      clicks: cut(set.clicks),
      predicted_ms: cut(set.predicted_ms),
      known_ms: cut(set.known_ms),
    };
  }
}
