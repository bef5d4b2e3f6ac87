import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outside, outsideTopics } from '../../app/producer/events.ts';
import { openProducer } from '../../app/producer/index.ts';
import { registryIds } from '../../app/producer/registry-ids.ts';
import { kafkaOf } from '../../engine/kafka/client/connection.ts';
import { KafkaLog } from '../../engine/kafka/log/kafka-log.ts';
import { openKafka } from '../../engine/kafka/kafka.ts';
import { ensureTopics } from '../../engine/kafka/checks/topics.ts';
import { partitioner } from '../../engine/partitioner.ts';
import type { LogRecord } from '../../engine/ports.ts';
import { deadLetters } from '../../engine/dead-letters/redrive.ts';
import { createCodec, type TopicCodec } from '../../schemas/codec.ts';
import { parseSchema } from '../../schemas/avro/schema.ts';
import { fit } from '../../schemas/fit.ts';
import { schemaFile } from '../../schemas/ids.ts';
import { javaLibraries, python } from '../../testing/services/example-tools.ts';
import { Services } from '../../testing/services/services.ts';
import { needs } from '../../testing/services/tools.ts';
import { parseLetter, toyOptions } from '../../testing/toy/options.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const events_file = join(here, 'metrics.ndjson');
const partitions = 4;
const topic = 'ad.metrics';

const services = new Services();
let brokers: readonly string[];
let redis_url: string;
let registry: string;

/** What the events of the file are once defaults are filled in. */
const expected = readFileSync(events_file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const fitted = fit(JSON.parse(line), parseSchema(schemaFile(topic, outside[topic].version)));
    if (!fitted.ok) throw new Error(JSON.stringify(fitted.problems));
    return fitted.value;
  });

async function register(subject: string, schema: unknown): Promise<void> {
  const response = await fetch(`${registry}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  if (!response.ok) throw new Error(await response.text());
}

interface Place {
  readonly prefix: string;
  readonly env: Record<string, string>;
  /** Records of a topic, by partition and offset. */
  read(topic: string): Promise<readonly LogRecord[]>;
  readonly codec: TopicCodec;
}
const logs: KafkaLog[] = [];

/** Topics of its own with their schemas registered, as `flywheel provision` leaves them. */
async function place(): Promise<Place> {
  const prefix = `${randomUUID()}.`;
  const admin = kafkaOf({ brokers, client_id: 'test' }).admin();
  await admin.connect();
  const plans = outsideTopics.map(({ name }) => ({ topic: prefix + name, partitions }));
  await ensureTopics(admin, plans, { by_broker: true });
  await admin.disconnect();
  for (const { name, version } of outsideTopics) await register(`${prefix}${name}-value`, schemaFile(name, version));
  const positions = { get: () => Promise.resolve(undefined), set: () => Promise.resolve(true) };
  const log = await KafkaLog.open({
    brokers,
    client_id: 'test',
    topic_prefix: prefix,
    partitions,
    stamp: null,
    positions,
  });
  logs.push(log);
  return {
    prefix,
    env: { PATH: process.env['PATH'] ?? '', BROKERS: brokers.join(','), REGISTRY: registry, TOPIC_PREFIX: prefix },
    codec: createCodec({
      topics: outsideTopics,
      ids: await registryIds({ url: registry }, outsideTopics, prefix),
    }),
    async read(name) {
      const records: LogRecord[] = [];
      for (let partition = 0; partition < partitions; partition++) {
        const { start, end } = await log.range(name, partition);
        for (let at = start; at < end;) {
          const found = await log.read(name, partition, at, 1_000);
          records.push(...found);
          at = (found.at(-1)?.offset ?? end) + 1;
        }
      }
      return records;
    },
  };
}

beforeAll(async () => {
  [brokers, redis_url, registry] = await Promise.all([services.kafka(), services.redis(), services.registry()]);
}, 120_000);
afterAll(async () => {
  await Promise.all(logs.map((log) => log.close()));
  await services.stop();
});

/** All events of the file, once each, decoded as the engine decodes, where the engine looks for them. */
async function expectPublished({ read, codec }: Place): Promise<readonly LogRecord[]> {
  const records = await read(topic);
  const of = partitioner(partitions);
  expect(records.map(({ key, partition }) => [key, partition])).toEqual(records.map(({ key }) => [key, of(key)]));
  const decoded = records.map(({ value, appended_ms }) => codec.decode(topic, value, appended_ms));
  const values = decoded.map((outcome) => (outcome.ok ? outcome.value : outcome));
  const sorted = (of_these: readonly unknown[]): readonly string[] => of_these.map((one) => JSON.stringify(one)).sort();
  expect(sorted(values)).toEqual(sorted(expected));
  return records;
}

describe('the examples of docs/producers.md publish what the engine reads, where it looks for it', () => {
  it('our client, whose events are named so that publishing a file again changes nothing', async () => {
    const at = await place();
    const args = ['--import', 'tsx', join(here, 'typescript/publish.ts'), events_file];
    const { stdout } = await run(process.execPath, args, { env: at.env });
    expect(stdout.trim().split('\n')).toHaveLength(expected.length);
    const first = await expectPublished(at);
    await run(process.execPath, args, { env: at.env });
    const names = (records: readonly LogRecord[]): Set<string> => new Set(records.map((r) => JSON.stringify(r.from)));
    const both = await at.read(topic);
    expect(both).toHaveLength(2 * expected.length);
    expect(names(both)).toEqual(names(first));
    expect(names(first).size).toBe(expected.length);
  });

  it('Java, with the client of Kafka and Apache Avro', { timeout: 120_000 }, async () => {
    const [at, jars] = [await place(), await javaLibraries(join(here, 'java/pom.xml'))];
    const args = ['-cp', join(jars, '*'), join(here, 'java/Publish.java'), at.prefix + topic];
    await run('java', [...args, 'account_id', events_file], { env: at.env });
    await expectPublished(at);
  });

  it('Python, with confluent-kafka and fastavro', { timeout: 120_000 }, async () => {
    const [at, python3] = [await place(), await python(join(here, 'python/requirements.txt'))];
    const script = join(here, 'python/publish.py');
    await run(python3, [script, at.prefix + topic, 'account_id', events_file], { env: at.env });
    await expectPublished(at);
  });

  it('kcat, with events framed before', async () => {
    await needs('kcat', ['-V']);
    const at = await place();
    await run('bash', [join(here, 'kcat/publish.sh'), topic, events_file], { env: at.env });
    await expectPublished(at);
  });
});

describe('a producer with another hash', () => {
  it('has its records refused as wrong_partition, by an engine that goes on', async () => {
    await needs('kcat', ['-V']);
    const namespace = randomUUID();
    const flywheel = await openKafka({
      ...toyOptions,
      partitions,
      kafka: { brokers, client_id: 'test', topic_prefix: `${namespace}.` },
      redis_url,
      namespace,
      sharing: null,
      stamps: 'broker',
      clock: { now_ms: () => Date.now() },
      rows: { send: () => Promise.resolve() },
    });
    await flywheel.start();
    const file = join(services.folder, 'event.json');
    const send = async (account_id: string, ...more: string[]): Promise<void> => {
      writeFileSync(file, JSON.stringify({ account_id, ad_id: 'x', amount: 1 }));
      const to = ['-P', '-b', brokers.join(','), '-t', `${namespace}.toy.measured`, '-k', account_id];
      await run('kcat', [...to, ...more, file]);
    };
    // Of eight keys some fall into another partition by librdkafka's default, which is crc32.
    const keys = Array.from({ length: 8 }, (_, i) => `account-${i}`);
    for (const key of keys) await send(key);
    await expect
      .poll(async () => (await flywheel.engine.log.range('toy.refused', 0)).end + (await seen(flywheel)).length, {
        timeout: 20_000,
      })
      .toBeGreaterThan(0);
    await flywheel.engine.drain();
    const codes = await seen(flywheel);
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(['wrong_partition']));
    for (const key of keys) await send(key, '-X', 'topic.partitioner=murmur2_random');
    await expect
      .poll(() => Promise.all(keys.map((key) => flywheel.engine.state('chain', key, 'x'))), { timeout: 20_000 })
      .not.toContain(undefined);
    expect(await seen(flywheel)).toHaveLength(codes.length);
    await flywheel.engine.stop();
  });

  async function seen({ engine }: Awaited<ReturnType<typeof openKafka>>): Promise<readonly unknown[]> {
    const codes: unknown[] = [];
    for await (const { value } of deadLetters(engine, parseLetter)) codes.push(Reflect.get(value, 'code'));
    return codes;
  }
});

describe('our client against servers', () => {
  it('delivers many events in few sends, in their order, and says where each stands', async () => {
    const at = await place();
    const producer = await openProducer({ brokers, topic_prefix: at.prefix, registry: { url: registry } });
    const many = Array.from({ length: 2_000 }, (_, i) => ({
      ...expected[i % expected.length],
      clicks: 100 + (i % 30),
    }));
    const deliveries = await Promise.all(many.map((event) => producer.sendJson(topic, event)));
    const stored = new Map((await at.read(topic)).map((record) => [`${record.partition}/${record.offset}`, record]));
    expect(stored.size).toBe(many.length);
    for (const [i, { partition, offset, appended_ms }] of deliveries.entries()) {
      const record = stored.get(`${partition}/${offset}`);
      const decoded = at.codec.decode(topic, record?.value ?? new Uint8Array(), appended_ms);
      expect(decoded).toMatchObject({ ok: true, value: { clicks: 100 + (i % 30) } });
    }
    await producer.close();
    await expect(producer.sendJson(topic, many[0])).rejects.toMatchObject({ code: 'producer.closed' });
  });

  it('says what is missing: topics, a registered schema, a registry', async () => {
    const { prefix } = await place();
    await expect(openProducer({ brokers, topic_prefix: 'nobody.' })).rejects.toThrow(
      /the brokers have no topic nobody\.ad\.created.*run flywheel provision --apply/,
    );
    const unregistered = { brokers, topic_prefix: `not-${prefix}`, registry: { url: registry } };
    await expect(openProducer(unregistered)).rejects.toMatchObject({ code: 'producer.schema' });
    const away = { ...unregistered, registry: { url: 'http://127.0.0.1:9/apis' } };
    await expect(openProducer(away)).rejects.toMatchObject({ code: 'producer.registry' });
  });
});
