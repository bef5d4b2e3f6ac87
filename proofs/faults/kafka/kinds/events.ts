/** Faults of what comes in, of the handlers and of the sink. */
import { setTimeout as pause } from 'node:timers/promises';
import type { SourceEvent } from '../../../../engine/engine.ts';
import { TransactionalProducer } from '../../../../testing/services/transactional.ts';
import { allReady, between, Missed, someInstance, until, type Kind } from '../kind.ts';
import { withSchema } from '../options.ts';
import type { World } from '../world.ts';

const unreadable = (name: string, make: (random: () => number) => Uint8Array): Kind => ({
  name,
  instances: 2,
  async round(world, random) {
    const before = await letters(world);
    const number = between(1, 4, random);
    for (let i = 0; i < number; i++) {
      const { account_id } = world.events.place();
      const topic = random() < 0.5 ? 'toy.measured' : 'toy.noted';
      await world.append([{ topic, partition: world.partitionOf(account_id), key: account_id, value: make(random) }]);
      await pause(random() * 200);
    }
    await until('dead letters', 30_000, async () => ((await letters(world)) >= before + number ? true : undefined));
    return `${number} records became dead letters`;
  },
});

const letters = async (world: World): Promise<number> => (await world.view.taken('toy.refused')).flat().length;

const poison = unreadable('poison bytes', (random) =>
  Buffer.from(Array.from({ length: between(0, 40, random) }, () => between(1, 255, random))),
);
const schema = unreadable('unknown schema id', (random) =>
  withSchema(between(2, 1_000_000, random), Buffer.from('{"amount":1}')),
);

/** A handler throws at an event: its key waits, and what else is in the batch goes on. */
const bug: Kind = {
  name: 'a bug in decide',
  instances: 2,
  async round(world, random) {
    const before = await letters(world);
    const account_id = `bug-${between(0, 1e9, random)}`;
    const event = (amount: number): ReturnType<typeof world.events.withId> =>
      world.events.withId('toy.measured', { account_id, ad_id: 'x', amount });
    await world.publish([event(1), event(2), event(-1), event(3)]);
    await world.publish([world.events.withId('toy.noted', { account_id, ad_id: 'x', note: 1 })]);
    await until('dead letters', 30_000, async () => ((await letters(world)) >= before + 3 ? true : undefined));
    return 'one event threw, and two waited behind it';
  },
};

const mixedUp: Kind = {
  name: 'duplicate and reordered producers',
  instances: 2,
  async round(world) {
    for (let i = 0; i < 3; i++) await world.publish(world.events.mixedUp());
    return '36 totals came, 15 of them new, in no order';
  },
};

const ticks: Kind = {
  name: 'late and doubled ticks',
  instances: 2,
  async round(world) {
    await world.publish(world.events.lateTicks());
    return 'five ticks came, for two hours';
  },
};

const lyingSink: Kind = {
  name: 'a sink that lies',
  instances: 2,
  async round(world, random) {
    const liar = someInstance(world, random);
    const heard = liar.said.length;
    const times = between(1, 3, random);
    liar.tell({ do: 'lie', times });
    await until('lies', 30_000, () =>
      liar.said.slice(heard).filter(({ event }) => event === 'lied').length >= times ? true : undefined,
    );
    if (liar.ending !== undefined) throw new Missed('it ended');
    return `it said ${times} times that it failed`;
  },
};

/** Somebody else publishes in transactions, gives some of them up, and takes its time with others. */
const transactions: Kind = {
  name: 'transactions of another producer',
  instances: 2,
  async round(world, random) {
    const producer = await TransactionalProducer.connect(world.servers.kafka.brokers);
    const some = (): SourceEvent[] =>
      Array.from({ length: between(2, 6, random) }, () => {
        const place = world.events.place();
        return random() < 0.5
          ? world.events.withId('toy.measured', { ...place, amount: between(0, 50, random) })
          : world.events.withId('toy.noted', { ...place, note: between(0, 50, random) });
      });
    const before = world.instances.length;
    // Who begins anew may do so at a gap that a transaction left, or before one that is open.
    const victim = random() < 0.5 ? someInstance(world, random) : undefined;
    try {
      for (const [i, commits] of [random() < 0.5, false, true].entries()) {
        const writing = world.transact(producer, some(), { commits, after_ms: between(0, 700, random) });
        if (i === 1) victim?.signal('SIGKILL');
        await writing;
      }
    } finally {
      await producer.disconnect();
    }
    if (victim === undefined) return 'three transactions, of which at least one was given up';
    await victim.ended;
    await allReady(world, before);
    return 'three transactions, of which at least one was given up while an instance was killed';
  },
};

export const eventKinds: readonly Kind[] = [poison, schema, bug, mixedUp, ticks, lyingSink, transactions];
