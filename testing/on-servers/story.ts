/** What the program promises of its servers, played on whichever engine. */
import { expect } from 'vitest';
import { exampleOf } from '../../schemas/examples.ts';
import { memoryIndexRequested } from '../../schemas/index.ts';
import { isSettled, onServers } from './run.ts';

/** What is waited for is that it happens; a busy machine takes its time. */
const soon = { timeout: 180_000, interval: 500 };
const at_last = { timeout: 600_000, interval: 1_000 };

export interface Size {
  /** Events that come, at least, while a server is away, and after it is back. */
  readonly events: number;
  readonly winners: number;
}

/** Rows and points arrive whatever the servers do meanwhile: each once. */
export const arrivesOnce = (environment: Readonly<Record<string, string>>, least: Size): Promise<void> =>
  onServers(environment, async ({ clickhouse, qdrant, program, operations, down, compared }) => {
    const events = async (): Promise<number> => (await operations.status()).summary.events;
    const more = async (): Promise<void> => {
      const from = await events();
      await expect.poll(events, soon).toBeGreaterThan(from + least.events);
    };
    // It has started without them, takes events, and says who is away; that is no reason to start it again.
    expect(await down()).toEqual({ status: 200, names: ['ClickHouse', 'Qdrant'] });
    await more();
    await Promise.all([clickhouse.program.start(), qdrant.back()]);
    await expect.poll(down, soon).toEqual({ status: 200, names: [] });

    // Killed when it has taken rows and before it says so, and a Qdrant whose answers are lost, then away too.
    await clickhouse.meet({ kind: 'die', when: 'after' });
    qdrant.meet({ kind: 'answer_lost' }, { times: 2, writes: true });
    await expect.poll(() => clickhouse.program.ended, soon).toBe(true);
    // Winners that memory is to keep, as their loop would say: the first of simulated accounts takes minutes to come.
    const wishes = Array.from({ length: least.winners }, (_, n) => ({
      ...exampleOf(memoryIndexRequested.name),
      ad_id: `winner-${n}`,
    }));
    const ndjson = wishes.map((wish) => JSON.stringify(wish)).join('\n');
    await operations.publish({ topic: memoryIndexRequested.name, ndjson, force: true });
    await qdrant.away();
    await expect.poll(async () => (await down()).names, soon).toEqual(['ClickHouse', 'Qdrant']);
    await more();
    await Promise.all([clickhouse.program.start(), qdrant.back()]);
    await clickhouse.meet({ kind: 'answer_lost' }, { times: 2 });
    await more();

    await operations.set_speed({ speed: 0 });
    await expect.poll(async () => isSettled(await operations.status()), at_last).toBe(true);
    // Memory that waited long for Qdrant asks it again within a minute.
    await expect.poll(async () => (await compared()).absent, at_last).toBe(0);
    const { logged, archived, winners, points, absent } = await compared();
    expect(archived).toEqual(logged);
    expect(logged['ad.metrics']).toBeGreaterThan(least.events);
    expect(winners).toBeGreaterThanOrEqual(least.winners);
    expect({ points, absent }).toEqual({ points: winners, absent: 0 });

    program.kill('SIGTERM');
    expect((await program.ended).code).toBe(0);
  });
