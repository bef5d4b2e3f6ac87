import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { decidedAgain, parseCase } from '../../../testing/cases.ts';
import type { AdMetrics } from '../../../schemas/index.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { doubleTopology, startDouble } from '../doubles.ts';
import type { Explanation } from '../operations.ts';
import { casePath, saveCase } from './save-case.ts';

const hour_ms = 3_600_000;
const start_ms = Date.UTC(2026, 0, 5);
let root: string;
let found: Explanation;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'flywheel-cases-'));
  const { driver, operations } = await startDouble(start_ms);
  const base = exampleOf('ad.metrics') as unknown as AdMetrics;
  const events = [1, 2, 3].map((hour) => {
    const window_start_ms = start_ms - (48 - hour) * hour_ms;
    const window = { window_start_ms, window_end_ms: window_start_ms + hour_ms, as_of_ms: window_start_ms + hour_ms };
    return {
      topic: 'ad.metrics',
      value: { ...base, ...window, impressions: 800, clicks: 50, link_clicks: 40, reach: null },
    };
  });
  await driver.engine.publish({ source: 'test', position: '1', events });
  await driver.settle();
  const [row] = await operations.decisions({});
  const explained = await operations.explain({ id: row?.id ?? '' });
  if (explained === null) throw new Error('no decision to explain');
  found = explained;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('a saved case is decided again by the test of its processor', async () => {
  const path = saveCase(found, 'first-winner', root);
  expect(path.endsWith(join('promote', 'cases', 'first-winner.json'))).toBe(true);
  const saved = parseCase(JSON.parse(readFileSync(join(root, 'promote', 'cases', 'first-winner.json'), 'utf8')));
  const promote = doubleTopology.processors.find(({ wiring }) => wiring.group === 'promote');
  if (promote === undefined) throw new Error('no such group');
  expect(await decidedAgain(promote, doubleTopology.topics, saved)).toEqual([
    { topic: 'winner.detected', value: found.decision.value },
  ]);
});

it('a case without a name is named by its decision', () => {
  expect(casePath('p', found, null)).toBe(
    join('p', 'promote', 'cases', `${(found.decision.id ?? '').replaceAll(/[^a-z0-9]+/gi, '-')}.json`),
  );
});

it('a name cannot lead out of the folder', () => {
  expect(() => casePath('p', found, '../../x')).toThrow('letters, digits and hyphens');
});

it('a group of a loop keeps its cases in the folder of the loop', () => {
  expect(casePath('p', { ...found, group: 'auto-promoter.evidence' }, 'x')).toBe(
    join('p', 'auto-promoter', 'cases', 'x.json'),
  );
});
