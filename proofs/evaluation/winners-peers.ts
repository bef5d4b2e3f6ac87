/** The rules that others use, looked at every hour: a z-test at 5 % and P(best) above .95. */
import { probabilityBetter, zOfRates } from '../../learning/evidence/peers.ts';

const z_critical = 1.959964;
const p_critical = 0.95;

/** Which arm beats all others by each rule; −1 where none does. */
export interface PeerLook {
  readonly z_test: number;
  readonly p_best: number;
}

export class Peers {
  readonly #impressions: Float64Array;
  readonly #clicks: Float64Array;

  constructor(arms: number) {
    this.#impressions = new Float64Array(arms);
    this.#clicks = new Float64Array(arms);
  }

  pass(impressions: Float64Array, clicks: Float64Array): void {
    for (let arm = 0; arm < impressions.length; arm++) {
      this.#impressions[arm] = (this.#impressions[arm] ?? 0) + (impressions[arm] ?? 0);
      this.#clicks[arm] = (this.#clicks[arm] ?? 0) + (clicks[arm] ?? 0);
    }
  }

  get least_impressions(): number {
    let least = Infinity;
    for (const n of this.#impressions) if (n < least) least = n;
    return least;
  }

  look(): PeerLook {
    let z_test = -1;
    let p_best = -1;
    for (let arm = 0; arm < this.#impressions.length; arm++) {
      const z = this.#leastZ(arm);
      if (z > z_critical) z_test = arm;
      // P(best) needs about z = 1.64 against the nearest rival: below 1 it is not worth computing.
      if (z > 1 && this.#leastProbability(arm) > p_critical) p_best = arm;
    }
    return { z_test, p_best };
  }

  #leastZ(arm: number): number {
    let least = Infinity;
    for (let rival = 0; rival < this.#impressions.length; rival++)
      if (rival !== arm) least = Math.min(least, zOfRates(...this.#of(arm), ...this.#of(rival)));
    return least;
  }

  #leastProbability(arm: number): number {
    let least = 1;
    for (let rival = 0; rival < this.#impressions.length; rival++)
      if (rival !== arm) least = Math.min(least, probabilityBetter(...this.#of(arm), ...this.#of(rival)));
    return least;
  }

  #of(arm: number): readonly [number, number] {
    return [this.#clicks[arm] ?? 0, this.#impressions[arm] ?? 0];
  }
}
