/** Chromium as the tests drive it: one page, and everything it complained about. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Nothing of the browser's own that talks to the network. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function startBrowser(): Promise<Browser> {
  const executablePath = places.find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined)
    throw new Error('no Chromium found: run scripts/install-test-tools.sh, or name one in CHROMIUM_PATH');
  return chromium.launch({ executablePath, args });
}

export interface Watched {
  readonly page: Page;
  /** What the console called an error, and what was thrown and not caught. */
  readonly complaints: string[];
}

export async function openPage(browser: Browser, address: string, width = 1_280): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width, height: 860 }, timezoneId: 'Europe/Berlin' });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  return { page, complaints };
}

/** Resolves when a view has come, and nothing of it is still loading. */
export async function shown(page: Page): Promise<void> {
  await page.locator('main .panel, main .tile').first().waitFor();
  await page.waitForFunction(() => document.querySelector('.loading') === null);
}
