import { describe, expect, it } from 'vitest';
import type { Sender } from '../../engine/kafka/sender.ts';
import { partitioner } from '../../engine/partitioner.ts';
import type { LogRecord, NewRecord } from '../../engine/ports.ts';
import { sourceTopics } from '../../engine/kafka/checks/permissions.ts';
import { dropName, Watermarks } from '../../engine/commit-path/watermarks.ts';
import { topology } from '../../processors/index.ts';
import { createCodec } from '../../schemas/codec.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { outsideTopics } from './events.ts';
import { Producer, usualLimits, type ProducerLimits, type Source } from './producer.ts';

const topic = 'ad.metrics';
const event = exampleOf(topic);
const noon_ms = 1_800_000_000_000;

interface Bench {
  readonly producer: Producer;
  readonly sends: (readonly NewRecord[])[];
  /** What the next sends answer with; past its end they succeed. */
  readonly failures: (Error | 'lost answer')[];
  /** All that reached the log. */
  readonly log: LogRecord[];
}

/** A producer on a log in memory whose answers can fail before or after the append. */
function bench(given: { limits?: Partial<ProducerLimits>; source?: Source } = {}): Bench {
  const sends: (readonly NewRecord[])[] = [];
  const failures: Bench['failures'] = [];
  const log: LogRecord[] = [];
  const of = partitioner(4);
  const append = (records: readonly NewRecord[]): LogRecord[] =>
    records.map((record) => {
      const stored = { ...record, offset: log.length, appended_ms: noon_ms };
      log.push(stored);
      return stored;
    });
  const sender: Sender = {
    partitionOf: (_topic, key) => of(key),
    send(records) {
      sends.push(records);
      const failure = failures.shift();
      if (failure === undefined) return Promise.resolve(append(records));
      if (failure === 'lost answer') append(records);
      return Promise.reject(failure === 'lost answer' ? new Error('no answer') : failure);
    },
    close: () => Promise.resolve(),
  };
  const producer = new Producer({
    sender,
    codec: createCodec({ topics: outsideTopics }),
    limits: { ...usualLimits, linger_ms: 1, retry_ms: 1, ...given.limits },
    now_ms: () => Date.now(),
    source: given.source ?? null,
  });
  return { producer, sends, failures, log };
}

describe('a producer', () => {
  it('takes the topics that come from outside, and no others', async () => {
    const options = { topology, policy_topic: 'policy.changed', dead_letter_topic: 'dead.letter', namespace: '' };
    const broadcast = topology.topics.filter(({ partitionKey }) => partitionKey === null).map(({ name }) => name);
    expect(outsideTopics.map(({ name }) => name).sort()).toEqual(
      sourceTopics(options)
        .filter((name) => !broadcast.includes(name))
        .sort(),
    );
    await expect(bench().producer.sendJson('winner.detected', {})).rejects.toMatchObject({ code: 'topic.unknown' });
  });

  it('refuses a wrong event with field, value and remedy, and sends the others', async () => {
    const { producer, log } = bench();
    const results = await Promise.allSettled([
      producer.sendJson(topic, event),
      producer.sendJson(topic, { ...event, clicks: '31' }),
      producer.sendJson(topic, { ...event, link_clicks: 32 }),
      producer.sendJson(topic, event),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'event.unfit', field: 'clicks', value: '"31"' } });
    expect(results[2]).toMatchObject({
      reason: { field: 'link_clicks', value: '32', remedy: 'clicks are all clicks, those on the link included' },
    });
    expect(log).toHaveLength(2);
  });

  it('sends what came together in one send, and what came meanwhile in the next', async () => {
    const { producer, sends } = bench();
    await Promise.all(Array.from({ length: 50 }, () => producer.sendJson(topic, event)));
    expect(sends.map(({ length }) => length)).toEqual([50]);
    const small = bench({ limits: { batch_bytes: 1_000 } });
    const deliveries = await Promise.all(Array.from({ length: 9 }, () => small.producer.sendJson(topic, event)));
    expect(small.sends.length).toBeGreaterThan(1);
    expect(deliveries.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('refuses more than may wait, until there is room', async () => {
    const { producer } = bench({ limits: { queue_bytes: 1_000, linger_ms: 10_000 } });
    const taken = Array.from({ length: 4 }, () => producer.sendJson(topic, event));
    const full = producer.sendJson(topic, event);
    await expect(full).rejects.toMatchObject({ code: 'producer.full' });
    const room = producer.ready();
    await producer.flush();
    await room;
    expect((await Promise.all(taken)).map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
    await producer.close();
  });
});

describe('a producer that names its events', () => {
  const source = { id: 'export' };

  it('tries again after a lost answer, so that readers take each event once and in order', async () => {
    const { producer, failures, log } = bench({ source });
    failures.push('lost answer', new Error('away'), 'lost answer');
    const sent = [1, 2, 3].map((position) => producer.sendJson(topic, event, { position }));
    await Promise.all(sent);
    expect(log).toHaveLength(9);
    const marks = new Watermarks({});
    const isNew = (record: LogRecord): boolean => {
      const name = dropName(record);
      return name !== undefined && !marks.seen(topic, name);
    };
    expect(log.filter(isNew).map(({ from }) => from?.batch)).toEqual([1, 2, 3]);
  });

  it('stops at the first event that it cannot deliver: one behind it would make readers drop it for ever', async () => {
    const { producer, failures, log } = bench({ source, limits: { deliver_within_ms: 0, batch_bytes: 1 } });
    failures.push(new Error('away'));
    const results = await Promise.allSettled(
      [1, 2, 3].map((position) => producer.sendJson(topic, event, { position })),
    );
    const codes = results.map((one) => (one.status === 'rejected' ? Reflect.get(Object(one.reason), 'code') : 'sent'));
    expect(codes).toEqual(['producer.undelivered', 'producer.closed', 'producer.closed']);
    expect(log).toEqual([]);
    const later = producer.sendJson(topic, event, { position: 4 });
    await expect(later).rejects.toMatchObject({ code: 'producer.closed' });
  });

  it('asks for positions that rise', async () => {
    const { producer } = bench({ source });
    await producer.sendJson(topic, event, { position: 5 });
    for (const position of [5, 4, 5.5])
      await expect(producer.sendJson(topic, event, { position })).rejects.toMatchObject({ code: 'producer.position' });
    await expect(producer.sendJson(topic, event)).rejects.toMatchObject({ code: 'producer.position' });
    await producer.sendJson(topic, event, { position: 6 });
  });
});
