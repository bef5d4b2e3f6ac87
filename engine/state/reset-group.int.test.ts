/** A group begun anew: what is forgotten, what is read again, and what others make of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import { measured as measuredTopic, toy } from '../../testing/toy/topology.ts';
import { MemoryRows } from '../driver/driver.ts';
import { openEmbedded, type Embedded } from '../embedded/embedded.ts';
import { rebuild } from './rebuild.ts';
import { resetGroup } from './reset-group.ts';

let folder: string;
let now_ms = 1_700_000_000_000;
let embedded: Embedded;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flywheel-reset-'));
  open();
});
afterEach(async () => {
  await embedded.engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

const keep_ms = 10_000;
const topology = {
  ...toy,
  topics: toy.topics.map((topic) =>
    topic.name === measuredTopic.name ? { ...topic, retention: { keep_ms, compactBy: [] } } : topic,
  ),
};
function open(): void {
  const clock = { now_ms: (): number => now_ms };
  embedded = openEmbedded({ ...toyOptions, topology, folder, clock, rows: new MemoryRows() });
}
let position = 0;
const publish = async (amount: number): Promise<void> => {
  const event = { topic: 'toy.measured', value: { account_id: 'a', ad_id: 'x', amount } };
  await embedded.engine.publish({ source: 'test', position: String(++position), events: [event] });
  await embedded.engine.drain();
};

describe('a group that is reset', () => {
  it('reads the log again from where it begins, under a run that supersedes the one before', async () => {
    await embedded.engine.start();
    await publish(1);
    await publish(2);
    const before = await embedded.engine.state('chain', 'a', 'x');
    await embedded.engine.stop();
    open();
    expect(await resetGroup(embedded.engine, 'chain')).toEqual({ run: 2 });
    expect(await embedded.engine.state('chain', 'a', 'x')).toBeUndefined();
    await embedded.engine.start();
    await embedded.engine.drain();
    expect(await embedded.engine.state('chain', 'a', 'x')).toEqual(before);
    const links = await embedded.engine.log.read('toy.link', embedded.engine.partitionOf('a'), 0, 99);
    expect(links.map(({ name }) => name?.run)).toEqual([1, 1, 2, 2]);
    // The reader of its links takes them again, as another course of the chain: it saw four.
    expect(await embedded.engine.state('check', 'a', 'x')).toMatchObject({ n: 2, breaks: 1 });
  });

  it('begins where a log does whose beginning is gone, and can be rebuilt from there', async () => {
    await embedded.engine.start();
    for (let i = 0; i < 8; i++) {
      now_ms += 2_000;
      await publish(i);
    }
    await embedded.trim();
    const { start, end } = embedded.log.range('toy.measured', embedded.engine.partitionOf('a'));
    expect(start).toBeGreaterThan(0);
    await embedded.engine.stop();
    open();
    await resetGroup(embedded.engine, 'chain');
    await embedded.engine.start();
    await embedded.engine.drain();
    expect(await embedded.engine.state('chain', 'a', 'x')).toMatchObject({ n: end - start });
    expect((await rebuild(embedded.engine, 'chain')).differences).toEqual([]);
  });

  it('must not run, and must be one', async () => {
    await expect(resetGroup(embedded.engine, 'nobody')).rejects.toMatchObject({ code: 'group.unknown' });
    await embedded.engine.start();
    await expect(resetGroup(embedded.engine, 'chain')).rejects.toThrow('stop the engine first');
  });
});
