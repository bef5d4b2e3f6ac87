/** Faults of the servers and of what lies between: killed, paused, forgetful, an answer that is lost. */
import { existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { scriptOf } from '../../../../engine/kafka/redis/redis.ts';
import { commit_script } from '../../../../engine/kafka/redis/scripts.ts';
import type { Program } from '../../../../testing/services/program.ts';
import type { Proxy } from '../../../../testing/services/proxy.ts';
import { writable } from '../../../../testing/services/surgery.ts';
import { allReady, between, Missed, troubles, until, type Kind } from '../kind.ts';
import type { Servers } from '../servers.ts';
import type { World } from '../world.ts';

const killed = (name: string, of: (servers: Servers) => Program): Kind => ({
  name: `${name} killed and restarted`,
  instances: 2,
  async round(world, random) {
    const program = of(world.servers);
    const before = troubles(world);
    await pause(random() * 500);
    await program.kill();
    await pause(between(200, 1_500, random));
    await program.start();
    await until('somebody in trouble', 20_000, () => (troubles(world) > before ? true : undefined));
    await allReady(world, 2);
    return `${troubles(world) - before} troubles were told`;
  },
});

const paused = (name: string, of: (servers: Servers) => Program): Kind => ({
  name: `${name} paused`,
  instances: 2,
  async round(world, random) {
    const program = of(world.servers);
    await pause(random() * 300);
    const before = await world.view.commits();
    program.pause();
    const paused_ms = between(1_000, 7_000, random);
    await pause(paused_ms);
    program.resume();
    await until('commits go on', 40_000, async () => {
      const now = await world.view.commits().catch(() => before);
      return [...now].some(([task, seq]) => seq > (before.get(task) ?? 0)) ? true : undefined;
    });
    return `it stood still for ${paused_ms} ms`;
  },
});

/** The file to which Redis appends what it does. */
function appendOnlyFile({ redis_folder }: Servers): string {
  const folder = join(redis_folder, 'appendonlydir');
  const [file] = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.incr.aof')) : [];
  if (file === undefined) throw new Error(`Redis has no append-only file in ${folder}`);
  return join(folder, file);
}

/** Redis dies, and what it wrote since some moment did not reach the disk: it comes back with commits undone. */
const forgetful: Kind = {
  name: 'Redis loses its last second',
  instances: 2,
  async round(world, random) {
    const { redis } = world.servers;
    const file = appendOnlyFile(world.servers);
    const length = statSync(file).size;
    await pause(between(300, 1_200, random));
    // With the load over, the lost commits are the last: nothing comes that would show that they are gone.
    const isQuiet = random() < 0.5;
    if (isQuiet) await world.rest();
    const before = await world.view.commits();
    await redis.program.kill();
    if (statSync(file).size <= length) throw new Missed('nothing was written meanwhile');
    truncateSync(file, length);
    await redis.program.start();
    const after = await world.view.commits();
    const undone = [...before].filter(([task, seq]) => (after.get(task) ?? 0) < seq).length;
    if (undone === 0 && isQuiet) throw new Missed('no commit was undone');
    await allReady(world, 2);
    return `${undone} partitions had commits undone${isQuiet ? ', and nothing came' : ''}`;
  },
};

const produce_api = 0;
const isProduce = (request: Buffer): boolean => request.length > 8 && request.readInt16BE(4) === produce_api;
const digest = scriptOf(commit_script).digest;
const isCommit = (request: Buffer): boolean => request.includes(digest);

const unanswered = (name: string, of: (servers: Servers) => Proxy, isMeant: (request: Buffer) => boolean): Kind => ({
  name: `${name} answer lost after it was applied`,
  instances: 2,
  async round(world, random) {
    const proxy = of(world.servers);
    const before = proxy.cuts;
    const times = between(1, 3, random);
    for (let i = 0; i < times; i++) {
      proxy.cutAnswer(isMeant);
      await until('an answer lost', 20_000, () => (proxy.cuts > before + i ? true : undefined));
      await pause(random() * 300);
    }
    await allReady(world, 2);
    return `${times} answers were lost`;
  },
});

/** The dead-letter topic takes nothing for a while, and there is a dead letter to take. */
const noLetters: Kind = {
  name: 'dead-letter topic down',
  instances: 2,
  async round(world, random) {
    const topic = `${world.namespace}.toy.refused`;
    const { brokers } = world.servers.kafka;
    await writable(brokers, topic, false);
    try {
      await poisoned(world);
      await until('an outbox that waits', 20_000, () => world.view.unsent());
      await pause(between(300, 2_000, random));
    } finally {
      await writable(brokers, topic, true);
    }
    return 'dead letters waited';
  },
};

async function poisoned(world: World): Promise<void> {
  const { account_id } = world.events.place();
  const partition = world.partitionOf(account_id);
  await world.append([{ topic: 'toy.measured', partition, key: account_id, value: Buffer.from('poison') }]);
}

const kafkaOf = ({ kafka }: Servers): Program => kafka.program;
const redisOf = ({ redis }: Servers): Program => redis.program;

export const serverKinds: readonly Kind[] = [
  killed('broker', kafkaOf),
  paused('broker', kafkaOf),
  killed('Redis', redisOf),
  paused('Redis', redisOf),
  forgetful,
  unanswered('Redis', ({ redisProxy }) => redisProxy, isCommit),
  unanswered('Kafka', ({ kafkaProxy }) => kafkaProxy, isProduce),
  noLetters,
];
