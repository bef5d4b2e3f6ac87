/** Faults of the log itself: what is not there any more stops the group, which says why and what there is to choose. */
import { cutBefore, emptied } from '../../../../testing/services/surgery.ts';
import type { Kind } from '../kind.ts';
import { Missed } from '../kind.ts';
import type { World } from '../world.ts';

const account_id = 'a';

const measured = (world: World, count: number, of = account_id): Promise<void> =>
  world.publish(
    Array.from({ length: count }, (_, i) =>
      world.events.withId('toy.measured', { account_id: of, ad_id: 'x', amount: i }),
    ),
  );

/** Fills each partition beyond what it held: an empty one would say first that it ends too early. */
async function refilled(world: World, ends: readonly number[]): Promise<void> {
  for (const [partition, end] of ends.entries()) {
    let i = 0;
    while (world.partitionOf(`refill-${i}`) !== partition) i++;
    await measured(world, end + 5, `refill-${i}`);
  }
}

/** With no instance running, `surgery` is done to the topic; the next that starts must end, naming what it found. */
const surgical = (name: string, code: RegExp, surgery: (world: World, topic: string) => Promise<void>): Kind => ({
  name,
  instances: 1,
  once: true,
  async round(world) {
    await world.quiet();
    await measured(world, 20);
    await world.rest();
    const done = await world.judge();
    if (done.total > 0) throw new Error(`before the fault: ${done.words.join('; ')}`);
    for (const instance of [...world.instances]) await world.retire(instance);
    await surgery(world, 'toy.measured');
    const commits = await world.view.commits();
    const next = world.start();
    const timer = setTimeout(() => next.signal('SIGKILL'), 60_000);
    const { code: ending, failure } = await next.ended;
    clearTimeout(timer);
    if (ending !== 3 || failure === null || !code.test(failure) || !/reset the group/.test(failure))
      throw new Missed(`it ended with ${String(ending)}: ${failure ?? 'without a word'}`);
    const changed = [...(await world.view.commits())].filter(
      ([task, seq]) => !task.startsWith('latest') && seq !== commits.get(task),
    );
    const skipped = changed.filter(
      ([task]) => /^(chain|mirror)\|/.test(task) && task.endsWith(String(world.partitionOf(account_id))),
    );
    if (skipped.length > 0) throw new Error(`it went on all the same: ${JSON.stringify(skipped)}`);
    return failure;
  },
});

export const logKinds: readonly Kind[] = [
  surgical('offsets out of range', /the log starts at/, async (world, topic) => {
    const partition = world.partitionOf(account_id);
    await measured(world, 10);
    const { end } = await world.view.log.range(topic, partition);
    await cutBefore(world.servers.kafka.brokers, `${world.namespace}.${topic}`, partition, end - 2);
  }),
  surgical('topic emptied', /the log ends at/, (world, topic) =>
    emptied(world.servers.kafka.brokers, `${world.namespace}.${topic}`, world.view.log.partitions),
  ),
  surgical('topic truncated and refilled', /not the one that was taken/, async (world, topic) => {
    const { log } = world.view;
    const ends: number[] = [];
    for (let partition = 0; partition < log.partitions; partition++) ends.push((await log.range(topic, partition)).end);
    await emptied(world.servers.kafka.brokers, `${world.namespace}.${topic}`, log.partitions);
    await refilled(world, ends);
  }),
];
