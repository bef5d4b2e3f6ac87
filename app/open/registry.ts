/** Ids of schemas from the registry that the configuration names. */
import { join } from 'node:path';
import { RegistryClient } from '../../ports/registry/client.ts';
import { RegistryIds } from '../../ports/registry/ids.ts';
import type { Topology } from '../../topology/topology.ts';
import { registrySettings } from '../config/servers.ts';
import type { Config } from '../config/settings.ts';

/** The registry; null where none is named. */
export function registryOf(config: Config): RegistryClient | null {
  const settings = registrySettings(config);
  return settings === null ? null : new RegistryClient(settings);
}

/** Ids of all versions of our topics; undefined where those checked in hold. */
export async function registryIds(config: Config, { topics }: Topology): Promise<RegistryIds | undefined> {
  const client = config.engine === 'kafka' ? registryOf(config) : null;
  if (client === null) return undefined;
  return RegistryIds.open({
    client,
    prefix: config.kafka_topic_prefix,
    file: join(config.data_folder, 'schemas.json'),
    topics,
    now_ms: () => Date.now(),
  });
}
