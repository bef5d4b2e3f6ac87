/** The events of a fault run: the same for the same seed, whichever process publishes them. */
import { generator, hash32 } from '../../engine/commit-path/seed.ts';

export interface Event {
  readonly topic: string;
  readonly value: object;
}

const pick = <T>(from: readonly [T, ...T[]], random: () => number): T =>
  from[Math.floor(random() * from.length)] ?? from[0];

/** Events of turn `i`: measured and noted amounts, now and then a tick, a policy, or an event the handler refuses. */
export function turnEvents(seed: number, i: number): readonly Event[] {
  const random = generator(hash32(`turn ${i}`, seed));
  const events: Event[] = [];
  for (let n = 1 + Math.floor(random() * 12); n > 0; n--) {
    const place = { account_id: pick(['a', 'b', 'c', 'd', 'e'], random), ad_id: pick(['x', 'y', 'z'], random) };
    const kind = random();
    if (kind < 0.55) events.push({ topic: 'toy.measured', value: { ...place, amount: Math.floor(random() * 50) } });
    else if (kind < 0.94) events.push({ topic: 'toy.noted', value: { ...place, note: Math.floor(random() * 50) } });
    else if (kind < 0.98) events.push({ topic: 'toy.hour', value: { hour: i % 24 } });
    else events.push({ topic: 'toy.policy', value: { version: `p${i}` } });
  }
  return events;
}

/** Log time of turn `i` where time is to be the same in every run. */
export const turn_ms = (i: number): number => 1_700_000_000_000 + i * 10;
