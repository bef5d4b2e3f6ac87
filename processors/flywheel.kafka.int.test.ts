/** The whole topology on a real broker and a real Redis. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Driver, HandClock } from '../engine/driver/driver.ts';
import type { SourceEvent } from '../engine/engine.ts';
import { openKafka } from '../engine/kafka/kafka.ts';
import type { Row } from '../engine/ports.ts';
import type { Runtime } from '../engine/runtime.ts';
import { hour_ms } from '../schemas/values.ts';
import { agreed, created, history } from '../testing/history.ts';
import { onBroker } from '../testing/services/on-broker.ts';
import { madeAgain } from '../testing/made-again.ts';
import { start_ms } from '../testing/snapshot.ts';
import { vectorStore, wholeOptions, wholeSeen, withoutSaga, type Seen } from '../testing/whole.ts';
import type { VectorStore } from '../ports/vectors/port.ts';

const servers = onBroker();

interface Opened {
  readonly engine: Runtime;
  readonly failures: readonly string[];
}

interface Kept {
  readonly namespace: string;
  readonly rows: Row[];
  readonly clock: HandClock;
  readonly vectors: VectorStore;
}

/** Opens on what was kept. */
async function open({ namespace, rows, clock, vectors }: Kept): Promise<Opened> {
  const failures: string[] = [];
  const opened = await openKafka({
    ...wholeOptions({ rows: (table) => rows.filter((row) => row.table === table) }, vectors),
    kafka: { brokers: servers.brokers, client_id: namespace, topic_prefix: `${namespace}.` },
    redis_url: servers.redis_url,
    namespace,
    sharing: null,
    stamps: 'clock',
    clock,
    rows: { send: (sent) => Promise.resolve(void rows.push(...sent)) },
    onFailure: (error) => failures.push(String(error)),
  });
  await opened.start();
  return { engine: opened.engine, failures };
}

/** What the driver makes of the same turns at the same times. */
async function expectedOf(turns: readonly (readonly SourceEvent[])[]): Promise<Seen> {
  const archive = { rows: (table: string): readonly Row[] => driver.rows.sent.filter((row) => row.table === table) };
  const driver: Driver = new Driver({ ...wholeOptions(archive), start_ms });
  await driver.start();
  for (const [n, events] of turns.entries()) {
    driver.clock.advance(hour_ms);
    await driver.engine.publish({ source: 'test', position: String(n), events });
    await driver.engine.drain();
  }
  expect(driver.failures).toEqual([]);
  const seen = await wholeSeen(driver.engine, driver.rows.sent);
  await driver.stop();
  return seen;
}

describe('the flywheel on Kafka', () => {
  it(
    'decides, keeps and writes what it does in memory, event by event, with a restart on the way',
    { timeout: 180_000 },
    async () => {
      const turns = [[agreed], ...history(6), [created('after', 'Is your sofa too big for you?', null)]];
      const expected = await expectedOf(turns);
      const rows: Row[] = [];
      const clock = new HandClock(start_ms);
      const kept: Kept = { namespace: randomUUID(), rows, clock, vectors: vectorStore() };
      let { engine, failures } = await open(kept);
      for (const [n, events] of turns.entries()) {
        if (n === 80) {
          await engine.stop();
          ({ engine, failures } = await open(kept));
        }
        clock.advance(hour_ms);
        await engine.publish({ source: 'test', position: String(n), events });
        await engine.drain();
      }
      expect(failures).toEqual([]);

      const seen = await wholeSeen(engine, rows);
      const [left, wanted] = [withoutSaga(seen), withoutSaga(expected)];
      expect(left.events).toEqual(wanted.events);
      expect(left.rows).toEqual(wanted.rows);
      expect(left.state).toEqual(wanted.state);
      const made = new Set(seen.events.map((event) => event.split(' ')[0]));
      const worked = ['winner.detected', 'winner.indexed', 'memory.recalled', 'dna.formula.updated', 'actuals.fetched'];
      expect([...made]).toEqual(expect.arrayContaining([...worked, 'niche.pattern.updated', 'ensemble.reweighted']));

      expect((await madeAgain(engine)).differences).toEqual([]);
      await engine.stop();
    },
  );
});
