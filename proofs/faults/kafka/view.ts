/** What can be seen of a fault run from outside: its topics as a reader takes them, its rows, its state. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KafkaLog } from '../../../engine/kafka/kafka-log.ts';
import { RedisLedger } from '../../../engine/kafka/redis-ledger.ts';
import { connectRedis } from '../../../engine/kafka/redis.ts';
import { nameOf, type LogRecord, type Row } from '../../../engine/ports.ts';
import { readRange } from '../../../engine/read-range.ts';
import { Runtime } from '../../../engine/runtime.ts';
import { Watermarks } from '../../../engine/watermarks.ts';
import { rowLine } from '../row-line.ts';
import { faultOptions, partitions } from './options.ts';
import { coarse, type Stamps } from './protocol.ts';
import type { Servers } from './servers.ts';

export class View {
  readonly log: KafkaLog;
  readonly #redis: ReturnType<typeof connectRedis>;
  readonly #namespace: string;

  private constructor(log: KafkaLog, redis: ReturnType<typeof connectRedis>, namespace: string) {
    this.log = log;
    this.#redis = redis;
    this.#namespace = namespace;
  }

  /** Its topics must exist. */
  static async open({ kafka, redis: { url } }: Servers, namespace: string, stamps: Stamps): Promise<View> {
    const redis = connectRedis(url);
    // It connects again by itself; what is asked meanwhile fails, and is asked again.
    redis.on('error', () => undefined);
    await redis.connect();
    const log = await KafkaLog.open({
      brokers: kafka.brokers,
      client_id: 'oracle',
      topic_prefix: `${namespace}.`,
      partitions,
      positions: { get: () => Promise.resolve(undefined), set: () => Promise.resolve(true) },
      stamp: stamps === 'broker' ? null : () => coarse(Date.now()),
    });
    return new View(log, redis, namespace);
  }

  /** An engine that has no partition: it only answers, from what is stored at this moment. */
  engine(): Runtime {
    const ledger = new RedisLedger({
      redis: this.#redis,
      namespace: this.#namespace,
      owner: 'oracle',
      answer_within_ms: 20_000,
      journal: () => Promise.reject(new Error('the oracle owns nothing')),
    });
    return new Runtime(
      { ...faultOptions, clock: { now_ms: () => Date.now() } },
      { log: this.log, ledger, shared: true },
    );
  }

  /** Commits of each group and partition, as Redis counts them. */
  async commits(): Promise<ReadonlyMap<string, number>> {
    const ledger = this.engine();
    const found = new Map<string, number>();
    for (const { wiring } of ledger.topology.processors)
      for (let partition = 0; partition < partitions; partition++)
        found.set(`${wiring.group}|${partition}`, (await ledger.ledger.task(wiring.group, partition).head()).seq);
    return found;
  }

  /** Claims in the journals: how often partitions changed hands. */
  async claims(): Promise<number> {
    let claims = 0;
    for (const { wiring } of faultOptions.topology.processors)
      for (const record of (await this.all(`journal.${wiring.group}`)).flat())
        if (record.headers?.['flywheel-claim'] !== undefined) claims++;
    return claims;
  }

  /** Why it is not at rest: an input that is not read to its end, or an outbox that is not empty; undefined where it is. */
  async unrest(): Promise<string | undefined> {
    const { topology, ledger } = this.engine();
    for (const { wiring } of topology.processors)
      for (let partition = 0; partition < partitions; partition++) {
        const task = ledger.task(wiring.group, partition);
        const place = `${wiring.group} ${partition}`;
        const { inputs, seq } = await task.head();
        if ((await task.outbox()).length > 0) return `${place} has not sent what batch ${seq} caused`;
        for (const topic of new Set([...wiring.reads.map(({ name }) => name), 'toy.policy'])) {
          const { end } = await this.log.range(topic, partition);
          const offset = inputs[topic]?.offset ?? 0;
          if (offset < end) return `${place} stands at ${offset} of ${end} in ${topic}`;
        }
      }
    return undefined;
  }

  /** All records of a topic, by partition. */
  async all(topic: string): Promise<readonly (readonly LogRecord[])[]> {
    const found: LogRecord[][] = [];
    for (let partition = 0; partition < partitions; partition++) {
      const { start, end } = await this.log.range(topic, partition);
      const records: LogRecord[] = [];
      for await (const record of readRange(this.log, topic, partition, start, end)) records.push(record);
      found.push(records);
    }
    return found;
  }

  /** Records of a topic of ours as a reader takes them: what was seen is dropped. */
  async taken(topic: string): Promise<readonly (readonly LogRecord[])[]> {
    return (await this.all(topic)).map((records) => {
      const seen = new Watermarks({});
      return records.filter(({ name }) => name === undefined || !seen.seen(topic, name));
    });
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
    await this.log.close();
  }
}

/** Rows of a run, those of one table and name once. */
export function rowsIn(folder: string): readonly Row[] {
  const file = join(folder, 'rows.ndjson');
  if (!existsSync(file)) return [];
  const rows = new Map<string, Row>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const row = rowLine(line);
    if (row !== undefined) rows.set(`${row.table} ${nameOf(row.name)}`, row);
  }
  return [...rows.values()];
}
