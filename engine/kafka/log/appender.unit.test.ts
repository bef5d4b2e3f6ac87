import type { Producer, ProducerBatch, RecordMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { NewRecord } from '../../ports.ts';
import { Appender } from './appender.ts';
import { decodeBatches } from '../wire/decode-batches.ts';

const record = (text: string, partition = 0): NewRecord => ({
  topic: 't',
  partition,
  key: 'k',
  value: Buffer.from(text),
});

/** A producer whose sends end when told; it refuses a send that holds a record called `bad`. */
function producer(): { readonly asProducer: Producer; readonly sends: string[][]; readonly end: () => Promise<void> } {
  const sends: string[][] = [];
  const ends: (() => void)[] = [];
  const next = new Map<number, number>();
  const sendBatch = async ({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> => {
    const batches = topicMessages.flatMap(({ messages }) => messages);
    const reading = batches.map(async ({ partition = 0, value }) => {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.alloc(0);
      return (await decodeBatches(bytes, { topic: 't', partition }, 0)).records;
    });
    const messages = (await Promise.all(reading)).flat();
    const texts = messages.map(({ value }) => String(value));
    sends.push(texts);
    return new Promise((resolve, reject) => {
      ends.push(() => {
        if (texts.includes('bad')) {
          reject(new Error('refused'));
          return;
        }
        const found = [...new Set(messages.map(({ partition }) => partition))].map((partition) => {
          const baseOffset = next.get(partition) ?? 0;
          next.set(partition, baseOffset + messages.filter((one) => one.partition === partition).length);
          return { topicName: 't', partition, errorCode: 0, baseOffset: String(baseOffset), logAppendTime: '7' };
        });
        resolve(found);
      });
    });
  };
  const end = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asProducer: { sendBatch } as unknown as Producer, sends, end };
}

const opened = (send_bytes = 10_000): ReturnType<typeof producer> & { readonly appender: Appender } => {
  const one = producer();
  return { ...one, appender: new Appender(one.asProducer, { send_bytes, send_within_ms: 5_000 }, '', null) };
};

describe('appends', () => {
  it('are sent one send at a time; those that wait go together in the next, each with its own offsets', async () => {
    const { appender, sends, end } = opened();
    const first = appender.append([record('a')]);
    await new Promise((resolve) => setImmediate(resolve));
    const second = appender.append([record('b'), record('c', 1)]);
    const third = appender.append([record('d'), record('e')]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sends).toEqual([['a']]);
    await end();
    expect(sends).toEqual([['a'], ['b', 'd', 'e', 'c']]);
    await end();
    const offsets = (await Promise.all([first, second, third])).map((all) => all.map(({ offset }) => offset));
    expect(offsets).toEqual([[0], [1, 0], [2, 3]]);
  });

  it('of tasks that are called one after the other in a turn of the event loop are one send', async () => {
    const { appender, sends, end } = opened();
    const first = appender.append([record('a')]);
    // What the first does before it waits is over, and all that was to come behind it in the queue of promises.
    for (let i = 0; i < 20; i++) await Promise.resolve();
    const second = appender.append([record('b')]);
    await end();
    await Promise.all([first, second]);
    expect(sends).toEqual([['a', 'b']]);
  });

  it('go together only as far as they fit into one send', async () => {
    const { appender, sends, end } = opened(400);
    const all = ['a', 'b', 'c'].map((text) => appender.append([record(text)]));
    await end();
    await end();
    await Promise.all(all);
    expect(sends).toEqual([['a', 'b'], ['c']]);
  });

  it('that the broker refuses are refused alone: those that went with them are sent again by themselves', async () => {
    const { appender, sends, end } = opened();
    const [good, bad, late] = ['good', 'bad', 'late'].map((text) => appender.append([record(text)]));
    const refused = expect(bad).rejects.toThrow('refused');
    for (let i = 0; i < 4; i++) await end();
    await refused;
    expect(sends).toEqual([['good', 'bad', 'late'], ['good'], ['bad'], ['late']]);
    expect((await good)?.[0]?.offset).toBe(0);
    expect((await late)?.[0]?.offset).toBe(1);
  });
});
