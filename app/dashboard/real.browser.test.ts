/** The page over what is real: the program with its simulated account, and an engine that refuses a record. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exampleOf } from '../../schemas/examples.ts';
import { CliProcess } from '../cli/testing/process.ts';
import { serve } from '../gateway/gateway.ts';
import { DecisionFeed } from '../operations/decisions/feed.ts';
import { startDouble } from '../operations/doubles.ts';
import { openPage, startBrowser, type Watched } from './testing/browser.ts';
import { pageFolder } from './testing/built.ts';

const start_ms = Date.UTC(2026, 0, 5);

let browser: Browser;
let watched: Watched;
let page: Page;
const clean: (() => unknown)[] = [];

beforeAll(async () => {
  browser = await startBrowser();
  watched = await openPage(browser, 'about:blank');
  page = watched.page;
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  await page.goto('about:blank');
  for (const undo of clean.splice(0).toReversed()) await undo();
});

/** The program as a person starts it; resolves with the address of its page. */
async function startProgram(...flags: readonly string[]): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'flywheel-real-'));
  clean.push(() => rm(data, { recursive: true, force: true }));
  const program = new CliProcess(['start', '--data', data, '--port', '0', ...flags]);
  clean.push(async () => {
    program.kill('SIGINT');
    await program.ended;
  });
  const [, address] = await program.until(/page\s+(http:\/\/\S+)/);
  return address ?? '';
}

const figure = async (name: string): Promise<number> =>
  Number(
    (
      await page
        .locator('.tile', { has: page.getByText(name, { exact: true }) })
        .locator('.tile-value')
        .innerText()
    ).replaceAll(',', ''),
  );

describe('the page of a simulated account', () => {
  it('fills up: events, a winner with its reason and charts, an explanation that was made again; pause holds it', async () => {
    const address = await startProgram('--speed', '36000', '--seed', '1');
    await page.goto(address);
    await page.getByText('Simulated account').waitFor();
    const decisions = page.locator('.decisions tbody tr');
    await decisions.first().waitFor({ timeout: 200_000 });

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Pause', pressed: true }).waitFor();
    await page.waitForTimeout(2_500);
    const events = await figure('Events');
    await page.waitForTimeout(2_500);
    expect(await figure('Events')).toBe(events);
    expect(await figure('Winners')).toBeGreaterThan(0);
    expect(await figure('Experiments')).toBeGreaterThan(3);

    await decisions.first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Winner announced' }).waitFor();
    await page.getByText('Reproduced', { exact: true }).waitFor();
    await page.locator('.of-topic').first().waitFor();
    await page.locator('.facts a').click();
    await page.getByText('True rate now', { exact: true }).waitFor();
    await page.locator('.chart canvas').nth(2).waitFor();
    expect(await page.locator('.verdict-reason').innerText()).toMatch(
      /beats.*Evidence [\d,.]+ passes the [\d,]+ needed/,
    );

    await page.goto(`${address}/#/topology`);
    await page.getByRole('link', { name: /loop auto-promoter: .*lag/ }).click();
    const busy = page.getByRole('link', { name: /group auto-promoter\.evidence: .*lag/ });
    await busy.waitFor();
    await page.goto(`${address}/#/dead-letters`);
    await page.getByText('No dead letters').waitFor();
    expect(watched.complaints).toEqual([]);
    // A busy machine takes minutes to the first winner.
  }, 300_000);
});

describe('a record that an engine refuses', () => {
  it('is reported with its bytes, and redriven', async () => {
    const { driver, context, operations } = await startDouble(start_ms);
    clean.push(() => driver.stop());
    const { log } = driver;
    const value = new TextEncoder().encode('{"impressions": 12}');
    const partition = driver.engine.partitionOf('act_1');
    await driver.engine.publish({
      source: 'test',
      position: '1',
      events: [
        {
          topic: 'ad.metrics',
          value: {
            ...exampleOf('ad.metrics'),
            account_id: 'act_1',
            impressions: 800,
            clicks: 50,
            link_clicks: 40,
            reach: null,
          },
        },
      ],
    });
    await log.append([{ topic: 'ad.metrics', partition, key: 'act_1', value }]);
    await driver.settle();
    const serving = await serve(
      {
        operations,
        context,
        decisions: new DecisionFeed(context.engine, context.directory),
        host: '127.0.0.1',
        port: 0,
        token: 'real',
        logger: pino({ enabled: false }),
      },
      { page_folder: pageFolder() },
    );
    clean.push(() => serving.close());

    watched.complaints.length = 0;
    await page.goto(`${serving.url}/#/dead-letters`);
    await page.locator('tr.linked').first().click();

    await page.getByText('decode.magic_byte').waitFor();
    expect(await page.locator('.frame .part-magic').innerText()).toContain('0x7b should be 0x00');
    expect(await page.locator('.hex-chars').first().innerText()).toBe('{"impressions": ');
    const json = page.locator('.decoders li', { has: page.getByText('JSON', { exact: true }) });
    expect(await json.innerText()).toContain('"impressions": 12');

    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('button', { name: 'Send back' }).click();
    await page.getByText('Redriven', { exact: true }).waitFor();
    expect(watched.complaints).toEqual([]);
  });
});
