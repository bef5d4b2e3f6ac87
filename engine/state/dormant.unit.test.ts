/** Keys that a decision puts to rest: no tick visits them until another decision says otherwise. */
import { afterEach, describe, expect, it } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import type { AnyProcessor, ErasedDecision } from '../../topology/processor.ts';
import { Driver } from '../driver/driver.ts';

/** Keys that a tick visits in one commit. */
const tick_keys = 3;
let driver: Driver;
let position = 0;
/** Puts each key to rest of which a decision is made about such an event. */
let rests: (topic: string, event: object) => boolean;

/** The toy whose `chain` rests as the test says. */
const resting = (chain: AnyProcessor): AnyProcessor => ({
  ...chain,
  decide: Object.fromEntries(
    Object.entries(chain.decide).map(([topic, decide]) => [
      topic,
      (...met: Parameters<typeof decide>): ErasedDecision => ({ ...decide(...met), dormant: rests(topic, met[1]) }),
    ]),
  ),
});
const processors = toyOptions.topology.processors.map((one) => (one.wiring.group === 'chain' ? resting(one) : one));

const started = async (): Promise<void> => {
  driver = new Driver({
    ...toyOptions,
    topology: { ...toyOptions.topology, processors },
    limits: { ...toyOptions.limits, tick_keys },
    start_ms: 1_700_000_000_000,
  });
  await driver.start();
};
const restarted = async (): Promise<void> => {
  await driver.stop();
  await driver.start();
};
const published = async (topic: string, ...values: object[]): Promise<void> => {
  const events = values.map((value) => ({ topic, value }));
  await driver.engine.publish({ source: 'test', position: String(++position), events });
  await driver.settle();
};
const measured = (amount: number, ad_id = 'x'): Promise<void> =>
  published('toy.measured', { account_id: 'a', ad_id, amount });
const tick = (): Promise<void> => published('toy.hour', { hour: 1 });
const ofKey = (ad_id = 'x'): Promise<unknown> => driver.engine.state('chain', 'a', ad_id);

afterEach(() => driver.stop());

describe('a key that was visited by ticks', () => {
  it('is left out from a decision on that puts it to rest, until one that does not; restarts change neither', async () => {
    rests = (_topic, event) => Reflect.get(event, 'amount') === 0;
    await started();
    await measured(1);
    await tick();
    expect(await ofKey()).toMatchObject({ n: 2 });
    await measured(0);
    await tick();
    expect(await ofKey()).toMatchObject({ n: 3 });
    await restarted();
    await tick();
    expect(await ofKey()).toMatchObject({ n: 3 });
    await measured(1);
    await restarted();
    await tick();
    expect(await ofKey()).toMatchObject({ n: 5 });
  });

  it('is left out from the next tick on when a tick puts it to rest; that tick visits each key once all the same', async () => {
    rests = (topic) => topic === 'toy.hour';
    await started();
    // More keys than one commit visits, so that the set shrinks while the visit goes on.
    const ads = Array.from({ length: 2 * tick_keys + 1 }, (_, i) => `ad-${i}`);
    for (const ad of ads) await measured(1, ad);
    await tick();
    for (const ad of ads) expect(await ofKey(ad)).toMatchObject({ n: 2 });
    await tick();
    await restarted();
    await tick();
    for (const ad of ads) expect(await ofKey(ad)).toMatchObject({ n: 2 });
  });
});
