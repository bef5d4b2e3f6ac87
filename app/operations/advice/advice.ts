/**
 * Advice found at run time: what the figures of this moment say that somebody should look at, and what to do. Pure: it
 * is given what is known and reads nothing; what is not known gives no advice.
 */
import { count, counted, percent } from '../format/numbers.ts';

export type AdviceKind = 'no_reader' | 'behind' | 'keys_wait' | 'exposure_unreachable' | 'split_not_followed';

export interface Advice {
  readonly kind: AdviceKind;
  /** `bad` where something stands still. */
  readonly severity: 'warn' | 'bad';
  /** What was found, in figures. */
  readonly words: string;
  readonly remedy: string;
  /** What it is about: a group, a topic, an experiment or a campaign. */
  readonly about: {
    readonly kind: 'group' | 'topic' | 'experiment' | 'campaign';
    readonly account_id: string | null;
    readonly id: string;
  };
}

/** A topic of the log, with those who read it. */
export interface TopicFact {
  readonly topic: string;
  /** Records kept, each counted once. */
  readonly events: number;
  /** Groups that read it. */
  readonly readers: readonly string[];
  /** Who outside reads it, as its folder says; null where nobody. */
  readonly read_by: string | null;
}

export interface GroupFact {
  readonly group: string;
  readonly state: 'running' | 'idle' | 'waiting' | 'stopped';
  /** Records before it, and how many a second it handles now. */
  readonly lag: number;
  readonly events_per_s: number;
  /** Keys that wait until a dead letter of theirs is settled. */
  readonly parked_keys: number;
}

/** An experiment that still collects impressions. */
export interface ExposureFact {
  readonly account_id: string;
  readonly experiment_id: string;
  readonly name: string;
  /** Impressions that each ad needs, and that the ad with the fewest has. */
  readonly need: number;
  readonly have: number;
  /** Days until it has them at its pace; null where the pace is not known. */
  readonly days_left: number | null;
  /** Days until its plan ends. */
  readonly days_planned: number;
}

/** What was proposed for the ad sets of a campaign and what they got, over the same hours. */
export interface SplitFact {
  readonly account_id: string;
  readonly campaign_id: string;
  readonly name: string;
  readonly hours: number;
  /** Whether anything is told of the proposals: no real platform is in a dry run. */
  readonly applied: boolean;
  readonly arms: readonly { readonly adset_id: string; readonly proposed: number; readonly impressions: number }[];
}

export interface AdviceFacts {
  readonly topics: readonly TopicFact[];
  readonly groups: readonly GroupFact[];
  readonly exposures: readonly ExposureFact[];
  readonly splits: readonly SplitFact[];
}

/** A group that needs longer than this to catch up at its present pace is behind, seconds. */
const longest_catch_up_s = 60;
/** Impressions are compared with a split from so many on, and so many hours. */
const least_impressions = 2_000;
const least_hours = 24;
/** Share of the impressions that must have gone elsewhere than proposed. Delivery never follows to the last percent. */
const most_astray = 0.2;

/** What stands still first, then in the order of the facts. */
export function adviceOn({ topics, groups, exposures, splits }: AdviceFacts): readonly Advice[] {
  const stopped = new Set(groups.filter(({ state }) => state === 'stopped').map(({ group }) => group));
  const found = [
    ...topics.flatMap((topic) => noReader(topic, stopped) ?? []),
    ...groups.flatMap((group) => [keysWait(group), behind(group)].filter((advice) => advice !== null)),
    ...exposures.flatMap((exposure) => unreachable(exposure) ?? []),
    ...splits.flatMap((split) => notFollowed(split) ?? []),
  ];
  return found.sort((a, b) => Number(b.severity === 'bad') - Number(a.severity === 'bad'));
}

function noReader({ topic, events, readers, read_by }: TopicFact, stopped: ReadonlySet<string>): Advice | null {
  if (events === 0 || read_by !== null || readers.some((reader) => !stopped.has(reader))) return null;
  const of = readers.length === 0 ? '' : `: ${readers.join(', ')} ${readers.length === 1 ? 'has' : 'have'} stopped`;
  return {
    kind: 'no_reader',
    severity: 'bad',
    words: `${counted(events, 'event')} of ${topic} and no reader${of}`,
    remedy:
      readers.length === 0
        ? 'let a group read the topic, or say in its topic.ts who outside does'
        : 'see why it stopped, and start the process again: it goes on where it was',
    about: { kind: 'topic', account_id: null, id: topic },
  };
}

function keysWait({ group, parked_keys }: GroupFact): Advice | null {
  if (parked_keys === 0) return null;
  const keys = parked_keys === 1 ? '1 key waits' : `${count(parked_keys)} keys wait`;
  const theirs = parked_keys === 1 ? 'its dead letter is' : 'their dead letters are';
  return {
    kind: 'keys_wait',
    severity: 'bad',
    words: `${keys} in ${group} until ${theirs} settled`,
    remedy: 'deploy the fix and redrive them, or discard them',
    about: { kind: 'group', account_id: null, id: group },
  };
}

function behind({ group, state, lag, events_per_s }: GroupFact): Advice | null {
  if (state !== 'running' || events_per_s <= 0) return null;
  const seconds = lag / events_per_s;
  if (seconds <= longest_catch_up_s) return null;
  return {
    kind: 'behind',
    severity: 'warn',
    words: `${group} has ${count(lag)} records before it, ${timeWords(seconds)} at its pace of ${count(events_per_s)}/s`,
    remedy: 'slow the source down, or give the group more partitions and processes',
    about: { kind: 'group', account_id: null, id: group },
  };
}

const timeWords = (seconds: number): string =>
  seconds < 7_200 ? `${count(seconds / 60)} minutes` : `${count(seconds / 3_600)} hours`;

/** What it has at the end of its plan is extrapolated at the pace so far. */
function unreachable(exposure: ExposureFact): Advice | null {
  const { account_id, experiment_id, name, need, have, days_left, days_planned } = exposure;
  if (days_left === null || days_planned <= 0 || days_left <= days_planned) return null;
  const factor = days_left / days_planned;
  return {
    kind: 'exposure_unreachable',
    severity: 'warn',
    words: `Minimum exposure unreachable at this spend: ${name} has ${count(have)} of ${count(need)} impressions of each ad and needs ${daysWords(days_left)}; its plan ends in ${daysWords(days_planned)}`,
    remedy: `raise the spend of its campaign about ${factor < 10 ? factor.toFixed(1) : count(factor)} times, compare fewer ads, or plan it longer`,
    about: { kind: 'experiment', account_id, id: experiment_id },
  };
}

const daysWords = (days: number): string =>
  days < 2 ? `${count(Math.max(1, days * 24))} hours` : `${count(days)} days`;

function notFollowed({ account_id, campaign_id, name, hours, applied, arms }: SplitFact): Advice | null {
  const impressions = arms.reduce((sum, arm) => sum + arm.impressions, 0);
  if (hours < least_hours || impressions < least_impressions) return null;
  const astray = arms.reduce((sum, arm) => sum + Math.max(0, arm.impressions / impressions - arm.proposed), 0);
  if (astray < most_astray) return null;
  return {
    kind: 'split_not_followed',
    severity: 'warn',
    words: `Impressions do not follow the allocation: of ${name} ${percent(astray)} of ${count(impressions)} impressions in ${count(hours)} hours went to other ad sets than proposed`,
    remedy: applied
      ? 'look in the platform for ad sets that are limited by their audience, bid or schedule'
      : 'proposals are not applied: split the budget by hand, or take them as what they are worth',
    about: { kind: 'campaign', account_id, id: campaign_id },
  };
}
