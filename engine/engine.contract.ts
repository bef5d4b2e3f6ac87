/** What every engine promises, whatever keeps its log and ledger. Run against the driver and the embedded engine. */
import { describe, expect, it } from 'vitest';
import type { Row } from './ports.ts';
import { murmur2 } from './partitioner.ts';
import { deadLetters, redrive } from './dead-letters/redrive.ts';
import { explain } from './explain/explain.ts';
import { rebuild } from './state/rebuild.ts';
import type { Runtime } from './runtime.ts';
import { parseLetter } from '../testing/toy/options.ts';
import { seenOf } from '../testing/toy/oracle.ts';

export interface Harness {
  readonly engine: Runtime;
  readonly rows: readonly Row[];
  /** Stops in order and starts on what is stored. */
  restart(): Promise<Runtime>;
  end(): Promise<void>;
}

const event = (topic: string, value: object): { topic: string; value: object } => ({ topic, value });
const measured = (account_id: string, ad_id: string, amount: number): { topic: string; value: object } =>
  event('toy.measured', { account_id, ad_id, amount });

export function engineContract(name: string, open: () => Promise<Harness>): void {
  const run = (promise: string, test: (harness: Harness, engine: Runtime) => Promise<void>): void => {
    it(promise, async () => {
      const harness = await open();
      try {
        await test(harness, harness.engine);
      } finally {
        await harness.end();
      }
    });
  };
  let position = 0;
  const publish = async (engine: Runtime, ...events: { topic: string; value: object }[]): Promise<void> => {
    await engine.publish({ source: 'test', position: String(++position), events });
    await engine.drain();
  };

  describe(`${name} keeps the engine's promises`, () => {
    run('an event changes state, reaches the next group and becomes a row', async ({ rows }, engine) => {
      await publish(engine, measured('a', 'x', 4), event('toy.noted', { account_id: 'a', ad_id: 'x', note: 2 }));
      expect(await engine.state('chain', 'a', 'x')).toMatchObject({ n: 2 });
      expect(await engine.state('check', 'a', 'x')).toMatchObject({ n: 2, breaks: 0 });
      expect(rows.map((row) => row.table).sort()).toEqual(['amounts', 'links', 'links']);
    });

    run('records go to the partition of the murmur2 hash of their key', async (_, engine) => {
      await publish(engine, measured('account-17', 'x', 1));
      const partition = (murmur2(new TextEncoder().encode('account-17')) & 0x7fffffff) % engine.options.partitions;
      expect(await engine.log.range('toy.measured', partition)).toEqual({ start: 0, end: 1 });
    });

    run('a restart resumes where it stopped and repeats nothing', async (harness, engine) => {
      await publish(engine, measured('a', 'x', 1), measured('b', 'y', 2));
      const before = await seenOf(engine, harness.rows);
      const again = await harness.restart();
      await again.drain();
      expect(await seenOf(again, harness.rows)).toEqual(before);
      expect(again.groups().map((group) => group.lag)).toEqual([0, 0, 0]);
    });

    run('a source continues from the position that was stored with its last batch', async (harness, engine) => {
      await engine.publish({ source: 'file', position: 'line 3', events: [measured('a', 'x', 1)] });
      const again = await harness.restart();
      expect(await again.log.position('file')).toBe('line 3');
    });

    run('a tick visits each state key of each partition once, in byte order, in chunks', async (_, engine) => {
      const accounts = ['a', 'b', 'c', 'é', 'zz', 'd', 'e'];
      await publish(engine, ...accounts.flatMap((account) => [measured(account, 'x', 1), measured(account, 'y', 1)]));
      await publish(engine, event('toy.hour', { hour: 5 }));
      for (const account of accounts) {
        expect(await engine.state('chain', account, 'x')).toMatchObject({ n: 2 });
        expect(await engine.state('check', account, 'y')).toMatchObject({ n: 2, breaks: 0 });
      }
    });

    run(
      'bytes that cannot be decoded become a dead letter with the original bytes, and the batch goes on',
      async (_, engine) => {
        const bytes = Buffer.from('{"amount": ');
        const partition = engine.partitionOf('a');
        await engine.log.append([{ topic: 'toy.measured', partition, key: 'a', value: bytes }]);
        await publish(engine, measured('a', 'x', 1));
        const letters = [];
        for await (const stored of deadLetters(engine, parseLetter)) letters.push(stored.letter);
        expect(letters.map((letter) => letter.group).sort()).toEqual(['chain', 'mirror']);
        expect(letters.every((letter) => Buffer.compare(letter.record_value, bytes) === 0)).toBe(true);
        expect(await engine.state('chain', 'a', 'x')).toMatchObject({ n: 1 });
      },
    );

    run('a record in the wrong partition is a dead letter that names its partition', async (_, engine) => {
      const wrong = (engine.partitionOf('a') + 1) % engine.options.partitions;
      await engine.log.append([
        {
          topic: 'toy.measured',
          partition: wrong,
          key: 'a',
          value: Buffer.from(JSON.stringify({ account_id: 'a', ad_id: 'x', amount: 1 })),
        },
      ]);
      await engine.drain();
      const messages = [];
      for await (const { value } of deadLetters(engine, parseLetter)) messages.push(JSON.stringify(value));
      expect(messages.length).toBe(2);
      expect(
        messages.every(
          (text) => text.includes('wrong_partition') && text.includes(`partition ${engine.partitionOf('a')}`),
        ),
      ).toBe(true);
    });

    run('a record under another key than its own field is a dead letter that names both', async (_, engine) => {
      const value = Buffer.from(JSON.stringify({ account_id: 'b', ad_id: 'x', amount: 1 }));
      await engine.log.append([{ topic: 'toy.measured', partition: engine.partitionOf('a'), key: 'a', value }]);
      await engine.drain();
      const said: unknown[] = [];
      for await (const { value: letter } of deadLetters(engine, parseLetter))
        said.push([Reflect.get(letter, 'code'), Reflect.get(letter, 'message')]);
      const message = 'the record key is "a" but account_id is "b": use account_id as the record key';
      expect(said).toEqual([
        ['wrong_key', message],
        ['wrong_key', message],
      ]);
      expect(await engine.state('chain', 'a', 'x')).toBeUndefined();
    });

    run('a key that is dormant is visited by no tick until an event of its own', async (harness, engine) => {
      await publish(engine, measured('a', 'rest', 1), measured('a', 'wake', 1));
      await publish(engine, event('toy.hour', { hour: 1 }));
      expect(await engine.state('chain', 'a', 'rest')).toMatchObject({ n: 1 });
      expect(await engine.state('chain', 'a', 'wake')).toMatchObject({ n: 2 });
      const again = await harness.restart();
      await publish(again, event('toy.hour', { hour: 2 }));
      expect(await again.state('chain', 'a', 'rest')).toMatchObject({ n: 1 });
      await publish(again, measured('a', 'rest', 2));
      await publish(again, event('toy.hour', { hour: 3 }));
      expect(await again.state('chain', 'a', 'rest')).toMatchObject({ n: 3 });
    });

    run('a redriven event that fails again waits again, and those behind it keep their order', async (_, engine) => {
      await publish(
        engine,
        measured('a', 'x', 1),
        measured('a', 'x', -1),
        measured('a', 'x', 2),
        measured('a', 'x', 3),
      );
      await redrive(engine, parseLetter, ({ letter }) => letter.group === 'chain');
      await engine.drain();
      expect(await engine.state('chain', 'a', 'x')).toMatchObject({ n: 3 });
      expect(await engine.state('check', 'a', 'x')).toMatchObject({ n: 3, breaks: 0 });
      const amounts: unknown[] = [];
      for await (const { letter } of deadLetters(engine, parseLetter))
        if (letter.group === 'chain')
          amounts.push(Reflect.get(JSON.parse(String(letter.record_value)) as object, 'amount'));
      expect(amounts).toEqual([-1, 2, 3, -1]);
    });

    run('dead letters of a key keep their order whatever they are of, those of ticks too', async (_, engine) => {
      const accounts = ['a', 'b', 'c', 'd'];
      await publish(engine, ...accounts.map((account) => measured(account, 'x', 1)));
      await publish(engine, ...accounts.map((account) => measured(account, 'x', -1)));
      await publish(engine, event('toy.hour', { hour: 1 }));
      await publish(engine, ...accounts.map((account) => measured(account, 'x', 2)));
      const letters: string[] = [];
      for await (const { partition, letter } of deadLetters(engine, parseLetter))
        if (letter.group === 'chain')
          letters.push(`${letter.state_key ?? ''} ${partition - letter.partition} ${letter.topic}`);
      for (const account of accounts)
        expect(letters.filter((letter) => letter.startsWith(account))).toEqual(
          ['toy.measured', 'toy.hour', 'toy.measured'].map((topic) => `${account}\u0000x 0 ${topic}`),
        );
    });

    run('a handler that throws parks its key only, and a redrive in order frees it', async (_, engine) => {
      await publish(engine, measured('a', 'x', 3), measured('a', 'y', 1));
      await publish(engine, measured('a', 'x', -1), measured('a', 'x', 5), measured('a', 'y', 2));
      expect(await engine.state('chain', 'a', 'x')).toMatchObject({ n: 1 });
      expect(await engine.state('chain', 'a', 'y')).toMatchObject({ n: 2 });
      const parked = [];
      for await (const entry of engine.inspect('parked')) parked.push(entry);
      expect(parked).toMatchObject([{ group: 'chain', dead_letters: 2 }]);
      // The one that cannot be handled stays; what followed it comes back in order.
      const sent = await redrive(
        engine,
        parseLetter,
        ({ letter }) => letter.group === 'chain' && !Buffer.from(letter.record_value).includes('-1'),
      );
      await engine.drain();
      expect(sent).toEqual({ settled: 1, keys: 1 });
      expect(await engine.state('chain', 'a', 'x')).toMatchObject({ n: 2 });
      expect(
        (await redrive(engine, parseLetter, ({ letter }) => !Buffer.from(letter.record_value).includes('-1'))).settled,
      ).toBe(0);
    });

    run('policy reaches handlers as an event, in its place in the stream', async (_, engine) => {
      await publish(engine, measured('a', 'x', 1));
      await publish(engine, event('toy.policy', { version: 'p2' }));
      await publish(engine, measured('a', 'x', 2));
      const { links } = await seenOf(engine, []);
      expect(links.map((link) => (/"policy_version":"(\w+)"/.exec(link) ?? [])[1])).toEqual(['none', 'p2']);
    });

    run('a policy of its own reaches only the handlers of its record key', async (_, engine) => {
      await publish(engine, event('toy.policy', { version: 'p2', accounts: ['b'] }));
      await publish(engine, measured('a', 'x', 1), measured('b', 'x', 1));
      await publish(engine, event('toy.hour', { hour: 1 }));
      const { links } = await seenOf(engine, []);
      const field = (link: string, name: string): string => new RegExp(`"${name}":"(\\w+)"`).exec(link)?.[1] ?? '';
      const made = links.map((link) => `${field(link, 'account_id')} ${field(link, 'policy_version')}`);
      // An event of its own and a tick, of each account.
      expect(made.sort()).toEqual(['a p2', 'a p2', 'b p2ofb', 'b p2ofb']);
    });

    run('state made again from the log equals the stored state', async (_, engine) => {
      await publish(
        engine,
        measured('a', 'x', 1),
        measured('b', 'x', 2),
        event('toy.noted', { account_id: 'a', ad_id: 'x', note: 9 }),
      );
      await publish(engine, event('toy.hour', { hour: 1 }), measured('a', 'x', 3));
      const rebuilt = await rebuild(engine, 'chain');
      expect(rebuilt).toMatchObject({ differences: [], keys: 2 });
      expect(rebuilt.records).toBeGreaterThanOrEqual(5);
      await publish(engine, measured('a', 'x', 4));
      expect(await engine.state('check', 'a', 'x')).toMatchObject({ n: 5, breaks: 0 });
    });

    run(
      'a decision is explained by its cause, the state it met, and the same decision made again',
      async (_, engine) => {
        await publish(engine, measured('a', 'x', 1), measured('a', 'x', 2));
        await publish(engine, event('toy.hour', { hour: 1 }));
        const partition = engine.partitionOf('a');
        const { end } = await engine.log.range('toy.link', partition);
        const last = await engine.event('toy.link', partition, end - 1);
        const name = last?.record.name;
        if (name === undefined) throw new Error('the link has no name');
        const explained = await explain(engine, 'toy.link', name);
        expect(explained).toMatchObject({ stateKey: 'x', state_before: { n: 2 }, reproduced: true, inputs_total: 2 });
        expect(explained?.cause.record.topic).toBe('toy.hour');
      },
    );

    run('an event of a source that breaks its rules is refused as a whole batch, by name', async (_, engine) => {
      await expect(
        engine.publish({ source: 'test', position: 'x', events: [measured('a', 'x', 1), event('toy.nowhere', {})] }),
      ).rejects.toThrow(/toy\.nowhere.*use one of/);
      expect((await engine.log.range('toy.measured', engine.partitionOf('a'))).end).toBe(0);
    });
  });
}
