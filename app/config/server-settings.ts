/** Settings of the servers that the engine runs on where it does not run by itself: Kafka, registry, Redis and stores. */
import { z } from 'zod';
import { said, secret, type Said } from './said.ts';
import { accessDefaults, accessSettings, accessShape } from './access-settings.ts';

export const engine_kinds = ['embedded', 'kafka'] as const;
export const sasl_mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

const text = z.string().min(1).nullable();
const path = text;
const address = z.string().regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/@]+):\d{1,5}$/);
/** Names of topics, keys and consumer groups are made with it. */
const name = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

export const serverShape = {
  engine: z.enum(engine_kinds),
  /** Null: all of them. */
  groups: z.array(z.string().min(1)).min(1).nullable(),
  /** Before Redis keys and consumer groups; topics have their own prefix. */
  namespace: name,
  kafka_brokers: z.array(address).min(1).nullable(),
  kafka_topic_prefix: z.string().regex(/^[A-Za-z0-9._-]{0,64}$/),
  /** Copies of each partition of a topic that is made. */
  kafka_replication: z.int().min(1).max(9),
  kafka_tls: z.boolean(),
  kafka_tls_ca_file: path,
  kafka_sasl_mechanism: z.enum(sasl_mechanisms).nullable(),
  kafka_sasl_username: text,
  kafka_sasl_password: text,
  kafka_sasl_password_file: path,
  kafka_session_ms: z.int().min(1_000).max(1_800_000),
  registry_url: z.url({ protocol: /^https?$/ }).nullable(),
  registry_username: text,
  registry_password: text,
  registry_password_file: path,
  redis_url: z.url({ protocol: /^rediss?$/ }).nullable(),
  redis_username: text,
  redis_password: text,
  redis_password_file: path,
  redis_tls_ca_file: path,
  redis_may_forget: z.boolean(),
  clickhouse_url: z.url({ protocol: /^https?$/ }).nullable(),
  clickhouse_database: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/),
  clickhouse_username: text,
  clickhouse_password: text,
  clickhouse_password_file: path,
  qdrant_url: z.url({ protocol: /^https?$/ }).nullable(),
  qdrant_key: text,
  qdrant_key_file: path,
  qdrant_collection: name,
  ...accessShape,
};

export type ServerConfig = z.infer<z.ZodObject<typeof serverShape>>;
export type ServerKey = keyof ServerConfig;

export const serverDefaults: ServerConfig = {
  engine: 'embedded',
  groups: null,
  namespace: 'flywheel',
  kafka_brokers: null,
  kafka_topic_prefix: '',
  kafka_replication: 1,
  kafka_tls: false,
  kafka_tls_ca_file: null,
  kafka_sasl_mechanism: null,
  kafka_sasl_username: null,
  kafka_sasl_password: null,
  kafka_sasl_password_file: null,
  kafka_session_ms: 10_000,
  registry_url: null,
  registry_username: null,
  registry_password: null,
  registry_password_file: null,
  redis_url: null,
  redis_username: null,
  redis_password: null,
  redis_password_file: null,
  redis_tls_ca_file: null,
  redis_may_forget: false,
  clickhouse_url: null,
  clickhouse_database: 'flywheel',
  clickhouse_username: null,
  clickhouse_password: null,
  clickhouse_password_file: null,
  qdrant_url: null,
  qdrant_key: null,
  qdrant_key_file: null,
  qdrant_collection: 'flywheel_winners',
  ...accessDefaults,
};

const file = (meaning: string): Said => said(meaning, 'the path of a file');

export const serverSettings: Readonly<Record<ServerKey, Said>> = {
  engine: said('what the loops run on: embedded (this process alone) or kafka', 'embedded or kafka', '--engine'),
  groups: said('groups that this instance runs on Kafka; all where none is named', 'names of groups', '--group'),
  namespace: said(
    'sets several Flywheels apart that share a Redis or brokers',
    'up to 64 letters, digits, dots, dashes and underscores',
    '--namespace',
  ),
  kafka_brokers: said('addresses of brokers', 'host:port each, for example 127.0.0.1:9092', '--brokers'),
  kafka_topic_prefix: said(
    'before the name of every topic on the brokers',
    'up to 64 letters, digits, dots, dashes and underscores, or nothing',
  ),
  kafka_replication: said('copies of each partition of topics that are made', 'a whole number from 1 to 9'),
  kafka_tls: said('whether brokers are asked over TLS', 'true or false'),
  kafka_tls_ca_file: file('certificates that brokers may be signed by, PEM; the usual ones where it is not set'),
  kafka_sasl_mechanism: said('how this process says who it is to brokers', 'plain, scram-sha-256 or scram-sha-512'),
  kafka_sasl_username: said('name that brokers know this process by', 'a text'),
  kafka_sasl_password: secret('password to that name'),
  kafka_sasl_password_file: file('file whose first line is that password'),
  kafka_session_ms: said(
    'time without a heartbeat after which others take over the partitions of an instance, milliseconds',
    'a whole number from 1000 to 1800000',
  ),
  registry_url: said(
    'address of a schema registry with the API of Confluent; ids of schemas are those checked in where it is not set',
    'an address that begins with http:// or https://, for example http://127.0.0.1:8081',
    '--registry',
  ),
  registry_username: said('name that the registry knows this process by', 'a text'),
  registry_password: secret('password to that name'),
  registry_password_file: file('file whose first line is that password'),
  redis_url: said(
    'Redis that state is kept in',
    'an address that begins with redis:// or rediss://, for example redis://127.0.0.1:6379',
    '--redis',
  ),
  redis_username: said('name that Redis knows this process by', 'a text'),
  redis_password: secret('password of Redis'),
  redis_password_file: file('file whose first line is that password'),
  redis_tls_ca_file: file('certificates that Redis may be signed by, PEM; the usual ones where it is not set'),
  redis_may_forget: said('start also where Redis may evict state or lose it with a restart', 'true or false'),
  clickhouse_url: said(
    'address of a ClickHouse server; the analytics are in this process where it is not set',
    'an address that begins with http:// or https://, for example http://127.0.0.1:8123',
  ),
  clickhouse_database: said('database on that server', 'letters, digits and underscores'),
  clickhouse_username: said('name that ClickHouse knows this process by', 'a text'),
  clickhouse_password: secret('password to that name'),
  clickhouse_password_file: file('file whose first line is that password'),
  qdrant_url: said(
    'address of a Qdrant server; vectors are in this process where it is not set',
    'an address that begins with http:// or https://, for example http://127.0.0.1:6333',
  ),
  qdrant_key: secret('API key of Qdrant'),
  qdrant_key_file: file('file whose first line is that key'),
  qdrant_collection: said('collection of winners on that server', 'up to 64 letters, digits, dashes and underscores'),
  ...accessSettings,
};
