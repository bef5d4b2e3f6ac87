/** The page without a mouse: everything is reached, seen where it is, and left again. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { shown } from './testing/browser.ts';
import { scenePage } from './testing/scene-page.ts';
import { views } from './testing/views.ts';

const onPage = scenePage();
/** More than any view has to stop at. */
const most_stops = 400;

interface Stop {
  /** What has the focus: its tag and name. */
  readonly what: string;
  /** Whether it is one that was stopped at before, or the page's end. */
  readonly over: boolean;
  readonly named: boolean;
  readonly marked: boolean;
  readonly seen: boolean;
}

/** Runs within the page: what has the focus, and whether a person would know. */
const focused = (): Stop => {
  const at = document.activeElement;
  if (!(at instanceof HTMLElement || at instanceof SVGElement) || at === document.body)
    return { what: 'the end', over: true, named: true, marked: true, seen: true };
  const over = at.hasAttribute('data-stopped');
  at.setAttribute('data-stopped', '');
  const labels = 'labels' in at && at.labels instanceof NodeList ? [...at.labels] : [];
  const by = document.getElementById(at.getAttribute('aria-labelledby') ?? 'nothing');
  const texts = [at, by, ...labels].map((one) => one?.textContent ?? '');
  const name = [at.getAttribute('aria-label'), ...texts, at.getAttribute('title')].join('').trim();
  // A node of a drawing is marked by the line around it.
  const drawn = at instanceof SVGElement ? (at.querySelector('rect') ?? at) : at;
  const { outlineStyle, outlineWidth, stroke } = getComputedStyle(drawn);
  const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  const { width, height, top, bottom, left, right } = at.getBoundingClientRect();
  return {
    what: `${at.tagName.toLowerCase()} ${name.slice(0, 40)}`,
    over,
    named: name !== '',
    marked: outlined || (drawn instanceof SVGElement && stroke !== 'none'),
    seen: [width, height, bottom, right, innerHeight - top, innerWidth - left].every((one) => one > 0),
  };
};

/** Goes through the view with the tabulator; answers what was stopped at. */
async function walked(page: Page): Promise<readonly Stop[]> {
  const stops: Stop[] = [];
  while (stops.length < most_stops) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(focused);
    if (stop.over) return stops;
    stops.push(stop);
  }
  throw new Error(`no end after ${most_stops} stops: the last was ${stops.at(-1)?.what ?? ''}`);
}

/** Runs within the page: what a mouse can use and no tabulator stopped at. */
const missed = (): readonly string[] =>
  [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((one) => one instanceof HTMLElement || one instanceof SVGElement)
    .filter((one) => !one.hasAttribute('data-stopped') && !one.matches(':disabled') && one.checkVisibility())
    // Of radio buttons of one name the chosen one is stopped at; arrows reach the others.
    .filter((one) => one.getAttribute('type') !== 'radio' && one.getAttribute('tabindex') !== '-1')
    .map((one) => one.outerHTML.slice(0, 120));

describe('by keyboard', () => {
  it('every control of every view is reached in turn, has a name, shows that it has the focus, and is in sight', async () => {
    const faults: Record<string, unknown> = {};
    const complaints = await onPage('overview', {}, async (page) => {
      for (const view of views) {
        await page.goto(`${new URL(page.url()).origin}/#/${view}`);
        await page.reload();
        await shown(page);
        const stops = await walked(page);
        const bad = stops.filter(({ named, marked, seen }) => !(named && marked && seen));
        const left_out = await page.evaluate(missed);
        if (bad.length > 0 || left_out.length > 0 || stops.length < 10)
          faults[view] = { stops: stops.length, bad, left_out };
      }
    });
    expect(faults).toEqual({});
    expect(complaints).toEqual([]);
  });

  it('the first stop leads past the sections to what the view says', async () => {
    await onPage('decisions', {}, async (page) => {
      await page.locator('main .panel').first().waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    });
  });

  it('a question keeps the focus until it is answered, Escape answers no, and the focus is back where it was', async () => {
    await onPage('accounts', {}, async (page) => {
      const asks = page.getByRole('button', { name: 'Take it out' }).first();
      await asks.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      for (let n = 0; n < 6; n++) {
        await page.keyboard.press('Tab');
        const outside = await page.evaluate(
          () =>
            document.activeElement !== document.body &&
            document.activeElement?.closest('dialog, [role=dialog]') === null,
        );
        expect(outside).toBe(false);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      expect(await asks.evaluate((one) => one === document.activeElement)).toBe(true);
    });
  });
});
