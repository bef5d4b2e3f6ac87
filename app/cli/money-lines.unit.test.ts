import pc from 'picocolors';
import { expect, it } from 'vitest';
import type { MoneyView, PlannedChange } from '../operations/money/view.ts';
import { approvalLines } from './commands/money.ts';

const leg = {
  level: 'adset',
  id: 'set_a',
  owner_id: 'set_a',
  from_minor: 10_000,
  to_minor: 12_000,
  to_status: null,
  state: 'planned',
} as const;

const view: MoneyView = {
  account_id: 'act_1',
  mode: 'approve',
  killed: null,
  halted: null,
  breaker_until_ms: null,
  waiting: [
    {
      change_id: 'act_1.7',
      kind: 'scale',
      legs: [leg],
      affected_ad_ids: ['ad_a', 'ad_x'],
      currency: 'USD',
      account_after_minor: 22_000,
      worst_case_minor: 38_500,
      waits_until_ms: Date.UTC(2026, 10, 27, 8),
      why: 'A person has to approve.',
    },
  ],
  underway: [],
  applied: [
    {
      change_id: 'act_1.3',
      kind: 'pause',
      legs: [{ ...leg, level: 'ad', id: 'ad_b', from_minor: null, to_minor: null, to_status: 'PAUSED' }],
      currency: null,
      at_ms: Date.UTC(2026, 10, 26, 8),
      undone: false,
    },
  ],
};

const plain = { colour: pc.createColors(false) };

it('a change that waits shows its amounts, all ads that it affects, and what may be spent', () => {
  const text = approvalLines(plain, [{ ...view, planned: [] }]).join('\n');
  expect(text).toContain('waits  act_1.7  scale  set_a 100.00 USD → 120.00 USD');
  expect(text).toContain(
    'affects ad_a, ad_x; account 220.00 USD a day, at most 385.00 USD spent in it; until 2026-11-27 08:00 UTC',
  );
  expect(text).toContain('act_1.3  pause  ad_b off');
});

it('an account that is stopped says by whom and why', () => {
  const killed = { actor: 'sam', reason: 'spends too fast', at_ms: 0 };
  const [first] = approvalLines(plain, [{ ...view, killed, waiting: [], applied: [], planned: [] }]);
  expect(first).toBe('act_1  stopped by sam: spends too fast');
  expect(approvalLines(plain, [])).toEqual(['No account has budgets that were looked at yet.']);
});

it('a dry run says what it would have written, each budget once', () => {
  const planned: PlannedChange = {
    ...{ account_id: 'act_1', kind: 'scale', experiment_id: 'exp', campaign_id: null, legs: [leg], currency: 'USD' },
    ...{ first_ms: Date.UTC(2026, 10, 25, 8), last_ms: Date.UTC(2026, 10, 27, 8), times: 49 },
  };
  const dry = { ...view, mode: 'dry_run', waiting: [], applied: [], planned: [planned] } as const;
  expect(approvalLines(plain, [dry])).toEqual([
    'act_1  mode dry_run',
    '  would  scale  set_a 100.00 USD → 120.00 USD  planned 49 times, last 2026-11-27 08:00 UTC',
  ]);
  // What was planned once does not stand beside what is written.
  expect(approvalLines(plain, [{ ...dry, mode: 'auto' }])[1]).toBe('  nothing waits, nothing was changed');
});
