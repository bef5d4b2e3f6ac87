/** The gateway of an instance on a real broker and a real Redis. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SharedGateway } from '../../engine/kafka/redis/buckets.ts';
import { openKafka } from '../../engine/kafka/kafka.ts';
import { runningProgram, type ProgramOptions, type RunningProgram } from '../../testing/running-program.ts';
import { Services } from '../../testing/services/services.ts';
import type { Access } from '../assemble.ts';
import { sharedBuckets, sharedReplies } from '../open/access.ts';
import { bearer, routesContract } from './routes.contract.ts';
import { Contract } from './testing/contract.ts';
import { ofAd } from './testing/implied.ts';

const services = new Services();
const namespace = randomUUID();
let program: RunningProgram;
let contract: Contract;

beforeAll(async () => {
  const [brokers, redis_url] = await Promise.all([services.kafka(), services.redis()]);
  const shared = new SharedGateway({ url: redis_url, secrets: {}, namespace });
  const access: Access = {
    oidc: null,
    origins: [],
    shared: { buckets: sharedBuckets(shared), replies: sharedReplies(shared) },
    close: () => Promise.resolve(shared.close()),
  };
  const engine: ProgramOptions['engine'] = async ({ folder: _, onFailure, ...options }) => {
    const kafka = { brokers, client_id: namespace, topic_prefix: `${namespace}.` };
    const at = { kafka, redis_url, namespace, sharing: null, stamps: 'clock' } as const;
    const opened = await openKafka({ ...options, ...at, ...(onFailure && { onFailure }) });
    return { kind: 'kafka', ...opened, announce: () => undefined, failed: new Promise(() => undefined) };
  };
  program = await runningProgram({ days: 3, engine, access });
  contract = await Contract.of(program.url);
}, 300_000);
afterAll(async () => {
  await program.stop();
  await services.stop();
});

// A backtest reads the folder of a log, which there is none of here: it is run by the command line.
routesContract('Kafka', () => ({ program, contract }), { backtest_policy: 400 });

it('a change under an Idempotency-Key is done once, whichever instance is asked', async () => {
  const keyed = { ...bearer, 'idempotency-key': 'one' };
  const answers = [
    await contract.ask('fetch_ad_actuals', { ...ofAd, days_back: 3 }, keyed),
    await contract.ask('fetch_ad_actuals', { ...ofAd, days_back: 3 }, keyed),
  ];
  expect(answers[1]?.text).toBe(answers[0]?.text);
  expect(answers.map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
});
