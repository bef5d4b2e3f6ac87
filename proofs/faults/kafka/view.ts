/** What can be seen of a fault run from outside: its topics as a reader takes them, its rows, its state. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { KafkaLog } from '../../../engine/kafka/log/kafka-log.ts';
import type { TaskLedger } from '../../../engine/ledger.ts';
import { RedisLedger } from '../../../engine/kafka/redis/ledger.ts';
import { connectRedis } from '../../../engine/kafka/redis/redis.ts';
import { journalTopic } from '../../../engine/options.ts';
import { nameOf, type LogRecord, type Row } from '../../../engine/ports.ts';
import { readRange } from '../../../engine/read-range.ts';
import { Runtime } from '../../../engine/runtime.ts';
import { unpack } from '../../../engine/state/codec.ts';
import { Watermarks } from '../../../engine/commit-path/watermarks.ts';
import type { AnyProcessor } from '../../../topology/processor.ts';
import { rowLine } from '../row-line.ts';
import { faultOptions, newest_code, partitions } from './options.ts';
import { coarse, type Stamps } from './protocol.ts';
import type { Servers } from './servers.ts';
import { topologyOf } from './topology.ts';

interface Asked {
  readonly processor: AnyProcessor;
  readonly partition: number;
  readonly task: TaskLedger;
  /** Group and partition, in words. */
  readonly place: string;
}

/** A state or a part of one as it is stored: the version and the value, and the bytes of both. */
export interface StoredAt {
  readonly kind: 'state' | 'part';
  /** Record key, state key and, of a part, its name, a NUL between them. */
  readonly key: string;
  readonly partition: number;
  readonly version: number;
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

const versioned = z.tuple([z.number(), z.unknown()]);

export class View {
  readonly log: KafkaLog;
  readonly #redis: ReturnType<typeof connectRedis>;
  readonly #namespace: string;
  readonly #claims = new Map<string, { readonly next: number; readonly count: number }>();

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
      // A broker may not have heard yet of those that were just made.
      topics: [
        ...faultOptions.topology.topics.map(({ name }) => name),
        ...faultOptions.topology.processors.map(({ wiring }) => journalTopic(wiring.group)),
      ],
      positions: { get: () => Promise.resolve(undefined), set: () => Promise.resolve(true) },
      stamp: stamps === 'broker' ? null : () => coarse(Date.now()),
    });
    return new View(log, redis, namespace);
  }

  /** An engine that has no partition: it only answers, from what is stored at this moment, whatever code has written it. */
  engine(): Runtime {
    const ledger = new RedisLedger({
      redis: this.#redis,
      namespace: this.#namespace,
      owner: 'oracle',
      answer_within_ms: 20_000,
      journal: () => Promise.reject(new Error('the oracle owns nothing')),
    });
    return new Runtime(
      { ...faultOptions, topology: topologyOf(newest_code), clock: { now_ms: () => Date.now() } },
      { log: this.log, ledger, shared: true },
    );
  }

  /** All states and parts of a group as they lie there: no code of the group has brought them up to date. */
  async stored(group: string): Promise<readonly StoredAt[]> {
    const { ledger } = this.engine();
    const found: StoredAt[] = [];
    for (let partition = 0; partition < partitions; partition++)
      for (const kind of ['state', 'part'] as const)
        for await (const [key, bytes] of ledger.task(group, partition).scan(kind, '')) {
          const [version, value] = versioned.parse(unpack(bytes));
          found.push({ kind, key, partition, version, value, bytes });
        }
    return found;
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

  /** Claims in the journals: how often partitions changed hands. It is asked again and again, and reads on. */
  async claims(): Promise<number> {
    for (const { wiring } of faultOptions.topology.processors)
      for (let partition = 0; partition < partitions; partition++)
        await this.#countClaims(`journal.${wiring.group}`, partition);
    return [...this.#claims.values()].reduce((sum, { count }) => sum + count, 0);
  }

  async #countClaims(topic: string, partition: number): Promise<void> {
    const place = `${topic}|${partition}`;
    let { next, count } = this.#claims.get(place) ?? { next: 0, count: 0 };
    const { end } = await this.log.range(topic, partition);
    for await (const record of readRange(this.log, topic, partition, next, end)) {
      next = record.offset + 1;
      if (record.headers?.['flywheel-claim'] !== undefined) count++;
    }
    this.#claims.set(place, { next, count });
  }

  /** Why it is not at rest: an input that is not read to its end, or an outbox that is not empty; undefined where it is. */
  async unrest(): Promise<string | undefined> {
    return (await this.#unread()) ?? (await this.unsent());
  }

  /** Outboxes are the larger question: it is asked once nothing is unread. */
  async #unread(): Promise<string | undefined> {
    const { processors } = faultOptions.topology;
    const readsOf = ({ wiring }: AnyProcessor): readonly string[] => [
      ...wiring.reads.map(({ name }) => name),
      'toy.policy',
    ];
    const ranges = await this.log.ranges([...new Set(processors.flatMap(readsOf))]);
    for (const { processor, partition, task, place } of this.#tasks()) {
      const { inputs } = await task.head();
      for (const topic of readsOf(processor)) {
        const end = ranges.get(topic)?.[partition]?.end;
        const offset = inputs[topic]?.offset ?? 0;
        if (end !== undefined && (offset >= end || (await this.log.isHole(topic, partition, offset, end)))) continue;
        return `${place} stands at ${offset} of ${end ?? '?'} in ${topic}`;
      }
    }
    return undefined;
  }

  /** What is committed and not sent; undefined where all is. */
  async unsent(): Promise<string | undefined> {
    for (const { task, place } of this.#tasks()) {
      const [oldest] = await task.outbox();
      if (oldest !== undefined) return `${place} has not sent what batch ${oldest.seq} caused`;
    }
    return undefined;
  }

  /** Of a ledger that has not read anything yet: what is asked of them is what is stored now. */
  #tasks(): readonly Asked[] {
    const { topology, ledger } = this.engine();
    return topology.processors.flatMap((processor) =>
      Array.from({ length: partitions }, (_, partition) => {
        const { group } = processor.wiring;
        return { processor, partition, task: ledger.task(group, partition), place: `${group} ${partition}` };
      }),
    );
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
