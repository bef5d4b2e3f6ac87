import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grant } from '../../../testing/services/grant.ts';
import { users, type SecuredListeners } from '../../../testing/services/kafka-security.ts';
import { startKafka, type KafkaServer } from '../../../testing/services/kafka.ts';
import { redis_login, startSecuredRedis, type SecuredRedis } from '../../../testing/services/redis-security.ts';
import { toyOptions } from '../../../testing/toy/options.ts';
import { seenOf } from '../../../testing/toy/oracle.ts';
import { toy } from '../../../testing/toy/topology.ts';
import type { NewRecord, Row } from '../../ports.ts';
import { kafkaOf, type BrokerOptions } from './connection.ts';
import { KafkaLog } from '../log/kafka-log.ts';
import { openKafka, type KafkaEngineOptions } from '../kafka.ts';
import { enginePermissions, producerPermissions, sourceTopics } from '../checks/permissions.ts';
import { connectRedis, opened } from '../redis/redis.ts';

const namespace = 'secured';
const folder = mkdtempSync(join(tmpdir(), 'flywheel-secured-'));
let kafka: KafkaServer;
let at: SecuredListeners;
let redis: SecuredRedis;

const permissions = {
  topology: toy,
  policy_topic: toyOptions.policy.topic,
  dead_letter_topic: toyOptions.deadLetters.topic,
  namespace,
};

beforeAll(async () => {
  [kafka, redis] = await Promise.all([
    startKafka(join(folder, 'kafka'), { secured: true, light: true }),
    startSecuredRedis(join(folder, 'redis'), namespace),
  ]);
  if (kafka.secured === undefined) throw new Error('the broker has no secured listeners');
  at = kafka.secured;
  await grant(kafka.brokers, {
    flywheel: enginePermissions(permissions),
    producer: producerPermissions(permissions),
  });
}, 120_000);
afterAll(async () => {
  await Promise.all([kafka.program.stop(), redis.program.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

type Mechanism = 'plain' | 'scram-sha-256';
const login = (mechanism: Mechanism, username: keyof typeof users, password: string = users[username]): object => ({
  sasl: { mechanism, username, password },
});
const client = (address: string, more: object = {}): BrokerOptions => ({
  brokers: [address],
  client_id: 'test',
  ...more,
});

const logOf = (options: BrokerOptions): Promise<KafkaLog> =>
  KafkaLog.open({
    ...options,
    partitions: 2,
    stamp: null,
    positions: { get: () => Promise.resolve(undefined), set: () => Promise.resolve(true) },
  });

const engineOptions = (broker: BrokerOptions, rows: Row[] = []): KafkaEngineOptions => ({
  ...toyOptions,
  kafka: broker,
  redis_url: redis.url,
  redis_secrets: { ...redis_login, ca: redis.ca },
  namespace,
  sharing: { session_ms: 6_000 },
  stamps: 'broker',
  clock: { now_ms: () => Date.now() },
  rows: { send: (sent) => Promise.resolve(void rows.push(...sent)) },
});

const measured = (account_id: string, amount: number): { topic: string; value: object } => ({
  topic: 'toy.measured',
  value: { account_id, ad_id: 'x', amount },
});

const record = (topic: string, name?: NewRecord['name']): NewRecord => ({
  topic,
  partition: 0,
  key: 'a',
  value: Buffer.from('{}'),
  ...(name && { name }),
});

/** Topics are made by one who may; the engine itself may not. */
async function provision(): Promise<void> {
  const { sharing: _, ...options } = engineOptions(client(kafka.brokers[0] ?? ''));
  const made = await openKafka({ ...options, sharing: null });
  await made.engine.publish({ source: 'policy', position: '1', events: [] });
  await made.engine.stop();
}

describe('a broker that asks who one is', () => {
  it.each([
    ['PLAIN', () => client(at.login, login('plain', 'flywheel'))],
    ['SCRAM-SHA-256', () => client(at.login, login('scram-sha-256', 'flywheel'))],
    ['TLS', () => client(at.tls, { tls: { ca: at.ca } })],
    ['SCRAM-SHA-256 over TLS', () => client(at.both, { tls: { ca: at.ca }, ...login('scram-sha-256', 'flywheel') })],
  ] as const)('is written to and read over %s', async (_, options) => {
    await provision();
    const log = await logOf(options());
    const [stored] = await log.appended([record('toy.noted')]);
    const [read] = await log.read('toy.noted', 0, stored?.offset ?? -1, 1);
    expect(Buffer.from(read?.value ?? []).toString()).toBe('{}');
    await log.close();
  });

  it.each([
    [
      'a wrong password under PLAIN',
      () => client(at.login, login('plain', 'flywheel', 'wrong')),
      /refuses the login of flywheel \(PLAIN\).*; set kafka_sasl_username, kafka_sasl_password/,
    ],
    [
      'a wrong password under SCRAM',
      () => client(at.login, login('scram-sha-256', 'flywheel', 'wrong')),
      /refuses the login of flywheel \(SCRAM-SHA-256\).*; set kafka_sasl_username, kafka_sasl_password/,
    ],
    [
      'a mechanism that the broker does not have',
      () => client(at.login, { sasl: { mechanism: 'scram-sha-512', username: 'flywheel', password: 'x' } }),
      /SCRAM-SHA-512.*; set kafka_sasl_username, kafka_sasl_password and kafka_sasl_mechanism/,
    ],
    [
      'a certificate that nobody vouches for',
      () => client(at.tls, { tls: true }),
      /the certificate of localhost:\d+ is not trusted: .*; name the certificate that it is signed by in kafka_tls_ca_file/,
    ],
    [
      'a listener without TLS',
      () => client(at.login, { tls: { ca: at.ca } }),
      /localhost:\d+ does not speak TLS: .*; name the port where the broker does, or set kafka_tls to false/,
    ],
  ] as const)('%s is an error that says what to do, and is not asked for ever', async (_, options, says) => {
    await expect(openKafka(engineOptions(options()))).rejects.toThrow(says);
    expect(String(await logOf(options()).catch((error: unknown) => error))).not.toMatch(/wrong-|secret/);
  });
});

describe('with the rights of docs/security.md and no more', () => {
  it('Flywheel runs its groups over TLS and SCRAM, with a Redis that shows it one namespace', async () => {
    await provision();
    const rows: Row[] = [];
    const failures: unknown[] = [];
    const broker = client(at.both, { tls: { ca: at.ca }, ...login('scram-sha-256', 'flywheel') });
    const flywheel = await openKafka({ ...engineOptions(broker, rows), onFailure: (error) => failures.push(error) });
    await flywheel.start();
    for (const group of ['chain', 'check', 'mirror'])
      await expect.poll(() => flywheel.owned(group).length, { timeout: 30_000 }).toBe(2);
    await flywheel.engine.publish({
      source: 's',
      position: '1',
      events: [measured('a', 1), measured('b', 2), measured('a', -1)],
    });
    await flywheel.engine.drain();
    expect((await seenOf(flywheel.engine, rows)).links).toHaveLength(2);
    expect(failures).toEqual([]);
    await flywheel.stop();
  });

  it('a producer writes what comes from outside, and cannot forge an event of ours or read any', async () => {
    await provision();
    const log = await logOf(client(at.login, login('scram-sha-256', 'producer')));
    for (const topic of sourceTopics(permissions)) await log.appended([record(topic)]);
    const name = { group: 'chain', run: 9, topic: 'toy.measured', partition: 0, offset: 1_000_000, ordinal: 0 };
    for (const topic of ['toy.link', 'toy.refused', 'journal.chain'])
      await expect(log.appended([record(topic, name)]), topic).rejects.toThrow(
        /does not let producer \(SCRAM-SHA-256\) do this: .*; give it the permissions of docs\/security.md/,
      );
    const admin = kafkaOf(client(at.login, login('scram-sha-256', 'producer'))).admin();
    await admin.connect();
    expect((await admin.listTopics()).sort()).toEqual([...sourceTopics(permissions)].sort());
    await admin.disconnect();
    await log.close();
  });

  it('a user without rights is told that it has none', async () => {
    await provision();
    const stranger = client(at.login, login('plain', 'stranger'));
    await expect(openKafka(engineOptions(stranger))).rejects.toThrow(/does not let stranger \(PLAIN\) do this/);
  });
});

describe('a Redis that speaks TLS and knows its users', () => {
  it('lets the engine touch the keys of its namespace, and no others', async () => {
    const client = await opened(connectRedis(redis.url, undefined, { ...redis_login, ca: redis.ca }));
    await client.hset(`${namespace}:positions`, 'here', '1');
    for (const key of ['other:positions', `${namespace}-2:positions`, `{${namespace}2:chain:0}:head`])
      await expect(client.hset(key, 'here', '1'), key).rejects.toThrow(/NOPERM/);
    await expect(client.eval(`return redis.call('HSET', KEYS[1], 'a', 'b')`, 1, 'other')).rejects.toThrow(
      /permission/i,
    );
    for (const [command, ...args] of [
      ['keys', '*'],
      ['flushall'],
      ['config', 'set', 'appendonly', 'no'],
      ['acl', 'list'],
      ['publish', namespace, 'x'],
    ] as const)
      await expect(client.call(command, args), command).rejects.toThrow(/NOPERM/);
    client.disconnect();
  });

  it('a wrong password is an error that says what to do, at once', async () => {
    const wrong = { username: 'flywheel', password: 'wrong', ca: redis.ca };
    await expect(opened(connectRedis(redis.url, undefined, wrong))).rejects.toThrow(
      /Redis refuses flywheel: WRONGPASS.*; set redis_username and redis_password/,
    );
  });

  it('a certificate that nobody vouches for is refused', async () => {
    await expect(opened(connectRedis(redis.url, undefined, redis_login))).rejects.toThrow(
      /the certificate of Redis at localhost:\d+ is not trusted: .*; name .* in redis_tls_ca_file/,
    );
  });
});
