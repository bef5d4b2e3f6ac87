/** A change of the code, and what it decides otherwise: on a copy of the project, beside a history of its own. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HandClock } from '../../engine/driver/driver.ts';
import { openEmbedded } from '../../engine/embedded/embedded.ts';
import { openHistory } from '../../engine/embedded/history.ts';
import { topology } from '../../processors/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { history } from '../../testing/history.ts';
import { start_ms } from '../../testing/snapshot.ts';
import { watchLines } from '../cli/watch-lines.ts';
import { defaultConfig } from '../config/settings.ts';
import { engineOptions } from '../engine-options.ts';
import { decideAgain } from './decide-again.ts';
import type { Decided } from './made.ts';
import { Watch, type Outcome } from './watch.ts';

const home = mkdtempSync(join(tmpdir(), 'flywheel-watch-'));
const [data, code] = [join(home, 'data'), join(home, 'code')];
const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = ['topology', 'schemas', 'learning', 'policy', 'processors', 'engine', 'ports', 'proofs', 'app', 'bin'];

const deciding = topology.processors.filter(({ call, wiring }) => call === undefined && wiring.emits.length > 0);
const optionsOf = (processors = topology.processors): ReturnType<typeof engineOptions> =>
  engineOptions({ ...defaultConfig, partitions: 2 }, { ...topology, processors }, 'test');

beforeAll(async () => {
  const clock = new HandClock(start_ms);
  const { engine } = openEmbedded({ ...optionsOf(deciding), clock, folder: data });
  await engine.start();
  for (const [n, events] of [...history(2)].entries()) {
    clock.advance(hour_ms);
    await engine.publish({ source: 'test', position: String(n), events });
    await engine.drain();
  }
  await engine.stop();
  for (const folder of sources)
    cpSync(join(root, folder), join(code, folder), { recursive: true, filter: (path) => !path.includes('dashboard') });
  for (const file of ['flywheel.ts', 'package.json']) cpSync(join(root, file), join(code, file));
  symlinkSync(join(root, 'node_modules'), join(code, 'node_modules'));
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

const decided = async (last: number): Promise<Decided> => {
  const opened = openHistory({ ...optionsOf(), folder: data });
  try {
    return await decideAgain(opened, { last, span: null, policy: null, data_folder: data });
  } finally {
    await opened.close();
  }
};

describe('the last events, decided again by the same code', () => {
  it('give the same decisions, as many of them as are asked for', async () => {
    const [all, again, few] = [await decided(5_000), await decided(5_000), await decided(40)];
    expect(again).toEqual(all);
    expect(all.events).toBeGreaterThan(300);
    expect(few.events).toBeGreaterThanOrEqual(40);
    expect(few.events).toBeLessThan(80);
    expect(all.decisions.slice(-few.decisions.length)).toEqual(few.decisions);
    expect(new Set(all.decisions.map(({ topic }) => topic))).toContain('allocation.proposed');
  });
});

describe('while code is watched', () => {
  const outcomes: { readonly file: string; readonly outcome: Outcome }[] = [];
  let watch: Watch;
  const ready = new Promise<Decided>((resolve) => {
    beforeAll(() => {
      watch = new Watch({
        environment: { FLYWHEEL_DATA_FOLDER: data, FLYWHEEL_PARTITIONS: '2' },
        root: code,
        policy: null,
        onReady: resolve,
        onChange: (file, outcome) => outcomes.push({ file, outcome }),
      });
    });
  });
  afterAll(() => watch.stop());

  it('a change lists the decisions that differ, with what differs in them', { timeout: 180_000 }, async () => {
    expect((await ready).decisions.length).toBeGreaterThan(100);
    const file = 'learning/allocation/allocate.ts';
    const text = readFileSync(join(code, file), 'utf8');
    const edited = text.replace('p ** rules.sharpness', 'p ** 4');
    expect(edited).not.toBe(text);
    writeFileSync(join(code, file), edited);
    await expect.poll(() => outcomes.length, { timeout: 120_000 }).toBe(1);
    const [first] = outcomes;
    if (first?.outcome.kind !== 'compared') throw new Error(JSON.stringify(first));
    expect(first.file).toBe(file);
    const { changed } = first.outcome;
    expect(changed.length).toBeGreaterThan(10);
    expect(new Set(changed.map(({ kind, topic }) => `${kind} ${topic}`))).toEqual(
      new Set(['changed allocation.proposed']),
    );
    expect(changed[0]?.fields.map(({ field }) => field)).toContainEqual(expect.stringMatching(/^arms\.\d\.share$/));
    const plain = { bold: String, red: String, green: String, yellow: String, dim: String };
    const lines = watchLines({ colour: plain as never }, file, first.outcome);
    expect(lines[0]).toMatch(/^learning\/allocation\/allocate\.ts {2}\d+ decisions differ/);
    expect(lines[1]).toMatch(/^ {2}~ allocation\.proposed .*arms\.\d\..* → /);
  });

  it('code that does not hold together is told as that, and nothing is compared', { timeout: 120_000 }, async () => {
    writeFileSync(join(code, 'processors/index.ts'), 'export const topology = {;');
    await expect.poll(() => outcomes.length, { timeout: 60_000 }).toBe(2);
    expect(outcomes[1]).toMatchObject({ file: 'processors/index.ts', outcome: { kind: 'broken' } });
  });
});
