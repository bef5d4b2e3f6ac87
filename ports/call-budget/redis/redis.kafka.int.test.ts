import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { connectRedis } from '../../../engine/kafka/redis/redis.ts';
import { Services } from '../../../testing/services/services.ts';
import { callBudgetContract, contract_budget } from '../call-budget.contract.ts';
import { RedisCallBudget } from './redis.ts';

const services = new Services();
let url: string;
beforeAll(async () => {
  url = await services.redis();
});
afterAll(() => services.stop());

callBudgetContract(async () => {
  const namespace = randomUUID();
  const clients = [connectRedis(url), connectRedis(url)];
  const [first, second] = clients.map((client) => new RedisCallBudget(client, namespace, contract_budget));
  for (const client of clients) await client.connect();
  if (first === undefined || second === undefined) throw new Error('two clients make two budgets');
  return {
    first,
    second,
    pass: async (ms) => {
      await sleep(ms);
    },
    close: () => {
      for (const client of clients) client.disconnect();
      return Promise.resolve();
    },
  };
});
