/** Views of the page over the scene, for tests that look at one: a browser, for as long as a file runs. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { Operations } from '../../operations/operations.ts';
import { openPage, startBrowser } from './browser.ts';
import { pageFolder } from './built.ts';
import { SceneServer } from './scene-server.ts';

/** Opens a view, looks at it and closes it; resolves with what the page complained about. */
export type OnPage = (
  /** What stands behind `#/`, such as `learning`. */
  view: string,
  over: Partial<Operations>,
  look: (page: Page) => Promise<void>,
) => Promise<readonly string[]>;

export function scenePage(): OnPage {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());
  return async (view, over, look) => {
    const server = new SceneServer(pageFolder(), 0, over);
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
