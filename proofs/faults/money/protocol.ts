/** What a round on Kafka and its workers say to each other, and the engine that both open. */
import { z } from 'zod';
import type { KafkaEngineOptions } from '../../../engine/kafka/kafka.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { money } from '../../../policy/money-shape.ts';
import { budgetExecutor } from '../../../processors/budget-executor/decide.ts';
import { budgetPool } from '../../../processors/budget-executor/pool/decide.ts';
import { budgetWriter, type BudgetOutside } from '../../../processors/budget-executor/write/call.ts';
import { testOptions } from '../../../testing/options.ts';

const place = {
  brokers: z.array(z.string()),
  redis_url: z.string(),
  namespace: z.string(),
  money: z.strictObject(money),
};

export const workerTask = z.object({
  ...place,
  name: z.string(),
  base_url: z.string(),
  token: z.string(),
  session_ms: z.number(),
  deadline_ms: z.number(),
  now_ms: z.number(),
});
export type WorkerTask = z.infer<typeof workerTask>;
export type Place = Pick<WorkerTask, keyof typeof place>;

export const order = z.discriminatedUnion('do', [
  z.object({ do: z.literal('time'), now_ms: z.number() }),
  z.object({ do: z.literal('stop') }),
]);
export type Order = z.infer<typeof order>;

export const said = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready') }),
  z.object({ event: z.literal('time') }),
  z.object({ event: z.literal('writes'), id: z.string() }),
  z.object({ event: z.literal('failed'), text: z.string() }),
  z.object({ event: z.literal('stopped') }),
]);
export type Said = z.infer<typeof said>;

/** The groups that move money on Kafka, with the topics that they need and no others. */
export function moneyOptions(
  { brokers, redis_url, namespace, money: limits }: Place,
  outside: BudgetOutside,
): Omit<KafkaEngineOptions, 'sharing'> {
  const policy = { ...defaultPolicy, money: limits };
  const processors = [budgetExecutor, budgetPool, budgetWriter(outside)];
  const { topology, ...options } = testOptions(processors);
  const wirings = processors.map(({ wiring }) => wiring);
  const names = new Set<string>(wirings.flatMap(({ reads, emits }) => [...reads, ...emits].map(({ name }) => name)));
  const others = [options.deadLetters.topic, options.policy.topic];
  return {
    ...options,
    topology: { processors, topics: topology.topics.filter(({ name }) => names.has(name) || others.includes(name)) },
    policy: { ...options.policy, parse: () => policy, initial: policy },
    kafka: { brokers, client_id: 'oracle', topic_prefix: `${namespace}.` },
    redis_url,
    namespace,
    stamps: 'broker',
    clock: { now_ms: () => Date.now() },
    rows: { send: () => Promise.resolve() },
  };
}
