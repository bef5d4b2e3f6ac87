/** Every view in Chromium, over a Flywheel in which everything happens once. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FlywheelError } from '../../topology/errors.ts';
import type { Operations, Status } from '../operations/operations.ts';
import { openPage, startBrowser, type Watched } from './testing/browser.ts';
import { pageFolder } from './testing/built.ts';
import { sceneFatigue, sceneMemory } from './testing/scene-memory.ts';
import { sceneDecisions, sceneStatus } from './testing/scene.ts';
import { SceneServer } from './testing/scene-server.ts';

let browser: Browser;
let server: SceneServer;
let watched: Watched;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  watched = await openPage(browser, 'about:blank');
  page = watched.page;
});
afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  server = new SceneServer(pageFolder());
  await server.start();
  watched.complaints.length = 0;
  await page.goto(server.url);
});
afterEach(async () => {
  await page.goto('about:blank');
  await server.stop();
});

const open = (address: string): Promise<unknown> => page.goto(`${server.url}#/${address}`);
/** The page over another scene. */
async function replace(over: Partial<Operations>): Promise<void> {
  await server.stop();
  server = new SceneServer(pageFolder(), 0, over);
  await server.start();
  await page.goto(server.url);
  // Of the server that stopped, not of the page.
  watched.complaints.length = 0;
}
const main = (): Promise<string> => page.locator('main').innerText();
const calm = (): void => expect(watched.complaints).toEqual([]);

describe('the head', () => {
  it('says what the source is, its time in the reader’s zone, and that no real money moves', async () => {
    const head = page.locator('header.head');
    await head.getByText('Simulated account').waitFor();
    const words = await head.innerText();
    expect(words).toContain('23 Nov 2026, 09:14 CET');
    expect(words).toContain('dry run no real money moves');
    expect(await head.locator('time').first().getAttribute('title')).toBe('2026-11-23 08:14:05 UTC');
    calm();
  });

  it('changes the speed of the source', async () => {
    const speed = page.getByRole('group', { name: 'Speed of the source' });
    expect(await speed.getByRole('button', { pressed: true }).innerText()).toBe('×7,200');
    await speed.getByRole('button', { name: 'Pause' }).click();
    await speed.getByRole('button', { name: 'Pause', pressed: true }).waitFor();
    await speed.getByRole('button', { name: 'Max' }).click();
    await speed.getByRole('button', { name: 'Max', pressed: true }).waitFor();
    calm();
  });

  it('says that a paused source stands still, and any speed that no button has', async () => {
    const source = { ...sceneStatus.source, speed: 50_000 };
    await replace({ status: () => Promise.resolve({ ...sceneStatus, source }) });
    await page.getByText('Speed: ×50,000').waitFor();
    await replace({ status: () => Promise.resolve({ ...sceneStatus, source: { ...source, speed: 0 } }) });
    await page.getByText('stands still: paused').waitFor();
  });

  it('shows how far a replay is, and of which file', async () => {
    const source = { ...sceneStatus.source, kind: 'replay', name: '/data/tests.csv.gz', progress: 0.4123 } as const;
    await replace({ status: () => Promise.resolve({ ...sceneStatus, source }) });
    await page.getByText('Replay of tests.csv.gz').waitFor();
    expect(await page.locator('.source-progress').innerText()).toContain('41.2 %');
    expect(await page.locator('.source-progress progress').getAttribute('value')).toBe('0.4123');
  });
});

describe('the overview', () => {
  it('sums up with the promise that is kept, and compares with a z-test', async () => {
    await page.getByText('at most 5 % of announced false').waitFor();
    const tile = (name: string): Promise<string> =>
      page.locator('.tile', { has: page.getByText(name, { exact: true }) }).innerText();
    expect(await tile('Events')).toContain('184,550');
    expect(await tile('Winners')).toContain('3');
    expect(await tile('A z-test would claim')).toContain('14');
    expect(await tile('Undecided')).toContain('58');
    expect(await tile('Experiments')).toContain('3 winners, 1 withdrawn, 1 blocked, 59 without');
    calm();
  });

  it('shows decisions as they are pushed, and holds still under the pointer', async () => {
    const table = page.getByRole('region', { name: 'Latest decisions' }).locator('.table-scroll');
    await table.getByText('Call to action').waitFor();
    expect(await table.locator('tbody tr').count()).toBe(3);
    const push = (n: number): void => {
      const [first] = sceneDecisions;
      if (first === undefined) throw new Error('the scene has no decision');
      const appended_ms = first.appended_ms + n * 1_000;
      server.push({ ...first, id: `pushed ${n}`, entity: `Pushed ${n}`, appended_ms });
    };
    push(1);
    await table.getByText('Pushed 1').waitFor();
    await table.hover();
    push(2);
    await page.getByText('held while you look: 1 newer').waitFor();
    expect(await table.getByText('Pushed 2').count()).toBe(0);
    await page.mouse.move(5, 5);
    await table.getByText('Pushed 2').waitFor();
    calm();
  });

  it('leads from a decision to its explanation', async () => {
    await page.getByRole('link', { name: 'wins +31 %' }).click();
    await page.getByRole('heading', { name: 'Winner announced' }).waitFor();
    calm();
  });

  it('says why a group waits', async () => {
    const row = page.getByRole('row', { name: 'archivist' });
    await row.waitFor();
    expect(await row.innerText()).toContain('ClickHouse does not answer');
  });
});

describe('the topology', () => {
  it('draws groups and topics with rates and lag, legibly at 1,280 pixels', async () => {
    await open('topology');
    const node = page.getByRole('link', { name: 'group auto-promoter.evidence: 980/s · lag 48.2k' });
    await node.waitFor();
    const svg = await page.locator('.drawing svg').evaluate((drawing: SVGSVGElement) => ({
      scale: drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width,
      outside:
        drawing.parentElement === null ? 1 : drawing.parentElement.scrollWidth - drawing.parentElement.clientWidth,
    }));
    expect(svg.scale).toBeGreaterThan(0.85);
    expect(svg.outside).toBe(0);
    expect(await page.locator('.drawing path.edge').count()).toBe(14 + 2);
    calm();
  });

  it('counts a record once of which every partition has a copy', async () => {
    await open('topology');
    await page.getByRole('row', { name: 'tick.hourly' }).filter({ hasText: /540$/ }).waitFor();
    await open('topology/tick.hourly');
    await page.getByText('540 records, each in 4 copies').waitFor();
    expect(await page.title()).toBe('tick.hourly · Topology · Flywheel');
  });

  it('opens the details of a node that is clicked or chosen by keyboard', async () => {
    await open('topology');
    await page.getByRole('link', { name: 'topic ad.metrics' }).click();
    await page.getByText('Totals of an ad in a window').first().waitFor();
    await page.getByRole('link', { name: 'group thompson-sampling' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Proposes how to split the budget of each campaign.').waitFor();
    calm();
  });
});

describe('experiments', () => {
  it('stand in a list with their evidence and progress in words, filtered and paged', async () => {
    await open('experiments');
    await page.getByText('1,393 of 3,000 impressions, about 2 days left').waitFor();
    await page.getByText('2 of 4 blocks, about 4 days left').waitFor();
    await page.getByText('hour 30 of 72 of calibration').waitFor();
    await page.getByText('> 1,000,000, 1,200 needed').waitFor();
    expect(await main()).toContain('1–25 of 64');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('26–50 of 64').waitFor();
    await page.getByRole('button', { name: 'Withdrawn' }).click();
    await page.getByText('1–1 of 1').waitFor();
    expect(await main()).toContain('Offer wording');
    expect(page.url()).toContain('#/experiments?status=withdrawn');
    await page.getByRole('button', { name: 'Ended undecided' }).click();
    await page.getByText('1–1 of 1').waitFor();
    expect(await main()).toContain('none stands out');
    calm();
  });

  it('show their ads with true rates where those are known, and charts with the threshold', async () => {
    await open('experiments/act_10001/exp_1000');
    await page.getByRole('heading', { name: 'Hero image, spring' }).waitFor();
    const words = await main();
    expect(words).toContain('1.31 times the click rate');
    expect(words).toContain('True rate now');
    expect(words).toContain('Link click rate');
    expect(words).toContain('the simulated platform follows it; no real money moves');
    expect(words).toContain('When announced, 20 Nov 2026, 09:14 CET: "A calmer morning"');
    expect(await page.title()).toBe('Hero image, spring · Experiments · Flywheel');
    expect(words).toContain('22,680');
    await page.locator('.chart canvas').nth(2).waitFor();
    expect(await page.getByRole('img', { name: 'Evidence over time: A calmer morning' }).count()).toBe(1);
    const inked = await page
      .locator('.chart canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return Array.from(data).filter((value, i) => i % 4 === 3 && value > 0).length;
      });
    expect(inked).toBeGreaterThan(2_000);
    calm();
  });

  it('that do not exist say so and lead back', async () => {
    await open('experiments/act_10001/exp_9');
    await page.getByText('There is no evidence of an experiment exp_9').waitFor();
    await page.getByRole('link', { name: 'See all experiments' }).click();
    await page.getByText('1–25 of 64').waitFor();
  });
});

describe('decisions', () => {
  const many = Array.from({ length: 60 }, (_, i) => {
    const row = sceneDecisions[i % 2 === 0 ? 0 : 1];
    if (row === undefined) throw new Error('the scene has no decision');
    return { ...row, id: `many ${i}`, entity: `Decision ${i}`, appended_ms: row.appended_ms - i * 3_600_000 };
  });

  it('open on the winners, newest decision first, 25 on a page', async () => {
    await replace({
      decisions: ({ topic, limit = 50 }) =>
        Promise.resolve(many.filter((row) => topic === undefined || row.topic === topic).slice(0, limit)),
    });
    watched.complaints.length = 0;
    await open('decisions');
    await page.getByRole('button', { name: 'Winners', pressed: true }).waitFor();
    const rows = page.locator('.decisions tbody tr');
    await page.getByText('1–25', { exact: true }).waitFor();
    expect(await rows.count()).toBe(25);
    // By when it was decided, which is later than what it was decided on.
    expect(await rows.first().locator('time').getAttribute('title')).toBe('2026-11-23 08:14:04 UTC');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('26–30', { exact: true }).waitFor();
    expect(await rows.count()).toBe(5);
    await page.getByRole('button', { name: 'All' }).click();
    await page.getByText('1–25', { exact: true }).waitFor();
    expect(page.url()).toContain('#/decisions?topic=all');
    calm();
  });
});

describe('an explanation', () => {
  it('gives words, policy, numbers, the chain of causes, raw events, and that it was made again', async () => {
    await open('decisions/auto-promoter/1/evidence.changed/1/99/0');
    await page.getByText('Reproduced').waitFor();
    const words = await main();
    for (const part of ['p-5d1c22', '31.0 %', 'came from outside', 'The newest 12 of 1,904 events.'])
      expect(words).toContain(part);
    expect(await page.title()).toBe('Winner announced: Hero image, spring · Decisions · Flywheel');
    expect(words).toMatch(/Decided\s+23 Nov 2026, 09:13 CET\s+Evidence as of\s+23 Nov 2026, 09:14 CET/);
    await page.getByText('State of the group before it').click();
    await page.getByText('"exp_1000": 1160').waitFor();
    calm();
  });

  it('of what is no longer kept says so', async () => {
    await open('decisions/gone/1/x/1/1/0');
    await page.getByText('This decision is not kept').waitFor();
  });
});

describe('dead letters', () => {
  it('are reported byte by byte: magic byte and schema id apart, and what each decoder said', async () => {
    await open('dead-letters');
    await page.getByRole('link', { name: 'schema id 9 is not known' }).click();
    await page.getByRole('heading', { name: 'Schema id 9 is not known' }).waitFor();
    expect(await page.locator('.frame .part-schema').innerText()).toContain('9 not known here');
    const hex = page.locator('.hex-bytes').first();
    expect(await hex.locator('.part-magic').allInnerTexts()).toEqual(['00']);
    expect(await hex.locator('.part-schema').allInnerTexts()).toEqual(['00', '00', '00', '09']);
    expect(await main()).toContain('is not UTF-8');
    calm();
  });

  it('are sent back only after asking once more', async () => {
    await open('dead-letters/0:3');
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByText('1 letter: 1 decided once more.').waitFor();
    expect(await page.getByRole('dialog').innerText()).toContain('thompson-sampling');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByText('Redriven').count()).toBe(0);
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('button', { name: 'Send back' }).click();
    await page.getByText('Redriven').waitFor();
    await open('dead-letters');
    await page.getByRole('button', { name: 'Redrive 1 record' }).waitFor();
    calm();
  });
});

describe('when things go wrong', () => {
  it('a lost connection is said, what was known stays, and the page comes back by itself and asks anew', async () => {
    let asked = 0;
    await replace({ policy_history: async () => (asked++, []) });
    await open('settings');
    await page.getByText('The built-in policy').waitFor();
    const before = asked;
    await server.stop();
    await page.getByText('Connection lost, retrying.').waitFor();
    expect(await main()).toContain('The built-in policy');
    await server.start();
    await page.getByText('Connection lost, retrying.').waitFor({ state: 'detached' });
    await page.getByText('Live', { exact: true }).waitFor();
    await expect.poll(() => asked).toBe(before + 1);
  });

  it('missed messages make it ask anew at once, however long it would have waited', async () => {
    let asked = 0;
    await replace({ policy_history: async () => (asked++, []) });
    await open('settings');
    // Nothing but missed messages has it asked again.
    await page.getByText('The built-in policy').waitFor();
    const before = asked;
    server.leaveOut(7);
    await expect.poll(() => asked).toBe(before + 1);
  });

  it('a refusal of the engine is shown with its code and what to do', async () => {
    const what_to_do = 'start with --source simulated';
    await replace({
      set_speed: () => Promise.reject(new FlywheelError('usage.invalid', { why: 'no source is running', what_to_do })),
      experiments: () => Promise.reject(new FlywheelError('decision.unknown', { id: 'x' })),
    });
    await page.getByRole('button', { name: '×60' }).click();
    await page.locator('.speed-error', { hasText: what_to_do }).waitFor();
    await open('experiments');
    const problem = page.getByRole('alert').filter({ hasText: 'decision.unknown' });
    await problem.getByRole('button', { name: 'Try again' }).waitFor();
  });

  it('what a later engine pushes and this page cannot read is said', async () => {
    const later = { ...sceneStatus, summary: { ...sceneStatus.summary, winners: 'three' } };
    await replace({ status: () => Promise.resolve(later as unknown as Status) });
    await page.getByText('This page and the engine are of different versions.').waitFor();
  });

  it('an address without a view leads to the overview', async () => {
    await open('nowhere');
    await page.getByRole('link', { name: 'Go to the overview' }).click();
    await page.getByText('at most 5 % of announced false').waitFor();
  });
});

describe('on a narrow screen', () => {
  it('all views and all speeds can be reached without scrolling sideways', async () => {
    const narrow = await openPage(browser, server.url, 390);
    await narrow.page.getByText('Simulated account').waitFor();
    const header = narrow.page.locator('header.head');
    for (const last of [header.getByRole('button', { name: 'Max' }), header.locator('nav a').last()]) {
      const box = await last.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThanOrEqual(390);
    }
    await narrow.page.close();
  });
});

describe('learning', () => {
  it('says whether it helps and how accurate predictions are', async () => {
    await open('learning');
    await page.getByRole('heading', { name: 'Is it learning?' }).waitFor();
    const words = await main();
    expect(words).toContain('learning helps');
    expect(words).toContain('In 365 days\ntoo early');
    expect(words).toMatch(/before it was shown\s+64\s+18,200\s+79\.6 %\s+75\.1 % – 84\.1 %/);
    expect(await page.locator('.plot-point').count()).toBe(10);
    calm();
  });

  it('of another account is an address of its own', async () => {
    await open('learning');
    await page.locator('select').selectOption('act_2');
    expect(page.url()).toContain('#/learning?account=act_2');
    calm();
  });

  it('says that nothing is predicted yet', async () => {
    const none = { accounts: [], account_id: null, accuracy: [], improvement: null, weights: [], calibration: [] };
    await replace({ learning: async () => ({ ...none, traits: null, predictions: [] }) });
    await open('learning');
    await page.getByText('Nothing predicted yet').waitFor();
    calm();
  });
});

describe('memory', () => {
  it('shows what winners were worth, and leads from each to the decision that announced it', async () => {
    await open('memory');
    await page.getByRole('heading', { name: 'Newest winners' }).waitFor();
    const words = await main();
    expect(words).toContain('3 winners, 1 withdrawn');
    expect(words).toMatch(
      /Is your desk older than your phone\?.*\s+\+26\.0 %\s+\+14\.0 % to \+39\.0 %\s+1\.98 %\s+96,400/s,
    );
    await page.getByRole('link', { name: 'Is your desk older than your phone?' }).click();
    await page.getByRole('heading', { name: 'Winner announced' }).waitFor();
    calm();
  });

  it('finds what a text resembles, with exact scores, under an address of its own', async () => {
    await open('memory');
    await page.getByRole('searchbox', { name: 'Copy of a creative' }).fill('Is your sofa older?');
    await page.getByRole('button', { name: 'Find alike' }).click();
    await page.getByRole('heading', { name: 'Most alike' }).waitFor();
    expect(page.url()).toContain('#/memory?text=Is+your+sofa+older%3F');
    expect(await page.getByRole('meter').allInnerTexts()).toHaveLength(3);
    expect(await main()).toMatch(/0\.83[\s\S]*0\.21[\s\S]*−0\.04/);
    await page.getByLabel('Format').selectOption('video');
    await page.getByText('1 of 3 winners').waitFor();
    expect(page.url()).toContain('text=Is+your+sofa+older%3F&format=video');
    calm();
  });

  it('says when filters leave nothing, when vectors are missing, and that nothing is remembered yet', async () => {
    await open('memory?days=7&rate=0.03');
    await page.getByText('No winner passes these filters').waitFor();
    const failure = '2 winners have no vector of words-96 yet: server answered with 503';
    await replace({ memory: async (question) => ({ ...sceneMemory(question), failure }) });
    await open('memory?text=sofa');
    await page.getByText(failure).waitFor();
    await replace({
      memory: async (question) => ({ ...sceneMemory(question), standing: 0, winners: [], accounts: [] }),
    });
    await open('memory');
    await page.getByText('No winner is remembered yet').waitFor();
    calm();
  });
});

describe('fatigue', () => {
  it('shows what tires, by how much, how sure that is, and what may be done', async () => {
    await open('fatigue');
    const tired = page.getByRole('region', { name: 'Tired ads' });
    await tired.waitFor();
    expect(await tired.getByRole('row').count()).toBe(4);
    const row = await tired.getByRole('row', { name: 'Your neighbours already sleep better' }).innerText();
    for (const words of [
      'Tiring',
      '−27.0 %',
      '−36.0 % to −17.0 %',
      '6.1, tired from 5.0',
      '13 days',
      '7.1 or more',
      '+38.0 % for each click',
    ])
      expect(row).toContain(words);
    expect(row).toContain('an association, not a cause');
    expect(await tired.innerText()).toContain('no experiment has told traits apart');
    await tired.getByRole('link', { name: 'See that winner in memory' }).click();
    await page.getByRole('heading', { name: 'Most alike' }).waitFor();
    calm();
  });

  it('says of young ads what they still need', async () => {
    await open('fatigue');
    const young = page.getByRole('region', { name: 'Ads that are too young' });
    await young.waitFor();
    expect(await young.innerText()).toMatch(/New: the folding desk[\s\S]*3 of 6[\s\S]*22 of 40/);
    calm();
  });

  it('says that none is tired, and what is needed before any ad is watched', async () => {
    const ads = sceneFatigue.ads.filter(({ status }) => status === 'healthy');
    await replace({ fatigue: async () => ({ ...sceneFatigue, ads }) });
    await open('fatigue');
    await page.getByText('No ad is tired').waitFor();
    await replace({ fatigue: async () => ({ ...sceneFatigue, accounts: [], account_id: null, ads: [] }) });
    await open('fatigue');
    await page.getByText('judged after 5 days with 40 link clicks').waitFor();
    calm();
  });
});
