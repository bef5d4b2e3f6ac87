/** What goes back and raises: it waits for room under every cap, as every raise does, and is never dropped untold. */
import { describe, expect, it } from 'vitest';
import type { MoneyPolicy } from '../../policy/money.ts';
import type { BudgetPoolRequested } from '../../schemas/index.ts';
import type { Loop } from '../../testing/money/loop.ts';
import { limits, winner } from '../../testing/money/winner.ts';

const minors = ({ platform }: Loop): readonly number[] => [platform.minor('a'), platform.minor('b')];

/** A split of 10000 and 10000 whose lower part is written, 8000, and whose other part is refused: it is to go back. */
async function halfSplit(money: Partial<MoneyPolicy> = {}): Promise<Loop> {
  const loop = await winner(money);
  loop.state = { ...loop.state, scaling: [] };
  await loop.split({ a: 0.9, b: 0.1 });
  let writes = 0;
  loop.platform.fault = (kind) => (kind === 'write' && ++writes === 2 ? 'refused' : 'none');
  await loop.hours(1);
  expect(minors(loop)).toEqual([10_000, 8_000]);
  return loop;
}

/** Another account of the currency, as the pool knows it. */
function other(loop: Loop, minor: number, parts: BudgetPoolRequested['parts'] = []): void {
  const accounts = loop.pool.accounts.filter(({ account_id }) => account_id !== 'other');
  loop.pool = { ...loop.pool, accounts: [...accounts, { account_id: 'other', currency: 'USD', minor, parts }] };
}

const ends = ({ told }: Loop): readonly string[] =>
  told
    .filter(({ kind, state }) => kind === 'allocation' && (state === 'compensated' || state === 'stood_down'))
    .map(({ state, code }) => `${state} ${code}`);

/** Each cap that somebody else fills, and empties again. */
const caps: readonly (readonly [
  string,
  { readonly money: Partial<MoneyPolicy>; fill(loop: Loop): void; empty(loop: Loop): void },
])[] = [
  [
    'account_cap',
    {
      money: limits({ account_daily_minor: 20_500 }),
      fill: (loop) => loop.platform.add({ account_id: 'act', owner_id: 'c', daily_minor: 501 }),
      empty: (loop) => loop.platform.humanSets('c', 500),
    },
  ],
  [
    'global_cap',
    {
      money: limits({ global_daily_minor: 60_000 }),
      fill: (loop) => other(loop, 41_999),
      empty: (loop) => other(loop, 40_000),
    },
  ],
  [
    'pool_cap',
    {
      money: { pools: [{ name: 'sale', currency: 'USD', daily_minor: 60_000, members: ['b', 'other'] }] },
      fill: (loop) => other(loop, 50_001, [{ pool: 'sale', minor: 50_001 }]),
      empty: (loop) => other(loop, 50_000, [{ pool: 'sale', minor: 50_000 }]),
    },
  ],
];

describe.each(caps)('what goes back while there is no room under the %s', (code, { money, fill, empty }) => {
  it('waits, says so once, and goes back when there is room', async () => {
    const loop = await halfSplit({ ...money });
    fill(loop);
    await loop.hours(5);
    expect(loop.platform.minor('b')).toBe(8_000);
    const told = loop.told.filter((one) => one.state === 'compensating' && one.code === code);
    expect(told).toHaveLength(1);
    expect(told[0]?.reason).toContain('b goes back from 8000 to 10000 when there is room');
    empty(loop);
    await loop.hours(2);
    expect(minors(loop)).toEqual([10_000, 10_000]);
    expect(ends(loop)).toEqual(['compensated throttled']);
    const known = loop.pool.accounts.find(({ account_id }) => account_id === 'act');
    expect(known?.minor).toBe(loop.platform.total('act'));
  });

  it('stays as it was written, and says so, after the time that a change waits for a person', async () => {
    const loop = await halfSplit({ ...money, approval_hours: 4 });
    fill(loop);
    await loop.hours(8);
    expect(loop.platform.minor('b')).toBe(8_000);
    expect(ends(loop)).toEqual([`stood_down ${code}`]);
    expect(loop.last?.reason).toContain('b stays as it was written');
    expect(loop.state.open).toEqual([]);
  });

  it('stays at once where a person rejects it', async () => {
    const loop = await halfSplit({ ...money });
    fill(loop);
    await loop.hours(2);
    await loop.command('reject', { change_id: loop.last?.change_id ?? '', reason: 'leave it' });
    expect(ends(loop)).toEqual(['stood_down rejected']);
    empty(loop);
    await loop.hours(2);
    expect(loop.platform.minor('b')).toBe(8_000);
  });
});

describe('what goes back', () => {
  it('is not taken for rejected before it waits for room: a reject of another moment changes nothing', async () => {
    const loop = await halfSplit();
    await loop.command('reject', { change_id: loop.last?.change_id ?? '' });
    await loop.hours(2);
    expect(ends(loop)).toEqual(['compensated throttled']);
  });

  it('does not rise above the cap of one budget that was lowered meanwhile', async () => {
    const loop = await halfSplit();
    loop.set(limits({ owner_daily_minor: 9_999 }));
    await loop.hours(3);
    expect(loop.platform.minor('b')).toBe(8_000);
    expect(loop.last).toMatchObject({ state: 'compensating', code: 'owner_cap' });
  });

  it('does not rise above what may be spent that day', async () => {
    const loop = await halfSplit();
    loop.set(limits({ account_worst_case_minor: 35_000 }));
    loop.platform.humanSets('a', 10_001);
    await loop.hours(3);
    expect(loop.last).toMatchObject({ state: 'compensating', code: 'worst_case' });
    loop.platform.humanSets('a', 9_000);
    // What was 10001 may have been spent that day; it goes back on the next.
    await loop.hours(12);
    expect(loop.platform.minor('b')).toBe(8_000);
    await loop.hours(12);
    expect(minors(loop)).toEqual([9_000, 10_000]);
  });

  it('is not written where people stopped all while the pool was asked', async () => {
    const loop = await halfSplit();
    loop.pool = { ...loop.pool, halted: { actor: 'sam', reason: 'test' } };
    await loop.hours(3);
    expect(loop.platform.minor('b')).toBe(8_000);
    loop.pool = { ...loop.pool, halted: null };
    await loop.hours(2);
    expect(ends(loop)).toEqual(['compensated throttled']);
  });

  it('leaves the pool with what the account comes to while it waits: others may not raise into that room', async () => {
    const loop = await halfSplit(limits({ account_daily_minor: 20_500 }));
    loop.platform.humanSets('a', 13_500);
    await loop.hours(2);
    expect(loop.pool.accounts).toMatchObject([{ account_id: 'act', minor: 21_500 }]);
  });
});

describe('an undo that raises', () => {
  async function undone(money: Partial<MoneyPolicy> = {}): Promise<Loop> {
    const loop = await winner({ ...money, ...limits({ global_daily_minor: 60_000 }) });
    loop.state = { ...loop.state, scaling: [] };
    await loop.split({ a: 0.9, b: 0.1 });
    await loop.hours(1);
    expect(minors(loop)).toEqual([12_000, 8_000]);
    other(loop, 40_001);
    await loop.command('undo', { change_id: loop.last?.change_id ?? '' });
    await loop.hours(2);
    return loop;
  }
  const undo = ({ told }: Loop): readonly string[] =>
    told.filter(({ kind }) => kind === 'undo').map(({ state, code }) => `${state} ${code}`);

  it('waits for room, says so once, and is done when there is some', async () => {
    const loop = await undone();
    expect(minors(loop)).toEqual([12_000, 8_000]);
    expect(undo(loop)).toEqual(['queued undo', 'queued global_cap']);
    other(loop, 40_000);
    await loop.hours(2);
    expect(minors(loop)).toEqual([10_000, 10_000]);
    expect(undo(loop).at(-1)).toBe('applied verified');
  });

  it('ends where a person rejects it, or when it waited as long as an approval would', async () => {
    const rejected = await undone();
    await rejected.command('reject', { change_id: rejected.last?.change_id ?? '' });
    expect(undo(rejected).at(-1)).toBe('rejected rejected');
    const late = await undone({ approval_hours: 3 });
    await late.hours(5);
    expect(undo(late)).toEqual(['queued undo', 'queued global_cap', 'skipped global_cap']);
    expect(late.state.open).toEqual([]);
  });
});
