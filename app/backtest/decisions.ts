/** What one run over the history decided, as it is compared. */
import { z } from 'zod';
import type { EngineEvent } from '../../engine/engine.ts';
import { number, percent } from '../operations/format/numbers.ts';
import { Occurrences, type Occurrence } from './occurrences.ts';
import type { Split } from './splits.ts';

/** Topics whose decisions are compared; the groups behind them are run again. */
export const compared_topics: readonly string[] = [
  'winner.detected',
  'winner.withdrawn',
  'allocation.proposed',
  'ad.fatigued',
];

const winnerShape = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  ad_id: z.string(),
  at_ms: z.number(),
  reason: z.string(),
});
const alarmShape = z.object({
  account_id: z.string(),
  campaign_id: z.string(),
  ad_id: z.string(),
  status: z.string(),
  at_ms: z.number(),
  reason: z.string(),
});
const evidenceShape = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  e_value: z.number(),
  threshold: z.number(),
  lift_low: z.number().nullable(),
  reason: z.string(),
});
const splitShape = z.object({
  account_id: z.string(),
  campaign_id: z.string(),
  hour_ms: z.number(),
  arms: z.array(z.object({ adset_id: z.string(), share: z.number() })),
});

/** States of an ad that are no alarm. */
const quiet: ReadonlySet<string> = new Set(['insufficient_data', 'healthy']);

type Evidence = z.infer<typeof evidenceShape>;

const place = (account_id: string, id: string): string => `${account_id}\u0000${id}`;

/** Decisions of one run; `account_id` null takes those of all accounts. */
export class Decisions {
  readonly winners = new Occurrences();
  readonly withdrawals = new Occurrences();
  readonly alarms = new Occurrences();
  /** Records that a group refused. */
  refused = 0;
  readonly #account_id: string | null;
  readonly #dead_letters: string;
  /** The newest of each experiment. */
  readonly #evidence = new Map<string, Evidence>();

  constructor(account_id: string | null, dead_letters: string) {
    this.#account_id = account_id;
    this.#dead_letters = dead_letters;
  }

  /** Takes what was made on a step and gives its splits. */
  take(made: readonly EngineEvent[]): readonly Split[] {
    const splits: Split[] = [];
    for (const { record, value } of made) {
      if (this.#account_id !== null && record.key !== this.#account_id) continue;
      if (record.topic === this.#dead_letters) this.refused++;
      else if (record.topic === 'allocation.proposed') splits.push(splitOf(value, record.appended_ms));
      else this.#takeOne(record.topic, value);
    }
    return splits;
  }

  #takeOne(topic: string, value: object | null): void {
    if (topic === 'winner.detected') this.winners.take(ofExperiment(value));
    else if (topic === 'winner.withdrawn') this.withdrawals.take(ofExperiment(value));
    else if (topic === 'ad.fatigued') {
      const { campaign_id, status, ...rest } = alarmShape.parse(value);
      if (!quiet.has(status)) this.alarms.take({ ...rest, about: campaign_id });
    } else if (topic === 'evidence.changed') {
      const evidence = evidenceShape.parse(value);
      this.#evidence.set(place(evidence.account_id, evidence.experiment_id), evidence);
    }
  }

  /** What the evidence of an experiment came to in this run. */
  standing({ account_id, about }: Pick<Occurrence, 'account_id' | 'about'>): string {
    const evidence = this.#evidence.get(place(account_id, about));
    if (evidence === undefined) return 'there is no evidence of it';
    const { e_value, threshold, lift_low, reason } = evidence;
    const lift = lift_low === null ? '' : `, a lift of at least ${percent(lift_low, true)}`;
    return `not announced by the end: evidence ${number(e_value)}, ${number(threshold)} needed${lift}. ${reason}`;
  }
}

function ofExperiment(value: object | null): Occurrence {
  const { experiment_id, ...rest } = winnerShape.parse(value);
  return { ...rest, about: experiment_id };
}

function splitOf(value: object | null, at_ms: number): Split {
  const { arms, ...rest } = splitShape.parse(value);
  return { ...rest, at_ms, shares: new Map(arms.map(({ adset_id, share }) => [adset_id, share])) };
}
