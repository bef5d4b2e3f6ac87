/** Faults of two versions of the code beside each other: their state and its parts alike, or in two shapes. */
import { setTimeout as pause } from 'node:timers/promises';
import { EngineError } from '../../../../engine/errors.ts';
import type { Rebuilt } from '../../../../engine/state/rebuild.ts';
import { accounts } from '../events.ts';
import type { Ending } from '../instance.ts';
import { Missed, until, type Kind } from '../kind.ts';
import { first_code, newest_code, partitions } from '../options.ts';
import { resting_ad, total_part, type Code } from '../topology.ts';
import type { StoredAt } from '../view.ts';
import type { World } from '../world.ts';

/** Each instance in turn is replaced by one of the other version, and back again. */
const rolling: Kind = {
  name: 'rolling upgrade and rollback',
  instances: 2,
  async round(world, random) {
    for (const code of ['version-2', 'version-1'] as const) await replaceAll(world, code, random);
    return 'every instance was replaced twice';
  },
};

async function replaceAll(world: World, code: Code, random: () => number): Promise<void> {
  for (const old of [...world.instances]) {
    const next = await world.add({ code });
    await pause(random() * 500);
    const { code: ending } = await world.retire(old);
    if (ending !== 0) throw new Missed(`${old.task.name} did not end in order: ${JSON.stringify(old.ending)}`);
    if (next.ending !== undefined) throw new Error(`the next version ended: ${next.ending.failure ?? ''}`);
  }
}

const group = 'latest';
/** How code ends that meets state which newer code has written. */
const refusal = /^latest \d+: EngineError: state of group latest was stored under version 2, this code reads 1;/;
/** Exit code of an instance that a group cannot go on in. */
const failed_code = 3;
const within_ms = 60_000;

const isRefusal = ({ code, failure }: Ending): boolean => code === failed_code && refusal.test(failure ?? '');

/**
 * An upgrade to code that keeps a group's state in another shape, and a rollback. The first instance of the new version
 * goes away again, so that older ones get a partition with newer state: they must end by name. The rollback makes the
 * state again with the older code, since that cannot read what it finds.
 */
const twoShapes: Kind = {
  name: 'upgrade and rollback over two versions of state',
  instances: 2,
  ends: refusal,
  async round(world, random) {
    await resting(world);
    const refused = await canary(world);
    const raised = await upgraded(world, random);
    // State that is made again would hide what is wrong with it.
    if ((await world.look()).total > 0) return `${refused}; ${raised}`;
    const made = await rolledBack(world);
    return `${refused}; ${raised}; ${made}`;
  },
};

const newerOf = async (world: World): Promise<readonly StoredAt[]> =>
  (await world.view.stored(group)).filter(({ version }) => version === 2);

/** Partitions in which states of both versions lie beside each other, and parts of both too. */
async function mixed(world: World): Promise<number> {
  const found = new Set(
    (await world.view.stored(group)).map(({ kind, version, partition }) => `${kind} ${version} ${partition}`),
  );
  const has = (partition: number): boolean =>
    ['state 1', 'state 2', 'part 1', 'part 2'].every((what) => found.has(`${what} ${partition}`));
  return Array.from({ length: partitions }, (_, partition) => partition).filter(has).length;
}

/** State of each account in the old shape that lies there until a total of its ad comes. */
async function resting(world: World): Promise<void> {
  await world.publish(accounts.map((account_id) => restingTotal(world, account_id)));
  await until('old state that rests', within_ms, async () => {
    const old = (await world.view.stored(group)).filter(({ version }) => version === 1);
    return (
      accounts.every((account_id) => old.some(({ key }) => key === `${account_id}\u0000${resting_ad}`)) || undefined
    );
  });
}

const restingTotal = (world: World, account_id: string): ReturnType<World['events']['snapshot']> =>
  world.events.snapshot({ account_id, ad_id: resting_ad });

/** The first of the new version works beside the old ones, and goes: whoever gets its partitions must refuse them. */
async function canary(world: World): Promise<string> {
  const one = await world.add({ code: newest_code });
  await until('both shapes in a partition', within_ms, async () => ((await mixed(world)) > 0 ? true : undefined));
  inOrder([await world.retire(one)]);
  const newer = await newerOf(world);
  const heard = world.endings.length;
  const ending = await until('older code that refuses', within_ms, () => world.endings.slice(heard).find(isRefusal));
  await assertKept(world, newer);
  return `older code refused ${newer.length} newer states and parts (${ending.failure ?? ''})`;
}

/** All of the new version: what rested in the old shape is raised where a total comes. */
async function upgraded(world: World, random: () => number): Promise<string> {
  for (let i = 0; i < 2; i++) await world.add({ code: newest_code });
  for (const ending of await world.retireAll(first_code, () => random() * 500))
    if (ending.code !== 0 && !isRefusal(ending)) throw new Missed(`it did not end in order: ${JSON.stringify(ending)}`);
  await until('both shapes in every partition', within_ms, async () =>
    (await mixed(world)) === partitions ? true : undefined,
  );
  const touched = accounts.filter((_, i) => i === 0 || random() < 0.5);
  await world.publish(touched.map((account_id) => restingTotal(world, account_id)));
  await world.rest();
  const newer = await newerOf(world);
  for (const end of [`\u0000${resting_ad}`, `\u0000${resting_ad}\u0000${total_part}`])
    if (newer.filter(({ key }) => key.endsWith(end)).length !== touched.length)
      throw new Error('what rested was not raised as it was touched');
  return `${touched.length} of ${accounts.length} old states that rested were raised`;
}

/** Stops the new version, shows that the old one cannot go on, makes the state again with it, and goes on. */
async function rolledBack(world: World): Promise<string> {
  inOrder(await world.retireAll(newest_code));
  const newer = await newerOf(world);
  await world.publish([world.events.tick(), ...accounts.map((account_id) => restingTotal(world, account_id))]);
  await refusedAlone(world);
  await assertKept(world, newer);
  const { unread, replaced } = await madeAgain(world);
  if (unread !== newer.length || replaced === null)
    throw new Error(`the rebuild found ${unread} newer states and parts, there were ${newer.length}`);
  const left = await newerOf(world);
  if (left.length > 0) throw new Error(`${left.length} newer states are left after the rebuild`);
  world.busy();
  for (let i = 0; i < 2; i++) await world.add();
  const older = replaced.before.state + replaced.before.part - newer.length;
  return `the rebuild put ${replaced.after.state} states and ${replaced.after.part} parts in place of ${newer.length} newer and ${older} older ones`;
}

async function refusedAlone(world: World): Promise<void> {
  const old = world.start({ code: first_code });
  const timer = setTimeout(() => old.signal('SIGKILL'), within_ms);
  const ending = await old.ended;
  clearTimeout(timer);
  if (!isRefusal(ending)) throw new Error(`older code did not refuse newer state: ${JSON.stringify(ending)}`);
}

/** The brokers may take a while to see that nobody is there any more. */
const madeAgain = (world: World): Promise<Rebuilt> =>
  until('the group at rest', within_ms, () =>
    world.madeAgain(group, first_code).catch((error: unknown) => {
      if (error instanceof EngineError && error.code === 'group.elsewhere') return undefined;
      throw error;
    }),
  );

function inOrder(endings: readonly Ending[]): void {
  const other = endings.find(({ code }) => code !== 0);
  if (other !== undefined) throw new Error(`the newer version did not end in order: ${JSON.stringify(other)}`);
}

/** Nobody has written over what newer code has written. */
async function assertKept(world: World, before: readonly StoredAt[]): Promise<void> {
  const now = new Map((await world.view.stored(group)).map(({ key, bytes }) => [key, bytes]));
  const changed = before.filter(({ key, bytes }) => Buffer.compare(bytes, now.get(key) ?? Buffer.alloc(0)) !== 0);
  if (before.length === 0 || changed.length > 0)
    throw new Error(`of ${before.length} newer states older code changed ${changed.map(({ key }) => key).join(', ')}`);
}

export const versionKinds: readonly Kind[] = [rolling, twoShapes];
