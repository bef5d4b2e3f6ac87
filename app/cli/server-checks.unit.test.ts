import { expect, it } from 'vitest';
import { kafkaFindings } from './server-checks.ts';

const report = { brokers: 1, topics_missing: 0, topics_wrong: [], may_create: true };
const stamps = (stamps_ahead: boolean | null, tick_early_ms: number | null): string | undefined => {
  const found = kafkaFindings({ ...report, stamps_ahead, tick_early_ms }, 1).find(({ name }) => name === 'stamps');
  return found && `${found.level}: ${found.said}`;
};

it('doctor tells of brokers whose clock is ahead, and of those behind where a tick shows it', () => {
  expect(stamps(true, 0)).toMatch(/^wrong: .* 2000 ms after this clock$/);
  expect(stamps(false, 61_000)).toBe('wrong: brokers stamped the last tick 61,000 ms before its hour had ended');
  expect(stamps(false, 1_500)).toMatch(/^fine: .*the last tick not before its hour had ended$/);
  expect(stamps(false, null)).toMatch(/^fine: .*there is no tick yet$/);
  expect(stamps(null, null)).toBeUndefined();
});
