/** What must exist before instances run: topics, subjects, tables and a collection; shown, and made. */
import { provisionPlan } from '../../topology/provision.ts';
import type { EngineOptions } from '../../engine/options.ts';
import { withAdmin } from '../../engine/kafka/client/admin.ts';
import { topicPlans } from '../../engine/kafka/kafka.ts';
import { applyTopics, topicStandings, type TopicStanding } from '../../engine/kafka/checks/plan.ts';
import { stampsOf } from '../../engine/kafka/checks/stamps.ts';
import type { EmbeddingProvider } from '../../ports/embeddings/port.ts';
import { provisionSubject, subjectStandings, wanted_compatibility } from '../../ports/registry/provision.ts';
import type { SubjectStanding } from '../../ports/registry/provision.ts';
import { tickHourly } from '../../schemas/index.ts';
import type { Topology } from '../../topology/topology.ts';
import { brokerSettings } from '../config/servers.ts';
import type { Config } from '../config/settings.ts';
import { collectionItems, tableItems } from './provision-stores.ts';
import { registryOf } from './registry.ts';

export interface ProvisionItem {
  readonly kind: 'topic' | 'subject' | 'table' | 'collection';
  readonly name: string;
  /** `fixed`: it is otherwise than wanted, and cannot be changed; `by start`: whoever starts makes it. */
  readonly state: 'there' | 'missing' | 'differs' | 'fixed' | 'by start';
  readonly said: string;
}

/** Shows what is there and what is not; with `apply` makes and changes what can be, and shows what is there then. */
export async function provision(
  config: Config,
  { embeddings, ...options }: ProvisionOptions,
  apply: boolean,
): Promise<readonly ProvisionItem[]> {
  const kafka = config.engine === 'kafka';
  const topics = kafka ? await topicItems(config, options, apply) : [];
  const subjects = kafka ? await subjectItems(config, options.topology, apply) : [];
  const tables = await tableItems(config, provisionPlan(options.topology, config).tables, apply);
  return [...topics, ...subjects, ...tables, ...(await collectionItems(config, embeddings, apply))];
}

export interface ProvisionOptions extends Pick<EngineOptions, 'topology' | 'deadLetters' | 'policy'> {
  readonly embeddings: EmbeddingProvider;
}

async function topicItems(
  config: Config,
  options: Pick<EngineOptions, 'topology' | 'deadLetters' | 'policy'>,
  apply: boolean,
): Promise<readonly ProvisionItem[]> {
  const kafka = { ...brokerSettings(config), client_id: `flywheel-${config.namespace}` };
  const stamps = (await stampsOf(kafka, tickHourly.name)) ?? (config.source === 'none' ? 'broker' : 'clock');
  const settings = { by_broker: stamps === 'broker', replication: config.kafka_replication };
  const plans = topicPlans({ ...options, partitions: config.partitions, kafka });
  return withAdmin(kafka, async (admin) => {
    const before = await topicStandings(admin, plans, settings);
    const itemOf = (standing: TopicStanding): ProvisionItem => topicItem(standing, settings.by_broker);
    if (!apply) return before.map(itemOf);
    await applyTopics(admin, before, settings);
    return (await topicStandings(admin, plans, settings)).map(itemOf);
  });
}

const day_ms = 86_400_000;
const kept = (keep_ms: number | undefined): string =>
  keep_ms === undefined ? 'kept for ever' : `kept ${Math.round(keep_ms / day_ms)} days`;

function topicItem(standing: TopicStanding, by_broker: boolean): ProvisionItem {
  const { plan, exists, changes, fixed, replication } = standing;
  const { topic: name, partitions } = plan;
  const keep_ms = by_broker ? plan.keep_ms : undefined;
  const said = `${partitions} partitions${replication === null ? '' : `, ${replication} ${replication === 1 ? 'copy' : 'copies'}`}, ${kept(keep_ms)}`;
  if (!exists) return { kind: 'topic', name, state: 'missing', said };
  if (fixed.length > 0) return { kind: 'topic', name, state: 'fixed', said: fixed.join('; ') };
  if (changes.length === 0) return { kind: 'topic', name, state: 'there', said };
  const differences = changes.map((change) => `${change.name} is ${change.found}, not ${change.wanted}`);
  return { kind: 'topic', name, state: 'differs', said: differences.join('; ') };
}

async function subjectItems(config: Config, { topics }: Topology, apply: boolean): Promise<readonly ProvisionItem[]> {
  const client = registryOf(config);
  if (client === null) return [];
  const names = topics.map(({ name }) => name);
  const look = (): Promise<readonly SubjectStanding[]> => subjectStandings(client, config.kafka_topic_prefix, names);
  const before = await look();
  if (!apply) return before.map(subjectItem);
  for (const standing of before) if (standing.misfit === null) await provisionSubject(client, standing);
  return (await look()).map(subjectItem);
}

function subjectItem({ subject: name, registered, missing, compatibility, misfit }: SubjectStanding): ProvisionItem {
  const kind = 'subject';
  if (misfit !== null) return { kind, name, state: 'fixed', said: misfit };
  const versions = [...registered, ...missing].length;
  const said = `${versions} ${versions === 1 ? 'version' : 'versions'}, ${wanted_compatibility}`;
  if (registered.length === 0) return { kind, name, state: 'missing', said };
  const differences = [
    ...(missing.length > 0 ? [`version ${missing.join(', ')} is not registered`] : []),
    ...(compatibility !== wanted_compatibility ? [`compatibility is ${compatibility ?? 'not set'}`] : []),
  ];
  return { kind, name, state: differences.length > 0 ? 'differs' : 'there', said: differences.join('; ') || said };
}
