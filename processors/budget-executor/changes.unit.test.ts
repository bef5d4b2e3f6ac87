/** Splits, switching off, taking back: what each kind of change does and leaves alone. */
import { describe, expect, it } from 'vitest';
import type { MoneyPolicy } from '../../policy/money.ts';
import type { Loop } from '../../testing/money/loop.ts';
import { winner } from '../../testing/money/winner.ts';

const a = ({ platform }: Loop): number => platform.minor('a');

describe('a read that fails', () => {
  it('does not end what people wait for: it is asked again', async () => {
    const loop = await winner();
    await loop.hours(1);
    const change_id = loop.last?.change_id ?? '';
    loop.platform.fault = (kind) => (kind === 'read' ? 'unreadable' : 'none');
    await loop.command('undo', { change_id });
    await loop.hours(2);
    expect(a(loop)).toBe(12_000);
    loop.platform.fault = () => 'none';
    await loop.hours(4);
    expect(a(loop)).toBe(10_000);
    const ended = loop.told.filter(
      ({ kind, state }) => kind === 'undo' && ['applied', 'failed', 'skipped'].includes(state),
    );
    expect(ended.map(({ state }) => state)).toEqual(['applied']);
  });
});

describe('a split', () => {
  async function splitting(money: Partial<MoneyPolicy> = {}): Promise<Loop> {
    const loop = await winner(money);
    loop.state = { ...loop.state, scaling: [] };
    return loop;
  }

  it('moves as far as one step goes, and the sum stays: the lower one first', async () => {
    const loop = await splitting();
    await loop.split({ a: 0.9, b: 0.1 });
    await loop.hours(1);
    expect([a(loop), loop.platform.minor('b')]).toEqual([12_000, 8_000]);
    expect(loop.platform.history.map(({ owner_id }) => owner_id)).toEqual(['b', 'a']);
    expect(loop.last).toMatchObject({ kind: 'allocation', state: 'applied' });
  });

  it('of which one part is refused goes back as it was', async () => {
    const loop = await splitting();
    await loop.split({ a: 0.9, b: 0.1 });
    let writes = 0;
    loop.platform.fault = (kind) => (kind === 'write' && ++writes === 2 ? 'refused' : 'none');
    await loop.hours(3);
    expect([a(loop), loop.platform.minor('b')]).toEqual([10_000, 10_000]);
    expect(loop.states.slice(-3)).toEqual(['uncertain throttled', 'compensating throttled', 'compensated throttled']);
  });

  it('that is killed half way waits for the end of the kill and goes back then', async () => {
    const loop = await splitting();
    await loop.split({ a: 0.9, b: 0.1 });
    let writes = 0;
    loop.platform.fault = (kind) => {
      if (kind === 'write' && ++writes === 1) void loop.command('kill');
      return 'none';
    };
    await loop.hours(1);
    expect(loop.platform.minor('b')).toBe(8_000);
    await loop.hours(5);
    expect(loop.platform.minor('b')).toBe(8_000);
    await loop.command('unkill');
    await loop.hours(2);
    expect([a(loop), loop.platform.minor('b')]).toEqual([10_000, 10_000]);
    expect(loop.last?.state).toBe('compensated');
  });

  it('gives way to a winner that is being raised', async () => {
    const loop = await winner();
    await loop.split({ a: 0.1, b: 0.9 });
    await loop.hours(1);
    await loop.split({ a: 0.1, b: 0.9 });
    await loop.hours(7);
    expect(a(loop)).toBe(12_000);
    expect(loop.platform.minor('b')).toBe(10_000);
    expect(loop.states).toContain('skipped promotion_first');
  });

  it.each(['randomised', 'observational', null] as const)('of a %s design is left alone', async (design) => {
    const loop = await splitting();
    loop.state = { ...loop.state, campaigns: loop.state.campaigns.map((one) => ({ ...one, design })) };
    await loop.split({ a: 0.9, b: 0.1 });
    await loop.hours(1);
    expect(loop.states).toEqual(['skipped design']);
    expect(loop.platform.history).toEqual([]);
  });
});

describe('a beaten ad', () => {
  it('is switched off after the same evidence three times in a row, not before', async () => {
    const loop = await winner({ mode: 'auto', pause_after: 3 });
    await loop.evidence({ blocks: 11 });
    await loop.evidence({ blocks: 12 });
    expect(loop.platform.history).toEqual([]);
    await loop.evidence({ blocks: 13 });
    expect(loop.platform.history).toMatchObject([{ ad_id: 'ad-b', from: 'ACTIVE', to: 'PAUSED' }]);
  });

  it('is not where one of them said otherwise', async () => {
    const loop = await winner({ pause_after: 3 });
    await loop.evidence({ blocks: 11 });
    await loop.evidence({ blocks: 12 });
    await loop.evidence({ blocks: 13, e_value: 2 });
    await loop.evidence({ blocks: 14 });
    await loop.evidence({ blocks: 14 });
    expect(loop.platform.history).toEqual([]);
  });

  it('is never switched off while conversions are not counted', async () => {
    const loop = await winner({ pause_after: 1 });
    await loop.health({ tracking_lost: true });
    await loop.evidence({ blocks: 11 });
    expect(loop.states).toEqual(['skipped tracking_lost']);
    expect(loop.platform.history).toEqual([]);
  });
});

describe('a winner that is taken back', () => {
  it('gets no further step and its budget goes back', async () => {
    const loop = await winner();
    await loop.hours(1);
    await loop.scale({ kind: 'revert', reason: 'restated' });
    await loop.hours(1);
    expect(a(loop)).toBe(10_000);
    await loop.hours(48);
    expect(a(loop)).toBe(10_000);
  });

  it('before a person approved its first step leaves nothing to approve', async () => {
    const loop = await winner({ mode: 'approve' });
    await loop.hours(1);
    const change_id = loop.last?.change_id ?? '';
    await loop.scale({ kind: 'revert', reason: 'restated' });
    await loop.command('approve', { change_id });
    expect(loop.states).toContain('cancelled withdrawn');
    expect(loop.platform.history).toEqual([]);
  });
});

describe('undo', () => {
  it('takes one change back', async () => {
    const loop = await winner();
    await loop.hours(1);
    await loop.command('undo', { change_id: loop.last?.change_id ?? '' });
    await loop.hours(1);
    expect(a(loop)).toBe(10_000);
    expect(loop.last).toMatchObject({ kind: 'undo', state: 'applied', actor: 'sam' });
    await loop.command('undo', { change_id: loop.last?.undoes ?? '' });
    expect(a(loop)).toBe(10_000);
  });

  it('takes everything since a time back, the newest first', async () => {
    const loop = await winner({ request_hours: 336 });
    await loop.hours(26);
    expect(a(loop)).toBe(14_400);
    await loop.evidence({ blocks: 11 });
    await loop.command('undo_since', { since_ms: 0 });
    await loop.hours(2);
    expect(a(loop)).toBe(10_000);
    expect(loop.platform.minor('b')).toBe(10_000);
  });

  it('of a change that another followed says so and writes nothing', async () => {
    const loop = await winner({ request_hours: 336 });
    await loop.hours(1);
    const change_id = loop.last?.change_id ?? '';
    await loop.hours(25);
    expect(a(loop)).toBe(14_400);
    await loop.command('undo', { change_id });
    expect(loop.states.at(-1)).toBe('skipped changed_outside');
    expect(a(loop)).toBe(14_400);
  });

  it('switches an ad on again', async () => {
    const loop = await winner({ pause_after: 1 });
    await loop.evidence({ blocks: 11 });
    expect(loop.platform.history).toHaveLength(1);
    await loop.command('undo', { change_id: loop.last?.change_id ?? '' });
    await loop.hours(1);
    expect(loop.platform.history).toContainEqual(expect.objectContaining({ ad_id: 'ad-b', to: 'ACTIVE' }));
  });

  it('goes before a raise that waits for a person', async () => {
    const loop = await winner({ raise_share_24h: 1 });
    await loop.hours(1);
    const change_id = loop.last?.change_id ?? '';
    loop.set({ mode: 'approve' });
    await loop.hours(7);
    expect(loop.last?.state).toBe('awaiting_approval');
    await loop.command('undo', { change_id });
    expect(loop.states).toContain('cancelled superseded');
    expect(a(loop)).toBe(10_000);
  });

  it('sent twice counts once', async () => {
    const loop = await winner();
    await loop.hours(1);
    const command = { change_id: loop.last?.change_id ?? '', command_id: 'same' };
    await loop.command('undo', command);
    const told = loop.told.length;
    await loop.command('undo', command);
    expect(loop.told).toHaveLength(told);
  });
});

describe('a mode that a person set', () => {
  it('makes an account more careful than its policy, never less', async () => {
    const careful = await winner({ mode: 'auto' });
    await careful.command('mode', { mode: 'dry_run' });
    await careful.hours(1);
    expect(careful.states).toEqual(['would_apply dry_run']);
    const free = await winner({ mode: 'dry_run' });
    await free.command('mode', { mode: 'auto' });
    await free.hours(1);
    expect(free.platform.history).toEqual([]);
  });
});
