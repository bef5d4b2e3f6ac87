import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SourceBatch } from '../../engine/engine.ts';
import { hour_ms } from '../../schemas/values.ts';
import { openTicker, type TickerOptions } from './ticker.ts';

const noon_ms = Date.parse('2026-03-02T12:00:00Z');

/** A log that keeps what the ticker appends and its position. */
function options(): TickerOptions & { readonly told: string[] } {
  const told: string[] = [];
  let position: string | undefined;
  const publish = async (batch: SourceBatch): Promise<void> => {
    position = batch.position ?? undefined;
    for (const { value } of batch.events)
      told.push(new Date(Number(Reflect.get(value, 'hour_ms'))).toISOString().slice(11, 16));
  };
  const log = { position: async () => position } as unknown as TickerOptions['engine']['log'];
  return { engine: { publish, log }, now_ms: () => Date.now(), told };
}

describe('the ticker', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: noon_ms + 5 * 60_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells a new folder the hour that ended last, then each hour when it ends', async () => {
    const given = options();
    const ticker = await openTicker(given);
    const playing = ticker.play();
    await vi.advanceTimersByTimeAsync(0);
    expect(given.told).toEqual(['11:00']);
    await vi.advanceTimersByTimeAsync(54 * 60_000);
    expect(given.told).toEqual(['11:00']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(given.told).toEqual(['11:00', '12:00']);
    await ticker.stop();
    await playing;
  });

  it('tells each hour that was missed once, and none twice', async () => {
    const given = options();
    const first = await openTicker(given);
    void first.play();
    await vi.advanceTimersByTimeAsync(0);
    await first.stop();
    vi.setSystemTime(noon_ms + 3 * hour_ms + 1);
    const second = await openTicker(given);
    void second.play();
    await vi.advanceTimersByTimeAsync(0);
    expect(given.told).toEqual(['11:00', '12:00', '13:00', '14:00']);
    await second.stop();
    const third = await openTicker(given);
    void third.play();
    await vi.advanceTimersByTimeAsync(0);
    expect(given.told).toHaveLength(4);
    await third.stop();
  });

  it('catches up after weeks in several appends', async () => {
    const given = options();
    const first = await openTicker(given);
    void first.play();
    await vi.advanceTimersByTimeAsync(0);
    await first.stop();
    vi.setSystemTime(noon_ms + 20 * 24 * hour_ms);
    const second = await openTicker(given);
    void second.play();
    await vi.advanceTimersByTimeAsync(10);
    expect(given.told).toHaveLength(1 + 20 * 24);
    await second.stop();
  });
});
