/** Alerts in Chromium: a person reads them, looks after one, ends one, and sends a message again. */
import { describe, expect, it } from 'vitest';
import { sceneAlerts } from './testing/scene-alerts.ts';
import { scenePage } from './testing/scene-page.ts';

const onPage = scenePage();

describe('alerts', () => {
  it('are read by urgency, looked after and ended by who asks, and a refused message is sent again', async () => {
    const complaints = await onPage('alerts', {}, async (page) => {
      const open = page.getByRole('region', { name: 'Open alerts' });
      await open.waitFor();
      const rows = await open.locator('tbody tr').allInnerTexts();
      expect(rows.map((row) => row.split('\n')[0])).toEqual(['Group stopped', 'ROAS very low', 'Ad fatigued']);
      expect(rows[1]).toContain('1.40 (95 %: 1.10 to 1.80)');
      expect(rows[2]).toContain('sam looks after it: a new one comes tomorrow');
      // Who asks signs, as the server knows him.
      const actor = await page.locator('.view-head strong').innerText();
      await open.getByRole('button', { name: 'Acknowledge' }).nth(1).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
      await open.getByText(`; ${actor} looks after it`).waitFor();
      await open.getByRole('button', { name: 'Resolve' }).first().click();
      await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
      await open.getByText('Group stopped').waitFor({ state: 'detached' });
      const untaken = page.getByRole('region', { name: 'Messages that were not taken' }).last();
      expect(await untaken.innerText()).toContain('refused after 1 try: hooks.slack.com answered with 404');
      await untaken.getByRole('button', { name: 'Send again' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
      await page.getByText('Messages that were not taken').first().waitFor({ state: 'detached' });
      const save = page.getByRole('link', { name: 'Save as CSV: alert_resolved' });
      expect(await save.getAttribute('href')).toBe('/api/export/alert_resolved.csv');
    });
    expect(complaints).toEqual([]);
  });

  it('of one account alone are of an address of their own', async () => {
    const complaints = await onPage('alerts?account=act_10001', {}, async (page) => {
      await page.getByRole('region', { name: 'Open alerts' }).getByText('ROAS very low').waitFor();
      expect(await page.getByText('Group stopped').count()).toBe(0);
    });
    expect(complaints).toEqual([]);
  });

  it('that are over are shown as far as one looks, and all when asked for', async () => {
    const [one] = sceneAlerts.past;
    const past = Array.from({ length: 60 }, (_, n) => ({ ...one!, alert_id: `stale_data-${n}` }));
    const complaints = await onPage('alerts', { alerts: async () => ({ ...sceneAlerts, past }) }, async (page) => {
      const rows = page.getByRole('region', { name: 'Alerts that are over' }).locator('tbody tr');
      await rows.first().waitFor();
      expect(await rows.count()).toBe(20);
      await page.getByRole('button', { name: 'Show all 60 alerts' }).click();
      await expect.poll(() => rows.count()).toBe(60);
    });
    expect(complaints).toEqual([]);
  });
});
