import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openEmbedded } from '../../engine/embedded/embedded.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { topology } from '../../processors/index.ts';
import { day_ms } from '../../schemas/values.ts';
import type { RunningSource } from '../assemble.ts';
import { defaultConfig, type Config } from '../config/settings.ts';
import { engineOptions } from '../engine-options.ts';
import { openSource } from './open-source.ts';
import { SourceClock } from './source-clock.ts';

const replay_file = join(
  dirname(fileURLToPath(import.meta.url)),
  '../../ports/sources/ab-test-csv/testing/four-tests.csv',
);
const now_ms = (): number => Date.UTC(2026, 2, 2, 15);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'source-'));
  folders.push(folder);
  return folder;
};

/** Opens the source of a folder and works with it; the engine runs. */
async function withSource<T>(
  folder: string,
  config: Partial<Config>,
  work: (source: RunningSource, opened: { readonly clock: SourceClock; readonly engine: Runtime }) => Promise<T>,
): Promise<T> {
  const clock = new SourceClock();
  const { engine } = openEmbedded({ ...engineOptions(defaultConfig, topology, 'test'), clock, folder });
  try {
    const source = await openSource({ ...defaultConfig, ...config }, { engine, clock, now_ms });
    await engine.start();
    const result = await work(source, { clock, engine });
    await source.stop();
    return result;
  } finally {
    await engine.stop();
  }
}

/** Lets a source play until it has appended something. */
async function playSome(source: RunningSource): Promise<void> {
  void source.play();
  while (source.status().events_total === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

const simulated = { source: 'simulated', speed: 'max' } as const;
const replay = { source: 'replay', speed: 'max', replay_file } as const;

describe('the source of a folder', () => {
  it('simulates from 28 days before today on', async () => {
    await withSource(newFolder(), simulated, async (source, { clock }) => {
      const first_ms = Date.UTC(2026, 2, 2) - 28 * day_ms;
      expect(source.status()).toMatchObject({ kind: 'simulated', clock_ms: first_ms, events_total: 0 });
      expect(clock.now_ms()).toBe(first_ms + 1_000);
      await playSome(source);
    });
  });

  it('waits while it is paused and goes on when it is not', async () => {
    await withSource(newFolder(), { ...simulated, speed: 0 }, async (source) => {
      const playing = source.play();
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(source.status()).toMatchObject({ speed: 0, events_total: 0 });
      source.setSpeed('max');
      await playSome(source);
      expect(source.status().speed).toBe('max');
      await source.stop();
      await playing;
    });
  });

  it.each([
    ['a simulation', simulated, 'a replay', replay],
    ['a replay', replay, 'a simulation', simulated],
  ])('does not mix %s with another source: each has a time of its own', async (found, first, wanted, second) => {
    const folder = newFolder();
    await withSource(folder, first, playSome);
    await expect(withSource(folder, second, playSome)).rejects.toMatchObject({
      code: 'source.other',
      parameters: { found, wanted },
    });
    await withSource(folder, first, playSome);
  });

  it('tells the hours of real time where there is no source', async () => {
    const folder = newFolder();
    await withSource(folder, { source: 'none' }, async (source, { engine }) => {
      const playing = source.play();
      await vi.waitFor(async () => expect((await engine.log.range('tick.hourly', 0)).end).toBe(1));
      await source.stop();
      await playing;
    });
  });

  it('leaves a folder in the time of its simulation alone where there is no source', async () => {
    const folder = newFolder();
    await withSource(folder, simulated, playSome);
    await withSource(folder, { source: 'none' }, async (source, { engine }) => {
      const { end } = await engine.log.range('tick.hourly', 0);
      await source.play();
      expect(source.status()).toMatchObject({ kind: 'none', finished: true });
      expect((await engine.log.range('tick.hourly', 0)).end).toBe(end);
    });
  });
});
