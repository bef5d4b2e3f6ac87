import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../../engine/embedded/embedded.ts';
import type { RecordedHistory } from '../../engine/backtest/recorded.ts';
import { openHistory } from '../../engine/embedded/history.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { least_clusters } from '../../learning/bootstrap.ts';
import { parsePolicy } from '../../policy/document.ts';
import type { WholePolicy } from '../../policy/policy.ts';
import { topology } from '../../processors/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { declarePolicy } from '../declare-policy.ts';
import { defaultConfig } from '../config/settings.ts';
import { engineOptions } from '../engine-options.ts';
import { openReplay } from '../sources/replay.ts';
import { openSimulated } from '../sources/simulated.ts';
import { SourceClock, type SettableClock } from '../sources/source-clock.ts';
import { backtest, type BacktestOptions, type BacktestReport } from './backtest.ts';

const folder = mkdtempSync(join(tmpdir(), 'backtest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const first_ms = Date.UTC(2026, 2, 2);
/** The first winners of this simulation are announced in its second week. */
const simulated_days = 12;

/** The history is made by all groups that decide; who asks the outside is not there, who writes rows has nothing to say. */
const deciding = topology.processors.filter(({ call, wiring }) => call === undefined && wiring.emits.length > 0);
const optionsOf = (processors = topology.processors): ReturnType<typeof engineOptions> =>
  engineOptions({ ...defaultConfig, partitions: 2 }, { ...topology, processors }, 'test');

/** Makes a history in a folder: what `play` lets happen on an engine. */
async function make(name: string, play: (engine: Runtime, clock: SettableClock) => Promise<void>): Promise<string> {
  const path = join(folder, name);
  const clock = new SourceClock();
  clock.set(first_ms);
  const failures: unknown[] = [];
  const { engine } = openEmbedded({
    ...optionsOf(deciding),
    clock,
    folder: path,
    onFailure: (error) => failures.push(error),
  });
  await engine.start();
  await play(engine, clock);
  await engine.drain();
  await engine.stop();
  expect(failures).toEqual([]);
  return path;
}

const simulate = (engine: Runtime, own: SettableClock): Promise<void> => {
  let stop: () => void = () => undefined;
  const clock: SettableClock = {
    now_ms: () => own.now_ms(),
    set(now_ms) {
      own.set(now_ms);
      if (now_ms >= first_ms + simulated_days * 24 * hour_ms) stop();
    },
  };
  return (async () => {
    await declarePolicy(engine, first_ms);
    const source = await openSimulated({ seed: 1, first_ms, speed: 'max', engine, clock, now_ms: () => first_ms });
    stop = () => void source.stop();
    await source.play();
  })();
};

const here = dirname(fileURLToPath(import.meta.url));
const csv = join(here, '../../ports/sources/ab-test-csv/testing/four-tests.csv');

async function replay(engine: Runtime, clock: SettableClock): Promise<void> {
  const source = await openReplay({ file: csv, seed: 1, speed: 'max', engine, clock, now_ms: () => first_ms });
  await declarePolicy(engine, clock.now_ms(), source.policy);
  await source.play();
}

async function run(path: string, policy: WholePolicy, options: Partial<BacktestOptions> = {}): Promise<BacktestReport> {
  const history: RecordedHistory = openHistory({ ...optionsOf(), folder: path });
  try {
    return await backtest(history, {
      policy,
      account_id: null,
      since_ms: -Infinity,
      until_ms: Infinity,
      data_folder: path,
      now_ms: () => first_ms,
      ...options,
    });
  } finally {
    await history.close();
  }
}

const wrong = ({ fidelity }: BacktestReport): number =>
  fidelity.reduce((sum, { not_made_again, not_in_log }) => sum + not_made_again + not_in_log, 0);
const recordedOf = ({ fidelity }: BacktestReport, topic: string): number =>
  fidelity.find((one) => one.topic === topic)?.recorded ?? 0;

describe('a backtest of a simulation', () => {
  let path: string;
  let same: BacktestReport;
  beforeAll(async () => {
    path = await make('simulated', simulate);
    same = await run(path, parsePolicy({}));
  }, 300_000);

  it('under the recorded policy finds every decision of the log again, and no difference', () => {
    expect(same.policy).toMatchObject({ changes: [], recorded_changes: 1 });
    expect(same.policy.other).toBe(same.policy.recorded);
    expect(wrong(same)).toBe(0);
    expect(same.groups.covered).toEqual(
      expect.arrayContaining(['thompson-sampling', 'auto-promoter.evidence', 'auto-promoter', 'fatigue-monitor']),
    );
    // Patterns of a niche have actuals in them, which the platform may have been asked for.
    expect(same.as_recorded.map(({ topic }) => topic)).toContain('niche.pattern.updated');
    expect(recordedOf(same, 'allocation.proposed')).toBeGreaterThan(1_000);
    expect(recordedOf(same, 'winner.detected')).toBeGreaterThan(0);
    expect(same.winners).toMatchObject({ only_recorded: 0, only_other: 0, earlier: 0, later: 0, differences: [] });
    expect(same.winners.both).toBe(recordedOf(same, 'winner.detected'));
    expect(same.alarms.differences).toEqual([]);
    expect(same.splits.every(({ moved_share, other_leader_hours }) => moved_share + other_leader_hours === 0)).toBe(
      true,
    );
    expect(same.effect?.clicks.per_1000_impressions).toBe(0);
  });

  it('says of each winner that a stricter policy does not announce what its evidence came to', async () => {
    const strict = await run(path, parsePolicy({ evidence: { min_lift: 5 } }));
    expect(strict.policy.changes).toEqual([{ field: 'evidence.min_lift', before: 0, after: 5 }]);
    expect(wrong(strict)).toBe(0);
    expect(strict.winners).toMatchObject({ both: 0, only_recorded: same.winners.both, only_other: 0 });
    for (const { other_ms, reason } of strict.winners.differences) {
      expect(other_ms).toBeNull();
      expect(reason).toMatch(/^not announced by the end: evidence [\d,.]+, \d+ needed, a lift of at least \+\d/);
    }
    expect(strict.effect?.winners).toMatchObject({
      recorded: { announced: same.winners.both, false: 0 },
      other: { announced: 0, share_low: null },
    });
    // The rule of winners moves no budget.
    expect(strict.splits.every(({ moved_share }) => moved_share === 0)).toBe(true);
  });

  it('says what other splits gain by the true rates, with an interval over campaigns', async () => {
    // Every ad set keeps an equal share whatever is known of it: that costs clicks.
    const spread = await run(path, parsePolicy({ allocation: { floor_of_equal: 1 } }));
    expect(spread.splits.some(({ moved_share }) => moved_share > 0.02)).toBe(true);
    const clicks = spread.effect?.clicks;
    expect(clicks?.campaigns).toBeGreaterThanOrEqual(least_clusters);
    expect(clicks?.per_1000_impressions).toBeLessThan(0);
    expect(clicks?.low).toBeLessThan(clicks?.per_1000_impressions ?? -Infinity);
    expect(clicks?.high).toBeGreaterThan(clicks?.per_1000_impressions ?? Infinity);
    expect(spread.winners.differences).toEqual([]);
  });

  it('compares one account where one is asked for, and ends and begins where it is told', async () => {
    const until_ms = first_ms + 3 * 24 * hour_ms;
    const since_ms = first_ms + 2 * 24 * hour_ms;
    const one = await run(path, parsePolicy({ allocation: { floor_of_equal: 1 } }), {
      account_id: 'act_2001',
      since_ms,
      until_ms,
    });
    expect(one.history.to_ms).toBe(until_ms);
    expect(new Set(one.splits.map(({ account_id }) => account_id))).toEqual(new Set(['act_2001']));
    expect(one.splits[0]?.hours).toBeLessThanOrEqual(25);
    expect(one.splits[0]?.hours).toBeGreaterThan(20);
    expect(wrong(one)).toBe(0);
  });

  it('is refused where there is nothing to decide on', async () => {
    await expect(run(path, parsePolicy({}), { until_ms: first_ms - 1 })).rejects.toMatchObject({
      code: 'history.empty',
    });
    const empty = await make('empty', () => Promise.resolve());
    await expect(run(empty, parsePolicy({}))).rejects.toMatchObject({ code: 'history.empty' });
  });
});

describe('a backtest of recorded tests', () => {
  it('makes their decisions again, and says that their truth cannot be known', async () => {
    const path = await make('replay', replay);
    const report = await run(path, parsePolicy({ allocation: { sharpness: 4, active_hours: 1 } }));
    expect(wrong(report)).toBe(0);
    expect(recordedOf(report, 'allocation.proposed')).toBeGreaterThan(20);
    expect(report.policy.changes.map(({ field }) => field)).toContain('evidence.planned_experiments');
    expect(report.effect).toBeNull();
  });
});
