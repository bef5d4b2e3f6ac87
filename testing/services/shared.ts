/** One broker and one Redis for all tests of a run that need them: each takes names of its own. */
import { Services } from './services.ts';

export async function setup(): Promise<() => Promise<void>> {
  const services = new Services();
  const [brokers, redis] = await Promise.all([services.kafka({ light: true }), services.redis()]);
  // Test processes are started after this, with this environment.
  process.env['TEST_KAFKA'] = brokers.join(',');
  process.env['TEST_REDIS'] = redis;
  return () => services.stop();
}
