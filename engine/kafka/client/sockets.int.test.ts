/** On a real broker: what a client of Kafka leaves open when it is told to disconnect, and that none of it stays. */
import { randomUUID } from 'node:crypto';
import { KafkaJSNonRetriableError, type Consumer, type Kafka } from 'kafkajs';
import { beforeAll, describe, expect, it } from 'vitest';
import { onBroker } from '../../../testing/services/on-broker.ts';
import { withAdmin } from './admin.ts';
import { clusterOf, kafkaOf } from './connection.ts';
import { Fetcher } from '../log/fetcher.ts';
import { tail_limits } from '../log/limits.ts';
import { Membership } from '../ownership/membership.ts';
import { patient } from './patient.ts';
import { Sockets } from './sockets.ts';
import { ensureTopics } from '../checks/topics.ts';

const servers = onBroker();
const topic = `sockets-${randomUUID()}`;
const partitions = 8;

beforeAll(async () => {
  await withAdmin({ brokers: servers.brokers, client_id: 'test' }, (admin) =>
    ensureTopics(admin, [{ topic, partitions }], { by_broker: true }),
  );
});

const clientOf = (sockets: Sockets) => kafkaOf({ brokers: servers.brokers, client_id: 'test' }, sockets);

describe('connections to a broker', () => {
  it('are opened once, however many ask on them at the same time', async () => {
    const sockets = new Sockets();
    const cluster = clusterOf(clientOf(sockets));
    await cluster.connect();
    await cluster.addTargetTopic(topic);
    const fetcher = new Fetcher(cluster, { ...tail_limits, max_wait_ms: 0 }, '');
    const wanted = Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: 0 }));
    const [leader = -1] = [...fetcher.byLeader(wanted).keys()];
    await Promise.all(wanted.map((one) => fetcher.fetch(leader, [one])));
    // One for fetches, one for all else.
    expect(sockets.size).toBe(2);
    await sockets.endAfter(() => cluster.disconnect());
    expect(sockets.size).toBe(0);
  });

  it('are not opened again by what still asks after the end, which is refused at once', async () => {
    const sockets = new Sockets();
    const admin = clientOf(sockets).admin();
    await admin.connect();
    await sockets.endAfter(() => admin.disconnect());
    await expect(admin.listTopics()).rejects.toThrow('the client has ended');
    await expect(admin.connect()).rejects.toThrow('the client has ended');
    expect(sockets.size).toBe(0);
  });

  it('that are being made when the client is told to disconnect are not there afterwards', async () => {
    const sockets = new Sockets();
    const admin = clientOf(sockets).admin();
    const connecting = admin.connect().catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sockets.size).toBe(1);
    await sockets.endAfter(() => admin.disconnect());
    await connecting;
    await expect.poll(() => sockets.size).toBe(0);
  });
});

describe('a member of a group', () => {
  it('that is told to leave while it joins has left, and opens nothing afterwards', async () => {
    const group = randomUUID();
    const members = (): Promise<readonly unknown[]> =>
      withAdmin({ brokers: servers.brokers, client_id: 'test' }, async (admin) => {
        const { groups } = await patient(() => admin.describeGroups([group]));
        return groups.flatMap((one) => one.members);
      });
    // Answered once the brokers have a coordinator for it.
    expect(await members()).toEqual([]);
    const sockets = new Sockets();
    const [given, failures]: [unknown[], unknown[]] = [[], []];
    const membership = new Membership({
      kafka: clientOf(sockets),
      group,
      topics: [topic],
      partitions,
      session_ms: 10_000,
      onAssigned: (partitions_given) => given.push(partitions_given),
      onTrouble: (error) => failures.push(error),
      onFailure: (error) => failures.push(error),
    });
    const joining = membership.join();
    await new Promise((resolve) => setImmediate(resolve));
    await sockets.endAfter(() => membership.leave(), Membership.leave_within_ms);
    await joining;
    expect({ failures, open: sockets.size }).toEqual({ failures: [], open: 0 });
    // It had joined: the brokers would wait for a member that only went silent.
    expect(given).toHaveLength(1);
    expect(await members()).toEqual([]);
  });

  it('joins anew where its client has given up on brokers that may be back', async () => {
    const sockets = new Sockets();
    const kafka = clientOf(sockets);
    const [given, troubles, failures]: [(readonly number[])[], unknown[], unknown[]] = [[], [], []];
    // What the client does where it finds no coordinator of the group: it disconnects and says that it ended for good.
    const crashes: ((error: Error) => Promise<void>)[] = [];
    const consumer: Kafka['consumer'] = (config) => {
      const made = kafka.consumer(config);
      const on: Consumer['on'] = (event, listener) => {
        if (event === made.events.CRASH)
          crashes.push(async (error) => {
            await made.disconnect();
            const payload = { error, groupId: config?.groupId ?? '', restart: false };
            Reflect.apply(listener, undefined, [{ id: 1, type: event, timestamp: 0, payload }]);
          });
        return made.on(event, listener);
      };
      return { ...made, on };
    };
    const membership = new Membership({
      kafka: { consumer },
      ...{ group: randomUUID(), topics: [topic], partitions, session_ms: 10_000 },
      onAssigned: (assigned) => given.push(assigned),
      onTrouble: (error) => troubles.push(error),
      onFailure: (error) => failures.push(error),
    });
    await membership.join();
    await expect.poll(() => given.length, { timeout: 20_000 }).toBe(1);
    await crashes[0]?.(
      Object.assign(new KafkaJSNonRetriableError('Failed to find it'), { name: 'KafkaJSGroupCoordinatorNotFound' }),
    );
    await expect.poll(() => given.length, { timeout: 20_000 }).toBe(2);
    expect(given[1]).toEqual(given[0]);
    expect({ troubles: troubles.length, failures }).toEqual({ troubles: 1, failures: [] });
    // One that will be the same next time ends it.
    await crashes[1]?.(new TypeError('x is not a function'));
    expect(failures).toHaveLength(1);
    await sockets.endAfter(() => membership.leave(), Membership.leave_within_ms);
  });
});
