import { describe, expect, it } from 'vitest';
import { jsonCodec, toyOptions } from '../../testing/toy/options.ts';
import { engineContract, type Harness } from '../engine.contract.ts';
import type { Runtime } from '../runtime.ts';
import { explain } from '../explain/explain.ts';
import { Driver } from './driver.ts';

async function open(): Promise<Harness> {
  const driver = new Driver({ ...toyOptions, start_ms: 1_700_000_000_000 });
  await driver.start();
  return {
    get engine(): Runtime {
      return driver.engine;
    },
    rows: driver.rows.sent,
    async restart() {
      await driver.stop();
      await driver.start();
      return driver.engine;
    },
    end: () => driver.stop(),
  };
}

engineContract('the driver', open);

describe('a decision that the code of today makes otherwise', () => {
  it('is explained from the state key it was made for', async () => {
    let code = 'of then';
    const codec = {
      ...jsonCodec,
      encode: (topic: string, value: object) =>
        jsonCodec.encode(topic, topic === 'toy.link' ? { ...value, code } : value),
    };
    const driver = new Driver({ ...toyOptions, codec, start_ms: 1_700_000_000_000 });
    await driver.start();
    const measured = (ad_id: string): object => ({ account_id: 'a', ad_id, amount: 1 });
    const events = ['x', 'y', 'y', 'z'].map((ad_id) => ({ topic: 'toy.measured', value: measured(ad_id) }));
    await driver.engine.publish({ source: 'test', position: '1', events });
    await driver.settle();
    await driver.engine.publish({
      source: 'test',
      position: '2',
      events: [{ topic: 'toy.hour', value: { hour: 1 } }],
    });
    await driver.settle();
    const partition = driver.engine.partitionOf('a');
    const { end } = await driver.engine.log.range('toy.link', partition);
    const links = await driver.engine.log.read('toy.link', partition, end - 3, 3);

    code = 'of today';
    const explained = await Promise.all(links.map(({ name }) => name && explain(driver.engine, 'toy.link', name)));
    expect(explained).toMatchObject([
      { stateKey: 'x', reproduced: false, inputs_total: 1 },
      { stateKey: 'y', reproduced: false, inputs_total: 2 },
      { stateKey: 'z', reproduced: false, inputs_total: 1 },
    ]);
    await driver.stop();
  });
});
