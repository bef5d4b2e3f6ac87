/** A small number of simulated events on Kafka and, in the order of its journals, embedded; the command takes 100,000. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Services } from '../../testing/services/services.ts';
import { compared } from '../../testing/equal/compare.ts';
import { embeddedOn, redoing } from './index.ts';
import { runOnKafka, type KafkaRun } from './on-kafka.ts';

const services = new Services();
let run: KafkaRun;

beforeAll(async () => {
  const [brokers, redis_url] = await Promise.all([services.kafka(), services.redis()]);
  run = await runOnKafka({ events: 1_500, seed: 3, brokers, redis_url });
}, 120_000);
afterAll(() => services.stop());

const none = { decisions: 0, rows: 0, points: 0, states: 0 };

it('the embedded engine decides, writes and keeps what the run on Kafka did, in the order of its journals', async () => {
  const { counts, different, examples } = await compared(run, await embeddedOn(run.log), redoing);
  expect({ different, examples }).toEqual({ different: none, examples: [] });
  expect(counts.decisions).toBeGreaterThan(100);
  expect(counts.rows).toBeGreaterThan(1_500);
  expect(counts.states).toBeGreaterThan(100);
}, 120_000);

it('an event that was otherwise in one of the two is seen', async () => {
  const place = [...run.log.keys()].find((one) => one.startsWith('ad.metrics|')) ?? '';
  const changed = new Map(run.log);
  // Without the last hours of one partition: what they caused is missing, and nothing else.
  changed.set(
    place,
    (run.log.get(place) ?? []).map((record, i, all) => (i < all.length - 20 ? record : (all[0] ?? record))),
  );
  const { different } = await compared(run, await embeddedOn(changed), redoing);
  expect(different.rows).toBeGreaterThan(0);
}, 120_000);
