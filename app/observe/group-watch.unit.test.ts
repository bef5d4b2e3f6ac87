import { describe, expect, it } from 'vitest';
import { GroupWatch, observed_lag } from './group-watch.ts';

const running = (lag: number) => ({ group: 'a', state: 'running', lag, reason: null }) as const;

describe('how a group does', () => {
  it('is an event where it is behind, again after ten minutes, and once when it has caught up', () => {
    const watch = new GroupWatch();
    const lags = [0, observed_lag - 1, observed_lag, observed_lag * 2, observed_lag, 5, 0];
    const said = lags.map((lag, minute) =>
      watch.look([running(lag)], minute * 60_000, 1_800_000_000_000).map(({ value }) => value.lag),
    );
    expect(said).toEqual([[], [], [observed_lag], [], [], [5], []]);
    const slow = new GroupWatch();
    const every = Array.from(
      { length: 21 },
      (_, minute) => slow.look([running(observed_lag)], minute * 60_000, 1).length,
    );
    expect(every.flatMap((count, minute) => (count > 0 ? [minute] : []))).toEqual([0, 10, 20]);
  });

  it('is an event at once where it stops, with the reason in one line', () => {
    const watch = new GroupWatch();
    watch.look([running(observed_lag)], 0, 1);
    const [event] = watch.look(
      [{ group: 'a', state: 'stopped', lag: 3, reason: 'it threw\nat line 3' }],
      1,
      1_800_000_000_000,
    );
    expect(event).toEqual({
      topic: 'group.observed',
      value: {
        ...{ account_id: '*', group: 'a', state: 'stopped', lag: 3, limit: observed_lag },
        reason: 'it threw at line 3',
        at_ms: 1_800_000_000_000,
      },
    });
  });
});
