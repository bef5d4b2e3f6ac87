/** A disk that is full: here a limit on the size of a file, which the system enforces in the same place. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MemoryRows } from '../driver/driver.ts';
import { toyOptions } from '../../testing/toy/options.ts';
import { openEmbedded } from './embedded.ts';

const folder = mkdtempSync(join(tmpdir(), 'flywheel-full-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Publishes until the store refuses; prints how many batches were acknowledged, and the refusal. */
const filling = `
  const { openEmbedded } = await import(${JSON.stringify(new URL('embedded.ts', import.meta.url).href)});
  const { toyOptions } = await import(${JSON.stringify(new URL('../../testing/toy/options.ts', import.meta.url).href)});
  const { engine } = openEmbedded({ ...toyOptions, limits: {}, folder: ${JSON.stringify(folder)}, clock: { now_ms: Date.now }, onFailure: () => undefined });
  await engine.start();
  let acknowledged = 0;
  for (;;) {
    const events = Array.from({ length: 200 }, (_, i) => ({
      topic: 'toy.measured',
      value: { account_id: 'a', ad_id: 'ad-' + (i % 50), amount: 1 },
    }));
    try {
      await engine.publish({ source: 'fill', position: String(acknowledged + 1), events });
      acknowledged++;
    } catch (error) {
      console.log(JSON.stringify({ acknowledged, code: String(error.code), message: String(error.message) }));
      process.exit(0);
    }
  }`;
const filled = z.object({ acknowledged: z.int(), code: z.string(), message: z.string() });

describe('a full disk', () => {
  it('is refused by name, and what was acknowledged before is there after the restart', async () => {
    const kib = 3_000;
    const { stdout, stderr } = spawnSync(
      'bash',
      [
        '-c',
        `trap '' XFSZ; ulimit -f ${kib}; exec "$0" --import tsx --input-type=module -e "$1"`,
        process.execPath,
        filling,
      ],
      { encoding: 'utf8', cwd: fileURLToPath(new URL('../..', import.meta.url)) },
    );
    const full = filled.parse(JSON.parse(stdout || JSON.stringify({ stderr })));
    expect(full).toMatchObject({ code: 'store.full' });
    expect(full.message).toMatch(/disk under .* is full or cannot be written .*free some space/);
    expect(full.acknowledged).toBeGreaterThan(0);

    const { engine } = openEmbedded({
      ...toyOptions,
      limits: {},
      folder,
      clock: { now_ms: Date.now },
      rows: new MemoryRows(),
    });
    await engine.start();
    await engine.drain();
    expect(await engine.log.position('fill')).toBe(String(full.acknowledged));
    const { end } = await engine.log.range('toy.measured', engine.partitionOf('a'));
    expect(end).toBe(full.acknowledged * 200);
    expect(await engine.state('check', 'a', 'ad-0')).toMatchObject({ n: end / 50, breaks: 0 });
    await engine.stop();
  });
});
