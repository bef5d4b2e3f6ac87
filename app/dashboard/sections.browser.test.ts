/** Views in Chromium as a person goes through them: each test opens one over a scene of its own. */
import { describe, expect, it } from 'vitest';
import { FlywheelError } from '../../topology/errors.ts';
import type { Operations } from '../operations/operations.ts';
import { sceneApplications } from './testing/scene-applications.ts';
import { scenePage } from './testing/scene-page.ts';

const onPage = scenePage();

describe('a text', () => {
  it('is scored as it is typed, with what it rests on and single changes; what was not compared is unknown', async () => {
    const complaints = await onPage('creatives', {}, async (page) => {
      const told = page.locator('.score-told');
      await page.getByLabel('Headline').fill('A calmer morning');
      await told.getByText('Unknown').waitFor();
      expect(await told.innerText()).toContain('Add hook question: goes with +7.3 % clicks');
      await page.getByLabel('Headline').pressSequentially('?');
      await told.getByText('+7.3 % clicks', { exact: true }).waitFor();
      const words = await told.innerText();
      expect(words).toMatch(/\+1\.0 % to \+13\.9 % \(95 %\), against the mean ad of 12 experiments/);
      expect(words).toContain('None whose interval lies above zero.');
      expect(words).toContain('Never compared here: offer: free shipping.');
      await page.getByRole('link', { name: 'Which winners does this resemble?' }).click();
      await page.getByRole('heading', { name: 'Most alike' }).waitFor();
    });
    expect(complaints).toEqual([]);
  });

  it('stands beside what goes with more clicks in the account, with intervals and support', async () => {
    const complaints = await onPage('creatives', {}, async (page) => {
      const traits = page.locator('.panel', { has: page.getByRole('heading', { name: 'What goes with more clicks' }) });
      await traits.waitFor();
      expect(await traits.innerText()).toContain('+7.3 % (+1.0 % to +13.9 %), 9 experiments');
      expect(await traits.locator('.effects .tone-bad').count()).toBe(1);
    });
    expect(complaints).toEqual([]);
  });
});

describe('ads made from others', () => {
  it('are shown with what was expected and what came, losers as winners', async () => {
    const complaints = await onPage('creatives', {}, async (page) => {
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
    const complaints = await onPage('creatives', { dna_applications: async () => none }, async (page) => {
      await page.getByText('No ad says what it was made from').waitFor();
      expect(await page.getByRole('region', { name: 'Changed ads' }).and(page.locator('.table-scroll')).count()).toBe(
        0,
      );
    });
    expect(complaints).toEqual([]);
  });
});

describe('an account that shares', () => {
  it('sees what it gives, how it stands and what to test first; leaves and joins only after asking once more', async () => {
    const complaints = await onPage('accounts', {}, async (page) => {
      const main = page.locator('main');
      await main.getByText('Shares', { exact: true }).waitFor();
      const words = await main.innerText();
      expect(words).toContain('home decor, 83 % sure, from its creatives');
      expect(words).toContain('This account: 1.46 %, above 64 % of accounts.');
      expect(words).toMatch(/offer: free shipping[\s\S]*3 experiments here/);
      expect(words).toMatch(/travel\s+3\s+2\s+66\s+1\s+Too few businesses/);

      await page.getByRole('button', { name: 'Take it out' }).first().click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      expect(await main.getByText('Learns alone', { exact: true }).count()).toBe(0);
      await page.getByRole('button', { name: 'Take it out' }).first().click();
      await page.getByRole('dialog').getByRole('button', { name: 'Take it out' }).click();
      await main.getByText('Learns alone', { exact: true }).waitFor();

      await page.getByLabel('Business').fill('biz_2');
      await page.locator('.join').getByLabel('Niche').selectOption('travel');
      await page.getByRole('button', { name: 'Let it take part' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Let it take part' }).click();
      await main.getByText('biz_2').waitFor();
    });
    expect(complaints).toEqual([]);
  });
});

describe('the cycle of an account', () => {
  it('is shown step by step with its reasons; another is asked for and followed', async () => {
    const complaints = await onPage('learning', {}, async (page) => {
      const cycle = page.locator('.panel', { has: page.getByRole('heading', { name: 'Learning cycle' }) });
      await cycle.getByText('done in part').waitFor();
      const step = (name: string): Promise<string> => cycle.getByRole('listitem').filter({ hasText: name }).innerText();
      expect(await cycle.getByRole('listitem').count()).toBe(7);
      expect(await step('Fetch actuals')).toMatch(/done\s+12\s+12 predictions were compared with what came/);
      expect(await step('Ask for a model')).toMatch(/skipped\s+accuracy is not shown to be below 80 %/);
      expect(await step('Tell the niche')).toMatch(/failed\s+its loop did not answer within 10 minutes/);
      await cycle.getByRole('button', { name: 'Run a cycle' }).click();
      await cycle.getByText('running', { exact: true }).first().waitFor();
      expect(await step('Ask for a model')).toContain('running');
      expect(await cycle.getByRole('button').isDisabled()).toBe(true);
    });
    expect(complaints).toEqual([]);
  });

  it('is not there yet, or is refused: the page says what to do', async () => {
    const over: Partial<Operations> = {
      cycles: async () => [{ account_id: 'act_1', cycle: null }],
      request_cycle: () => Promise.reject(new FlywheelError('usage.invalid', { why: 'no', what_to_do: 'ask again' })),
    };
    await onPage('learning', over, async (page) => {
      await page.getByText('No cycle yet').waitFor();
      await page.getByRole('button', { name: 'Run a cycle' }).click();
      await page.getByText('ask again').waitFor();
    });
  });
});
