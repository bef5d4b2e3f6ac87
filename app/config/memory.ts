/** Where vectors of winners are kept, as far as other settings must fit to it. */
import { ConfigError, type Origin } from './config-error.ts';
import type { Config, ConfigKey } from './settings.ts';

/** Groups that write and read the vectors. */
export const writes = 'rag-memory.index';
export const reads = 'rag-memory.recall';

/**
 * Whether instances may each have a memory of their own: it is filled from the log beside the groups, so that an
 * instance may be asked of a winner that another has indexed before it has it.
 */
export const ownMemory = ({ engine, qdrant_url }: Pick<Config, 'engine' | 'qdrant_url'>): boolean =>
  engine === 'kafka' && qdrant_url === null;

/** @throws ConfigError where one instance would write vectors for another to find, and none is kept for both. */
export function checkMemory(config: Config, origins: Readonly<Record<ConfigKey, Origin>>): void {
  const { groups } = config;
  if (!ownMemory(config) || groups === null || groups.includes(writes) === groups.includes(reads)) return;
  const [here, there] = groups.includes(writes) ? [writes, reads] : [reads, writes];
  throw new ConfigError(
    origins.groups,
    `${here} would run here and ${there} elsewhere, but vectors are in each process by itself`,
    `set FLYWHEEL_QDRANT_URL (http://127.0.0.1:6333), or add --group ${there}`,
  );
}
