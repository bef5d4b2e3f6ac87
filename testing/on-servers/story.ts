/** What the program promises of its servers, played on whichever engine. */
import { expect } from 'vitest';
import { isSettled, onServers } from './run.ts';

const soon = { timeout: 90_000, interval: 500 };
/** Enough to compare, few enough to be played in seconds. */
const least_winners = 3;
/** Hours of events that come while a server is away. */
const away_events = 2_000;

/** Rows and points arrive whatever the servers do meanwhile: each once. */
export const arrivesOnce = (environment: Readonly<Record<string, string>>): Promise<void> =>
  onServers(environment, async ({ clickhouse, qdrant, program, operations, down, compared }) => {
    const events = async (): Promise<number> => (await operations.status()).summary.events;
    const more = async (): Promise<void> => {
      const from = await events();
      await expect.poll(events, soon).toBeGreaterThan(from + away_events);
    };
    // It has started without them, takes events, and says who is away; that is no reason to start it again.
    expect(await down()).toEqual({ status: 200, names: ['ClickHouse', 'Qdrant'] });
    await more();
    await Promise.all([clickhouse.program.start(), qdrant.back()]);
    await expect.poll(down, soon).toEqual({ status: 200, names: [] });
    await expect
      .poll(async () => (await operations.status()).summary.winners, { ...soon, timeout: 180_000 })
      .toBeGreaterThanOrEqual(least_winners);

    // Killed when it has taken rows and before it says so, and a Qdrant whose answers are lost, then away too.
    await clickhouse.meet({ kind: 'die', when: 'after' });
    qdrant.meet({ kind: 'answer_lost' }, { times: 2, writes: true });
    await expect.poll(() => clickhouse.program.ended, soon).toBe(true);
    await qdrant.away();
    await expect.poll(async () => (await down()).names, soon).toEqual(['ClickHouse', 'Qdrant']);
    await more();
    await Promise.all([clickhouse.program.start(), qdrant.back()]);
    await clickhouse.meet({ kind: 'answer_lost' }, { times: 2 });
    await more();

    await operations.set_speed({ speed: 0 });
    await expect.poll(async () => isSettled(await operations.status()), { ...soon, timeout: 180_000 }).toBe(true);
    const { logged, archived, winners, points, absent } = await compared();
    expect(archived).toEqual(logged);
    expect(archived['ad.metrics']).toBeGreaterThan(away_events);
    expect(winners).toBeGreaterThanOrEqual(least_winners);
    expect({ points, absent }).toEqual({ points: winners, absent: 0 });

    program.kill('SIGTERM');
    expect((await program.ended).code).toBe(0);
  });
