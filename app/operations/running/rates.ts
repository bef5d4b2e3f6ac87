/** Rates over a sliding window, from counters that only rise. */

/** How far back a rate looks. */
export const window_ms = 10_000;

interface Sample {
  readonly at_ms: number;
  readonly totals: ReadonlyMap<string, number>;
}

/** Samples counters now and then; the rate is their rise over the last ten seconds. */
export class RateMeter {
  #samples: Sample[] = [];

  /** Takes a sample. Samples closer than a tenth of the window are merged into the older one. */
  sample(at_ms: number, totals: ReadonlyMap<string, number>): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && at_ms - last.at_ms < window_ms / 10) return;
    this.#samples.push({ at_ms, totals });
    while ((this.#samples[1]?.at_ms ?? Infinity) <= at_ms - window_ms) this.#samples.shift();
  }

  /** Rise per second of one counter up to its present value; 0 before there is a span to take it over. */
  per_s(name: string, at_ms: number, total: number): number {
    const from = this.#samples.find((sample) => sample.at_ms >= at_ms - window_ms * 1.5);
    if (from === undefined || at_ms <= from.at_ms) return 0;
    const rise = total - (from.totals.get(name) ?? 0);
    return Math.max(0, (rise * 1_000) / (at_ms - from.at_ms));
  }
}
