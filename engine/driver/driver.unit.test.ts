import { engineContract, type Harness } from '../engine.contract.ts';
import type { Runtime } from '../runtime.ts';
import { toyOptions } from '../../testing/toy/options.ts';
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
