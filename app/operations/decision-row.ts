/** A decision as one line of a list: whom it is about and what it says, in a few words. */
import type { EngineEvent } from '../../engine/engine.ts';
import { nameOf } from '../../topology/coordinates.ts';
import { z } from 'zod';
import type { Directory } from './directory.ts';
import type { DecisionRow } from './operations.ts';
import { number, percent, share } from './words.ts';

/** Topics whose events are decisions, the weightiest first. */
export const decision_topics: readonly string[] = ['winner.detected', 'winner.withdrawn', 'allocation.proposed'];

const detected = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  ad_id: z.string(),
  e_value: z.number(),
  threshold: z.number(),
  lift: z.number(),
  lift_low: z.number(),
  lift_high: z.number(),
  at_ms: z.number(),
});
const withdrawn = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  ad_id: z.string(),
  e_value: z.number(),
  threshold: z.number(),
  at_ms: z.number(),
});
const proposed = z.object({
  account_id: z.string(),
  campaign_id: z.string(),
  arms: z.array(z.object({ adset_id: z.string(), share: z.number() })),
  at_ms: z.number(),
});

type Words = Pick<DecisionRow, 'account_id' | 'entity' | 'result' | 'at_ms'>;

/** An e-value beside what was asked of it. */
const held = (e_value: number, threshold: number): string => `evidence ${number(e_value)}, ${number(threshold)} needed`;

const wordsOf: Readonly<Record<string, (value: object, directory: Directory) => Words>> = {
  'winner.detected': (value, directory) => {
    const { account_id, experiment_id, ad_id, e_value, threshold, lift, lift_low, lift_high, at_ms } =
      detected.parse(value);
    const gain = `${percent(lift, true)} (${percent(lift_low, true)} to ${percent(lift_high, true)})`;
    const result = `wins ${gain}, ${held(e_value, threshold)}: “${directory.adName(account_id, ad_id)}”`;
    return { account_id, entity: experimentName(directory, account_id, experiment_id), result, at_ms };
  },
  'winner.withdrawn': (value, directory) => {
    const { account_id, experiment_id, ad_id, e_value, threshold, at_ms } = withdrawn.parse(value);
    const result = `withdrawn, on restated data ${held(e_value, threshold)}: “${directory.adName(account_id, ad_id)}”`;
    return { account_id, entity: experimentName(directory, account_id, experiment_id), result, at_ms };
  },
  'allocation.proposed': (value, directory) => {
    const { account_id, campaign_id, arms, at_ms } = proposed.parse(value);
    const largest = [...arms].sort((a, b) => b.share - a.share);
    const shown = largest
      .slice(0, 3)
      .map(({ adset_id, share: part }) => `“${directory.adsetName(account_id, adset_id)}” ${share(part)}`);
    const rest = largest.length > 3 ? `, ${largest.length - 3} more` : '';
    const entity = directory.campaignName(account_id, campaign_id);
    return { account_id, entity, result: `split ${shown.join(', ')}${rest}`, at_ms };
  },
};

const experimentName = (directory: Directory, account_id: string, experiment_id: string): string =>
  directory.experiment(account_id, experiment_id)?.name ?? experiment_id;

/** The event as a decision; undefined when it is none, was not made by us, or cannot be read. */
export function decisionRow({ record, value }: EngineEvent, directory: Directory): DecisionRow | undefined {
  const words = wordsOf[record.topic];
  if (words === undefined || value === null || record.name === undefined) return undefined;
  return {
    id: nameOf(record.name),
    topic: record.topic,
    group: record.name.group,
    ...words(value, directory),
    appended_ms: record.appended_ms,
  };
}
