import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadConfig, type LoadedConfig } from './load.ts';
import { printedConfig } from './print.ts';
import { brokerSettings, clickHouseSettings, qdrantSettings, redisSettings, registrySettings } from './servers.ts';

const load = (environment: Readonly<Record<string, string | undefined>>): LoadedConfig =>
  loadConfig({ flags: {}, environment, file: null, topics: [] });

const kafka = {
  FLYWHEEL_ENGINE: 'kafka',
  FLYWHEEL_KAFKA_BROKERS: 'one.example:9092, two.example:9092',
  FLYWHEEL_REDIS_URL: 'rediss://redis.example:6379',
};

function secretFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'flywheel-servers-')), 'word');
  writeFileSync(file, text);
  return file;
}

describe('the settings of servers', () => {
  it('come from the environment, and no accounts are made up on shared brokers unless asked for', () => {
    const { config } = load({ ...kafka, FLYWHEEL_GROUPS: 'rag-memory,archivist', FLYWHEEL_KAFKA_TLS: 'true' });
    expect(config).toMatchObject({
      engine: 'kafka',
      source: 'none',
      groups: ['rag-memory', 'archivist'],
      kafka_brokers: ['one.example:9092', 'two.example:9092'],
      kafka_tls: true,
      kafka_session_ms: 10_000,
    });
    expect(load({ ...kafka, FLYWHEEL_SOURCE: 'simulated' }).config.source).toBe('simulated');
    expect(load({}).config).toMatchObject({ engine: 'embedded', source: 'simulated', groups: null });
  });

  it('never print a secret, and read one from a file', () => {
    const secrets = {
      FLYWHEEL_KAFKA_SASL_PASSWORD: 'secret-kafka',
      FLYWHEEL_REGISTRY_PASSWORD: 'secret-registry',
      FLYWHEEL_REDIS_PASSWORD_FILE: secretFile('secret-redis\nmore\n'),
      FLYWHEEL_CLICKHOUSE_PASSWORD: 'secret-clickhouse',
      FLYWHEEL_QDRANT_KEY: 'secret-qdrant',
    };
    const loaded = load({
      ...kafka,
      ...secrets,
      FLYWHEEL_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      FLYWHEEL_KAFKA_SASL_USERNAME: 'me',
      FLYWHEEL_REGISTRY_URL: 'https://registry.example',
      FLYWHEEL_REGISTRY_USERNAME: 'me',
      FLYWHEEL_REDIS_USERNAME: 'me',
      FLYWHEEL_CLICKHOUSE_URL: 'https://clickhouse.example',
      FLYWHEEL_CLICKHOUSE_USERNAME: 'me',
      FLYWHEEL_QDRANT_URL: 'https://qdrant.example',
    });
    expect(JSON.stringify(printedConfig(loaded))).not.toContain('secret-');
    const { config } = loaded;
    expect(brokerSettings(config)).toMatchObject({
      sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'secret-kafka' },
    });
    expect(redisSettings(config)).toEqual({
      url: 'rediss://redis.example:6379',
      username: 'me',
      password: 'secret-redis',
    });
    expect(registrySettings(config)).toMatchObject({ auth: { username: 'me', password: 'secret-registry' } });
    expect(clickHouseSettings(config)).toMatchObject({ database: 'flywheel', password: 'secret-clickhouse' });
    expect(qdrantSettings(config)).toMatchObject({ collection: 'flywheel_winners', key: 'secret-qdrant' });
  });

  it('take certificates from a file, and name one that cannot be read', () => {
    const of = (file: string) =>
      load({ ...kafka, FLYWHEEL_KAFKA_TLS: 'true', FLYWHEEL_KAFKA_TLS_CA_FILE: file }).config;
    expect(brokerSettings(of(secretFile('PEM'))).tls).toEqual({ ca: ['PEM'] });
    expect(() => brokerSettings(of('/nowhere/ca.pem'))).toThrow('/nowhere/ca.pem cannot be read (ENOENT)');
  });

  it.each([
    [{ FLYWHEEL_KAFKA_BROKERS: undefined }, 'FLYWHEEL_ENGINE', 'kafka_brokers is not set'],
    [
      { FLYWHEEL_KAFKA_BROKERS: undefined, FLYWHEEL_REDIS_URL: undefined },
      'FLYWHEEL_ENGINE',
      'kafka_brokers and redis_url are not set; set FLYWHEEL_KAFKA_BROKERS (127.0.0.1:9092) and FLYWHEEL_REDIS_URL',
    ],
    [{ FLYWHEEL_KAFKA_BROKERS: 'no-port' }, 'FLYWHEEL_KAFKA_BROKERS', 'host:port'],
    [{ FLYWHEEL_REDIS_URL: 'rediss://me:word@redis.example' }, 'FLYWHEEL_REDIS_URL', 'holds a name or password'],
    [
      { FLYWHEEL_REDIS_URL: 'redis://redis.example', FLYWHEEL_REDIS_PASSWORD: 'word' },
      'FLYWHEEL_REDIS_URL',
      'without encryption',
    ],
    ...(
      [
        ['FLYWHEEL_CLICKHOUSE_URL', 'FLYWHEEL_CLICKHOUSE_PASSWORD'],
        ['FLYWHEEL_CLICKHOUSE_URL', 'FLYWHEEL_CLICKHOUSE_PASSWORD_FILE'],
        ['FLYWHEEL_QDRANT_URL', 'FLYWHEEL_QDRANT_KEY'],
        ['FLYWHEEL_QDRANT_URL', 'FLYWHEEL_QDRANT_KEY_FILE'],
        ['FLYWHEEL_REGISTRY_URL', 'FLYWHEEL_REGISTRY_PASSWORD'],
      ] as const
    ).map(([url, secret]): [Record<string, string>, string, string] => [
      { [url]: 'http://server.example:1', [secret]: 'word' },
      url,
      'a secret would be sent to server.example without encryption',
    ]),
    [{ FLYWHEEL_KAFKA_SASL_USERNAME: 'me' }, 'FLYWHEEL_KAFKA_SASL_USERNAME', 'kafka_sasl_mechanism is not'],
    [{ FLYWHEEL_KAFKA_SASL_MECHANISM: 'plain' }, 'FLYWHEEL_KAFKA_SASL_MECHANISM', 'kafka_sasl_username is not set'],
    [
      {
        FLYWHEEL_KAFKA_SASL_MECHANISM: 'plain',
        FLYWHEEL_KAFKA_SASL_USERNAME: 'me',
        FLYWHEEL_KAFKA_SASL_PASSWORD: 'word',
      },
      'FLYWHEEL_KAFKA_SASL_MECHANISM',
      'sent to one.example:9092 without encryption',
    ],
    [{ FLYWHEEL_KAFKA_TLS_CA_FILE: 'ca.pem' }, 'FLYWHEEL_KAFKA_TLS_CA_FILE', 'kafka_tls is false'],
    [{ FLYWHEEL_KAFKA_TLS: 'yes' }, 'FLYWHEEL_KAFKA_TLS', 'true or false'],
    [
      { FLYWHEEL_QDRANT_KEY: 'a', FLYWHEEL_QDRANT_KEY_FILE: 'b' },
      'FLYWHEEL_QDRANT_KEY_FILE',
      'qdrant_key is given twice',
    ],
  ])('with %j are refused by the place it came from', (change, origin, words) => {
    const refused = (): LoadedConfig => load({ ...kafka, ...change });
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(words);
    expect(refused).toThrow(origin);
  });

  it('say so where a flag names a server that the embedded engine does not need', () => {
    const inputs = { environment: {}, file: null, topics: [] };
    const refused = (): LoadedConfig => loadConfig({ ...inputs, flags: { redis_url: 'redis://127.0.0.1' } });
    expect(refused).toThrow('--redis: redis_url is set, but engine is embedded');
  });
});
