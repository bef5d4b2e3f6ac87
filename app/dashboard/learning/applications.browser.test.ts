/** Changed ads on the page of learning, in Chromium. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operations } from '../../operations/operations.ts';
import { openPage, startBrowser } from '../testing/browser.ts';
import { buildPage, type Built } from '../testing/built.ts';
import { SceneServer } from '../testing/scene-server.ts';
import { sceneApplications } from '../testing/scene-applications.ts';

let browser: Browser;
let built: Built;
beforeAll(async () => {
  [browser, built] = await Promise.all([startBrowser(), buildPage()]);
});
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});

/** The view of learning over the scene; resolves with what the page complained about. */
async function onPage(over: Partial<Operations>, look: (page: Page) => Promise<void>): Promise<readonly string[]> {
  const server = new SceneServer(built.folder, 0, over);
  await server.start();
  const { page, complaints } = await openPage(browser, `${server.url}#/learning`);
  try {
    await look(page);
    return [...complaints];
  } finally {
    await page.close();
    await server.stop();
  }
}

describe('ads made from others', () => {
  it('are shown with what was expected and what came, losers as winners', async () => {
    const complaints = await onPage({}, async (page) => {
      await page.getByText('2 of 10 outcomes').waitFor();
      const rows = page.getByRole('region', { name: 'Changed ads' }).locator('tbody tr');
      const texts = await rows.allInnerTexts();
      expect(texts).toHaveLength(3);
      expect(texts[0]).toMatch(/ad_question from ad_a\s+hook: question\s+\+7\.3 %.*\s+\+12\.7 %.*\s+better/);
      expect(texts[1]).toMatch(/number: yes\s+\+5\.1 %.*\s+−34\.3 %.*\s+worse\s+not as predicted/);
      expect(texts[2]).toMatch(/unknown\s+–\s+no data yet/);
    });
    expect(complaints).toEqual([]);
  });

  it('are asked for where there are none', async () => {
    const none = { ...sceneApplications, applications: 0, rows: [], words: 'no ad says what it was made from' };
    const complaints = await onPage({ dna_applications: async () => none }, async (page) => {
      await page.getByText('No ad says what it was made from').waitFor();
      expect(await page.getByRole('region', { name: 'Changed ads' }).count()).toBe(0);
    });
    expect(complaints).toEqual([]);
  });
});
