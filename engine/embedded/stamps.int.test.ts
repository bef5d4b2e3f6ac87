import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import { policy } from '../../testing/toy/topology.ts';
import { openEmbedded } from './embedded.ts';

it('appends of one turn keep the time and order in which they were asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-stamps-'));
  let now_ms = 1_000;
  const { engine } = openEmbedded({ ...toyOptions, folder, clock: { now_ms: () => now_ms } });
  const appends = ['a', 'b', 'c'].map((version, i) => {
    now_ms = 1_000 + i;
    return engine.publish({ source: 'test', position: version, events: [{ topic: policy.name, value: { version } }] });
  });
  now_ms = 9_999;
  await Promise.all(appends);
  const records = await engine.log.read(policy.name, 0, 0, 10);
  expect(records.map(({ appended_ms, value }) => [appended_ms, JSON.parse(Buffer.from(value).toString())])).toEqual([
    [1_000, { version: 'a' }],
    [1_001, { version: 'b' }],
    [1_002, { version: 'c' }],
  ]);
  expect(await engine.log.position('test')).toBe('c');
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});
