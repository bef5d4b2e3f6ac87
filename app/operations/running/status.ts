/** How everything does right now: groups, topics, source, and what it came to so far. */
import type { GroupStatus } from '../../../engine/engine.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { groupObserved } from '../../../schemas/index.ts';
import { announcedPolicy } from '../../policy-in-force.ts';
import type { OperationsContext } from '../context.ts';
import { moneyStanding } from '../money/standing.ts';
import type { Status, Summary } from '../operations.ts';

interface TopicTotal {
  readonly topic: string;
  /** Records ever appended, those that retention took included. */
  readonly appended: number;
  /** Records kept. */
  readonly records: number;
}

export async function status(context: OperationsContext): Promise<Status> {
  const { engine, rates, about, source } = context;
  const now_ms = context.now_ms();
  const groups = await engine.statuses();
  const topics = await topicTotals(context);
  rates.sample(now_ms, totalsOf(groups, topics));
  const announced = await announcedPolicy(engine);
  return {
    ...about,
    money: moneyStanding(announced ?? defaultPolicy, source.status().kind),
    now_ms,
    policy_version: announced?.version ?? null,
    source: source.status(),
    groups: groups.map((group) => ({
      ...group,
      events_per_s: rates.per_s(`group ${group.group}`, now_ms, group.events_total),
    })),
    topics: topics.map(({ topic, records, appended }) => ({
      topic,
      copies: copiesOf(context.engine, topic),
      records,
      records_per_s: rates.per_s(`topic ${topic}`, now_ms, appended),
    })),
    summary: summaryOf(context, groups, topics, now_ms),
  };
}

/** Takes a sample for the rates; called every second, so that the first answer has a span to look back on. */
export async function sampleRates(context: OperationsContext): Promise<void> {
  context.rates.sample(context.now_ms(), totalsOf(await context.engine.statuses(), await topicTotals(context)));
}

async function topicTotals({ engine }: OperationsContext): Promise<readonly TopicTotal[]> {
  return (await engine.topics()).map(({ topic, ranges }) => ({
    topic,
    appended: ranges.reduce((sum, { end }) => sum + end, 0),
    records: ranges.reduce((sum, { start, end }) => sum + end - start, 0),
  }));
}

function totalsOf(groups: readonly GroupStatus[], topics: readonly TopicTotal[]): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const { group, events_total } of groups) totals.set(`group ${group}`, events_total);
  for (const { topic, appended } of topics) totals.set(`topic ${topic}`, appended);
  return totals;
}

/** How many partitions hold each record of a topic. */
const copiesOf = ({ topology, options }: OperationsContext['engine'], topic: string): number =>
  topology.topics.some(({ name, partitionKey }) => name === topic && partitionKey === null) ? options.partitions : 1;

function summaryOf(
  { engine, experiments, rates }: OperationsContext,
  groups: readonly GroupStatus[],
  topics: readonly TopicTotal[],
  now_ms: number,
): Summary {
  const emitted = new Set(engine.topology.processors.flatMap(({ wiring }) => wiring.emits.map(({ name }) => name)));
  const copies = (topic: string): number => copiesOf(engine, topic);
  // What the program says of itself happened to no account.
  const own = new Set([engine.options.deadLetters.topic, groupObserved.name]);
  const fromOutside = topics.filter(({ topic }) => !emitted.has(topic) && !own.has(topic));
  const ofTopic = (name: string): number => topics.find(({ topic }) => topic === name)?.appended ?? 0;
  const rateOf = ({ topic, appended }: TopicTotal): number =>
    rates.per_s(`topic ${topic}`, now_ms, appended) / copies(topic);
  return {
    events: fromOutside.reduce((sum, { topic, appended }) => sum + appended / copies(topic), 0),
    events_per_s: fromOutside.reduce((sum, total) => sum + rateOf(total), 0),
    ...experiments.counts(),
    allocations: ofTopic('allocation.proposed'),
    dead_letters: groups.reduce((sum, { dead_letters_total }) => sum + dead_letters_total, 0),
  };
}
