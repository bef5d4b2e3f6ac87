import { describe, expect, it } from 'vitest';
import { SimulatedAdPlatform } from '../../ports/ad-platform/simulated/simulated.ts';
import type { RunningSource } from '../assemble.ts';
import { noSource } from './none.ts';
import { sharedSource } from './shared-source.ts';

const logger = { info: () => undefined, warn: () => undefined } as never;
const platform = new SimulatedAdPlatform({ seed: 1, first_ms: 0 });
/** Another instance has the part. */
const taken = {
  take: () => Promise.resolve(false),
  renew: () => Promise.resolve(false),
  giveUp: () => Promise.resolve(),
};

async function standingBy(source: Partial<RunningSource>): Promise<RunningSource> {
  const open = (): Promise<RunningSource> => Promise.resolve({ ...noSource, platform, ...source });
  return sharedSource({ part: taken, open, logger, look_ms: 1_000 });
}

describe('an instance that stands by', () => {
  it('asks a platform that is outside of the program: its groups write budgets too', async () => {
    expect((await standingBy({ asked_by_all: true })).platform).toBe(platform);
  });

  it('asks none that lives in the instance which plays', async () => {
    expect((await standingBy({})).platform).toBeUndefined();
  });
});
