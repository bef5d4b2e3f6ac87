/** The settings of servers: what belongs together, where a secret may go, and secrets from wherever they are kept. */
import { readFileSync } from 'node:fs';
import { ConfigError, type Origin } from './config-error.ts';
import { environmentName, type Config, type ConfigKey } from './settings.ts';
import { serverDefaults, type ServerKey } from './server-settings.ts';

type Origins = Readonly<Record<ConfigKey, Origin>>;

/** Settings that say nothing where the engine runs by itself. */
const only_kafka = [
  'groups', 'kafka_brokers', 'kafka_tls', 'kafka_tls_ca_file', 'kafka_sasl_mechanism', 'kafka_sasl_username',
  'kafka_sasl_password', 'kafka_sasl_password_file', 'registry_url', 'registry_username', 'registry_password',
  'registry_password_file', 'redis_url', 'redis_username', 'redis_password', 'redis_password_file',
  'redis_tls_ca_file', 'redis_may_forget',
] as const satisfies readonly ServerKey[]; // prettier-ignore

/** A secret, the file that may hold it instead, who it is for and the address that it is sent to. */
interface Secret {
  readonly key: ServerKey;
  readonly file: ServerKey;
  readonly address: 'registry_url' | 'redis_url' | 'clickhouse_url' | 'qdrant_url' | null;
  readonly encrypted: string;
}

const secrets: readonly Secret[] = [
  { key: 'kafka_sasl_password', file: 'kafka_sasl_password_file', address: null, encrypted: '' },
  { key: 'registry_password', file: 'registry_password_file', address: 'registry_url', encrypted: 'https://' },
  { key: 'redis_password', file: 'redis_password_file', address: 'redis_url', encrypted: 'rediss://' },
  { key: 'clickhouse_password', file: 'clickhouse_password_file', address: 'clickhouse_url', encrypted: 'https://' },
  { key: 'qdrant_key', file: 'qdrant_key_file', address: 'qdrant_url', encrypted: 'https://' },
];

const addresses = ['registry_url', 'redis_url', 'clickhouse_url', 'qdrant_url'] as const;
const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

/** @throws ConfigError that names the first setting that is missing or does not fit the others. */
export function checkServers(config: Config, origins: Origins): void {
  checkAddresses(config, origins);
  for (const secret of secrets) checkSecret(config, origins, secret);
  if (config.engine === 'embedded') return checkUnused(config, origins);
  const missing = (['kafka_brokers', 'redis_url'] as const).filter((key) => config[key] === null);
  if (missing.length > 0)
    throw new ConfigError(
      origins.engine,
      `engine is kafka, but ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set`,
      `set ${missing.map((key) => `${environmentName(key)} (${examples[key]})`).join(' and ')}, or leave out --engine to run without servers`,
    );
  checkSasl(config, origins);
  if (config.kafka_tls_ca_file !== null && !config.kafka_tls)
    throw new ConfigError(
      origins.kafka_tls_ca_file,
      'certificates are named, but kafka_tls is false',
      'set kafka_tls to true',
    );
  if (config.redis_tls_ca_file !== null && config.redis_url?.startsWith('rediss://') !== true)
    throw new ConfigError(
      origins.redis_tls_ca_file,
      'certificates are named, but redis_url is without TLS',
      'use an address that begins with rediss://',
    );
}

const examples = { kafka_brokers: '127.0.0.1:9092', redis_url: 'redis://127.0.0.1:6379' } as const;

function checkUnused(config: Config, origins: Origins): void {
  const set = only_kafka.find((key) => config[key] !== serverDefaults[key]);
  // What stands in the environment or a file may serve other commands; a flag is meant for this one.
  if (set === undefined || !origins[set].startsWith('--')) return;
  throw new ConfigError(
    origins[set],
    `${set} is set, but engine is embedded (from ${origins.engine}), which needs no server`,
    'add --engine kafka, or leave it out',
  );
}

function checkSasl(config: Config, origins: Origins): void {
  const { kafka_sasl_mechanism, kafka_sasl_username, kafka_sasl_password, kafka_sasl_password_file } = config;
  const has_password = kafka_sasl_password !== null || kafka_sasl_password_file !== null;
  if (kafka_sasl_mechanism === null) {
    if (kafka_sasl_username === null && !has_password) return;
    const key = kafka_sasl_username === null ? 'kafka_sasl_password' : 'kafka_sasl_username';
    throw new ConfigError(
      origins[key],
      'it is set, but kafka_sasl_mechanism is not',
      'set kafka_sasl_mechanism to plain, scram-sha-256 or scram-sha-512',
    );
  }
  if (kafka_sasl_username === null || !has_password)
    throw new ConfigError(
      origins.kafka_sasl_mechanism,
      `kafka_sasl_mechanism is ${kafka_sasl_mechanism}, but ${kafka_sasl_username === null ? 'kafka_sasl_username' : 'kafka_sasl_password'} is not set`,
      'set kafka_sasl_username, and kafka_sasl_password or kafka_sasl_password_file',
    );
  const open = (config.kafka_brokers ?? []).find((broker) => !loopback.has(broker.slice(0, broker.lastIndexOf(':'))));
  // SCRAM does not send the password itself.
  if (kafka_sasl_mechanism === 'plain' && !config.kafka_tls && open !== undefined)
    throw new ConfigError(
      origins.kafka_sasl_mechanism,
      `the password would be sent to ${open} without encryption`,
      'set kafka_tls to true, or use scram-sha-512',
    );
}

/** An address is printed, so that it must not hold a password. */
function checkAddresses(config: Config, origins: Origins): void {
  for (const key of addresses) {
    const value = config[key];
    if (value === null) continue;
    const { username, password } = new URL(value);
    if (username !== '' || password !== '')
      throw new ConfigError(
        origins[key],
        'the address holds a name or password',
        `give them as ${key === 'qdrant_url' ? 'qdrant_key' : `${key.replace('_url', '')}_username and ${key.replace('_url', '')}_password`}`,
      );
  }
}

function checkSecret(config: Config, origins: Origins, { key, file, address, encrypted }: Secret): void {
  if (config[key] !== null && config[file] !== null)
    throw new ConfigError(origins[file], `${key} is given twice`, `leave out ${key} or ${file}`);
  if (address === null || (config[key] === null && config[file] === null)) return;
  const value = config[address];
  if (value === null) return;
  const { hostname } = new URL(value);
  if (!value.startsWith(encrypted) && !loopback.has(hostname))
    throw new ConfigError(
      origins[address],
      `a secret would be sent to ${hostname} without encryption`,
      `use an address that begins with ${encrypted}`,
    );
}

/** A secret, from its own setting or the first line of its file; null where neither is set. @throws ConfigError */
function secretOf(config: Config, key: ServerKey, file: ServerKey): string | null {
  const path = config[file];
  if (typeof path !== 'string') {
    const value = config[key];
    return typeof value === 'string' ? value.trim() : null;
  }
  const line = fileText(path, file).split('\n')[0]?.trim() ?? '';
  if (line === '') throw new ConfigError(file, `${path} is empty`, 'write the secret into its first line');
  return line;
}

function fileText(path: string, key: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    throw new ConfigError(key, `${path} cannot be read (${why})`, 'check its path and rights');
  }
}

export interface BrokerSettings {
  readonly brokers: readonly string[];
  readonly topic_prefix: string;
  readonly tls?: true | { readonly ca: string[] };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** How brokers are reached. @throws ConfigError where a file cannot be read. */
export function brokerSettings(config: Config): BrokerSettings {
  const { kafka_tls, kafka_tls_ca_file, kafka_sasl_mechanism: mechanism, kafka_sasl_username: username } = config;
  const password = secretOf(config, 'kafka_sasl_password', 'kafka_sasl_password_file');
  return {
    brokers: config.kafka_brokers ?? [],
    topic_prefix: config.kafka_topic_prefix,
    ...(kafka_tls && {
      tls: kafka_tls_ca_file === null ? true : { ca: [fileText(kafka_tls_ca_file, 'kafka_tls_ca_file')] },
    }),
    ...(mechanism !== null && username !== null && password !== null && { sasl: { mechanism, username, password } }),
  };
}

export interface RedisSettings {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
}

/** How Redis is reached. @throws ConfigError where a file cannot be read. */
export function redisSettings(config: Config): RedisSettings {
  const { redis_url, redis_username, redis_tls_ca_file } = config;
  const password = secretOf(config, 'redis_password', 'redis_password_file');
  return {
    url: redis_url ?? '',
    ...(redis_username !== null && { username: redis_username }),
    ...(password !== null && { password }),
    ...(redis_tls_ca_file !== null && { ca: fileText(redis_tls_ca_file, 'redis_tls_ca_file') }),
  };
}

export interface RegistrySettings {
  readonly url: string;
  readonly auth?: { readonly username: string; readonly password: string };
}

/** How the schema registry is reached; null where there is none. @throws ConfigError where a file cannot be read. */
export function registrySettings(config: Config): RegistrySettings | null {
  const { registry_url, registry_username } = config;
  if (registry_url === null) return null;
  const password = secretOf(config, 'registry_password', 'registry_password_file');
  return {
    url: registry_url,
    ...(registry_username !== null && { auth: { username: registry_username, password: password ?? '' } }),
  };
}

export interface ClickHouseSettings {
  readonly url: string;
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
}

/** The ClickHouse server; null where the analytics are in this process. @throws ConfigError */
export function clickHouseSettings(config: Config): ClickHouseSettings | null {
  const { clickhouse_url, clickhouse_database, clickhouse_username } = config;
  if (clickhouse_url === null) return null;
  const password = secretOf(config, 'clickhouse_password', 'clickhouse_password_file');
  return {
    url: clickhouse_url,
    database: clickhouse_database,
    ...(clickhouse_username !== null && { username: clickhouse_username }),
    ...(password !== null && { password }),
  };
}

export interface QdrantSettings {
  readonly url: string;
  readonly collection: string;
  readonly key?: string;
}

/** The Qdrant server; null where vectors are in this process. @throws ConfigError */
export function qdrantSettings(config: Config): QdrantSettings | null {
  if (config.qdrant_url === null) return null;
  const key = secretOf(config, 'qdrant_key', 'qdrant_key_file');
  return { url: config.qdrant_url, collection: config.qdrant_collection, ...(key !== null && { key }) };
}
