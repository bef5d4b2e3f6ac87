import { expect, it } from 'vitest';
import { configOf, type TopicPlan } from './topics.ts';

const retention = (plan: Omit<TopicPlan, 'topic' | 'partitions'>, by_broker: boolean): string | undefined =>
  configOf({ topic: 't', partitions: 1, ...plan }, { by_broker }).find(({ name }) => name === 'retention.ms')?.value;

it('a topic is kept as long as it says where brokers stamp, and for ever where its records are of another time', () => {
  expect(retention({ keep_ms: 5_000 }, true)).toBe('5000');
  expect(retention({}, true)).toBe('-1');
  expect(retention({ keep_ms: 5_000 }, false)).toBe('-1');
});
