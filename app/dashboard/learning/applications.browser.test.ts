/** Changed ads on the page of learning, in Chromium. */
import { describe, expect, it } from 'vitest';
import { scenePage } from '../testing/scene-page.ts';
import { sceneApplications } from '../testing/scene-applications.ts';

const onPage = scenePage('learning');

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
