/** Views of the page over the scene, for tests that look at one: a browser and the built page, for as long as a file runs. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { Operations } from '../../operations/operations.ts';
import { openPage, startBrowser } from './browser.ts';
import { buildPage, type Built } from './built.ts';
import { SceneServer } from './scene-server.ts';

/** Opens a view, looks at it and closes it; resolves with what the page complained about. */
export type OnPage = (over: Partial<Operations>, look: (page: Page) => Promise<void>) => Promise<readonly string[]>;

/** @param view what stands behind `#/`, such as `learning` */
export function scenePage(view: string): OnPage {
  let browser: Browser;
  let built: Built;
  beforeAll(async () => {
    [browser, built] = await Promise.all([startBrowser(), buildPage()]);
  });
  afterAll(async () => {
    await browser?.close();
    await built?.remove();
  });
  return async (over, look) => {
    const server = new SceneServer(built.folder, 0, over);
    await server.start();
    const { page, complaints } = await openPage(browser, `${server.url}#/${view}`);
    try {
      await look(page);
      return [...complaints];
    } finally {
      await page.close();
      await server.stop();
    }
  };
}
