/** A broker and a Redis for the tests of a file. */
import { afterAll, beforeAll } from 'vitest';
import { Services } from './services.ts';

export interface OnBroker {
  /** Known once the tests begin. */
  readonly brokers: readonly string[];
  readonly redis_url: string;
  /** For more servers of the same file. */
  readonly folder: string;
}

/** Those of the test run where there are, else started before the tests of this file; stopped after them. */
export function onBroker(): OnBroker {
  const services = new Services();
  const found = { brokers: [] as readonly string[], redis_url: '', folder: services.folder };
  beforeAll(async () => {
    [found.brokers, found.redis_url] = await Promise.all([services.kafka(), services.redis()]);
  }, 120_000);
  afterAll(() => services.stop());
  return found;
}
