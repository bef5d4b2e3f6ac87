/** Topics on the brokers beside what they should be: what is missing, what can be changed, what cannot. */
import type { Admin } from 'kafkajs';
import { patient } from '../client/patient.ts';
import { configOf, ensureTopics, type TopicPlan, type TopicSettings } from './topics.ts';

export interface TopicStanding {
  readonly plan: TopicPlan;
  readonly exists: boolean;
  /** Settings that are otherwise and can be changed while the topic is in use. */
  readonly changes: readonly { readonly name: string; readonly found: string; readonly wanted: string }[];
  /** What cannot be changed where records are, in words. */
  readonly fixed: readonly string[];
  /** Copies of its partitions, where it exists. */
  readonly replication: number | null;
}

/** What the client calls ConfigResourceTypes.TOPIC, which it does not export to modules. */
const topic_resource = 2;
/** Records that are there keep the stamps that they got. */
const not_changed = 'message.timestamp.type';

export async function topicStandings(
  admin: Admin,
  plans: readonly TopicPlan[],
  settings: TopicSettings,
): Promise<readonly TopicStanding[]> {
  const known = new Set(await admin.listTopics());
  const there = plans.filter(({ topic }) => known.has(topic)).map(({ topic }) => topic);
  const partitions = await partitionsOf(admin, there);
  const configs = await configsOf(admin, there);
  return plans.map((plan) => {
    const own = partitions.get(plan.topic);
    if (own === undefined) return { plan, exists: false, changes: [], fixed: [], replication: null };
    const config = configs.get(plan.topic) ?? new Map<string, string>();
    const differing = configOf(plan, settings)
      .map(({ name, value }) => ({ name, found: config.get(name) ?? '', wanted: value }))
      .filter(({ found, wanted }) => found !== wanted);
    const fixed = differing
      .filter(({ name }) => name === not_changed)
      .map(({ name, found, wanted }) => `${name} is ${found}, not ${wanted}`);
    if (own.count !== plan.partitions) fixed.push(`it has ${own.count} partitions, not ${plan.partitions}`);
    const changes = differing.filter(({ name }) => name !== not_changed);
    return { plan, exists: true, changes, fixed, replication: own.replication };
  });
}

async function partitionsOf(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, { readonly count: number; readonly replication: number }>> {
  if (topics.length === 0) return new Map();
  const metadata = await patient(() => admin.fetchTopicMetadata({ topics: [...topics] }));
  return new Map(
    metadata.topics.map(({ name, partitions }) => [
      name,
      { count: partitions.length, replication: Math.min(...partitions.map(({ replicas }) => replicas.length)) },
    ]),
  );
}

/** Settings in force by topic, the brokers' own defaults included. */
async function configsOf(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  if (topics.length === 0) return new Map();
  const resources = topics.map((name) => ({ type: topic_resource, name }));
  const { resources: found } = await admin.describeConfigs({ resources, includeSynonyms: false });
  return new Map(
    found.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}

/** Makes what is missing and changes what may be changed. What is fixed otherwise stays, and is not an error here. */
export async function applyTopics(
  admin: Admin,
  standings: readonly TopicStanding[],
  settings: TopicSettings,
): Promise<void> {
  const missing = standings.filter(({ exists }) => !exists).map(({ plan }) => plan);
  await ensureTopics(admin, missing, settings);
  for (const { plan, changes } of standings) {
    if (changes.length === 0) continue;
    // The call replaces all that was set for the topic: what others have set stays.
    const asked = [{ type: topic_resource, name: plan.topic }];
    const { resources } = await admin.describeConfigs({ resources: asked, includeSynonyms: false });
    const set = new Map(
      (resources[0]?.configEntries ?? [])
        .filter((entry) => !entry.isDefault && !entry.readOnly)
        .map(({ configName, configValue }) => [configName, configValue]),
    );
    for (const { name, wanted } of changes) set.set(name, wanted);
    const configEntries = [...set].map(([name, value]) => ({ name, value }));
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: topic_resource, name: plan.topic, configEntries }],
    });
  }
}
