/** A decision as one line of a list: whom it is about and what it says, in a few words. */
import type { EngineEvent } from '../../../engine/engine.ts';
import { nameOf } from '../../../topology/coordinates.ts';
import { z } from 'zod';
import type { Directory } from '../names/directory.ts';
import type { DecisionRow } from '../operations.ts';
import { number, percent, share } from '../format/numbers.ts';

/** Topics whose events are decisions, the weightiest first. */
export const decision_topics: readonly string[] = [
  'winner.detected',
  'winner.withdrawn',
  'budget.change.progressed',
  'allocation.proposed',
];

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

const progressed = z.object({
  account_id: z.string(),
  campaign_id: z.string().nullable(),
  state: z.string(),
  reason: z.string(),
  at_ms: z.number(),
});

/** Budgets that are left as they are: of these there are many. */
const left_alone = 'left as it is';
/** What is said of a change of budgets; states on the way to another are no decision. */
const stateWords: Readonly<Record<string, string>> = {
  awaiting_approval: 'waits for a person',
  would_apply: `${left_alone} (dry run)`,
  skipped: left_alone,
  applied: 'written',
  uncertain: 'not known whether it was written',
  compensated: 'taken back',
  failed: 'failed',
  rejected: 'rejected',
  expired: 'expired',
  cancelled: 'given up',
  stood_down: 'left to whoever changed it',
};

/** Whether a decision is that nothing is done: a terminal would drown in them. */
export const isLeftAlone = ({ topic, result }: Pick<DecisionRow, 'topic' | 'result'>): boolean =>
  topic === 'budget.change.progressed' && result.startsWith(left_alone);

type Words = Pick<DecisionRow, 'account_id' | 'entity' | 'result' | 'at_ms'>;

/** An e-value beside what was asked of it. */
const held = (e_value: number, threshold: number): string => `evidence ${number(e_value)}, ${number(threshold)} needed`;

const wordsOf: Readonly<Record<string, (value: object, directory: Directory) => Words | undefined>> = {
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
  'budget.change.progressed': (value, directory) => {
    const { account_id, campaign_id, state, reason, at_ms } = progressed.parse(value);
    const words = stateWords[state];
    if (words === undefined) return undefined;
    const entity = campaign_id === null ? account_id : directory.campaignName(account_id, campaign_id);
    return { account_id, entity, result: `${words}: ${reason}`, at_ms };
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

/** The event as a decision; undefined when it is none or on the way to one, was not made by us, or cannot be read. */
export function decisionRow({ record, value }: EngineEvent, directory: Directory): DecisionRow | undefined {
  if (value === null || record.name === undefined) return undefined;
  const words = wordsOf[record.topic]?.(value, directory);
  if (words === undefined) return undefined;
  return {
    id: nameOf(record.name),
    topic: record.topic,
    group: record.name.group,
    ...words,
    appended_ms: record.appended_ms,
  };
}
