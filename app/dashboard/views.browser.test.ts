/** What holds for every view: axe finds nothing serious, nothing is broader than the screen, and a picture is kept. */
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exported_tables } from '../operations/tables/export.ts';
import { openPage, shown, startBrowser } from './testing/browser.ts';
import { pageFolder } from './testing/built.ts';
import { SceneServer } from './testing/scene-server.ts';
import { views } from './testing/views.ts';

/** Kept from run to run, so that a change can be looked at. */
const pictures = join(import.meta.dirname, 'screenshots');
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let server: SceneServer;

beforeAll(async () => {
  server = new SceneServer(pageFolder());
  [browser] = await Promise.all([startBrowser(), server.start(), mkdir(pictures, { recursive: true })]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Where a table can be saved, by view: each table of a view that the log keeps whole. */
const saved: Readonly<Record<string, readonly string[]>> = {
  alerts: ['alert_raised', 'notification_settled', 'alert_resolved'],
  experiments: ['evidence_changed'],
  queue: ['variation_proposed', 'variation_decided'],
  promotions: ['promotion_measured', 'winner_detected'],
  decisions: ['winner_detected'],
  learning: [
    ...['improvement_measured', 'accuracy_measured', 'model_trained', 'cycle_progressed', 'ensemble_reweighted'],
    'prediction_made',
  ],
  creatives: ['dna_formula_updated'],
  'memory?text=sofa': ['winner_detected'],
  fatigue: ['ad_fatigued'],
  accounts: ['niche_pattern_updated'],
  budgets: ['budget_change_progressed'],
  settings: ['policy_changed', 'audit_recorded'],
  'dead-letters': ['dead_letter'],
};

const found = z.array(z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.string()) }));

/** Runs within the page. */
const serious = async (): Promise<unknown> => {
  const { axe: checker } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
  const { violations } = await checker.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({ id, impact: impact ?? null, nodes: nodes.map(({ html }) => html) }));
};

describe.each([
  { width: 1_280, scheme: 'dark' },
  { width: 390, scheme: 'light' },
] as const)('at $width pixels, $scheme', ({ width, scheme }) => {
  it('every view passes axe and fits the screen', async () => {
    const { page, complaints } = await openPage(browser, 'about:blank', width);
    await page.emulateMedia({ colorScheme: scheme });
    await page.addInitScript({ path: axe });
    await page.goto(server.url);
    const faults: unknown[] = [];
    const offered: Record<string, readonly string[]> = {};
    for (const view of views) {
      await page.goto(`${server.url}#/${view}`);
      await shown(page);
      const tables = await page
        .locator('a.export')
        .evaluateAll((links) => links.map((link) => /export\/(\w+)\.csv/.exec(link.getAttribute('href') ?? '')?.[1]));
      if (tables.length > 0) offered[view] = tables.map(String);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over !== 0) faults.push({ view, over });
      faults.push(...found.parse(await page.evaluate(serious)).map((fault) => ({ view, ...fault })));
      const name = `${view.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 40)}-${width}-${scheme}.png`;
      await page.screenshot({ path: join(pictures, name), fullPage: true });
    }
    expect(faults).toEqual([]);
    expect(offered).toEqual(saved);
    expect(exported_tables).toEqual(expect.arrayContaining(Object.values(offered).flat()));
    expect(complaints).toEqual([]);
    await page.close();
  });
});
