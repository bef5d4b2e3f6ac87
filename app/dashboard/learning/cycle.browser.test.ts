/** The learning cycle on the page, in Chromium. */
import { describe, expect, it } from 'vitest';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Operations } from '../../operations/operations.ts';
import { scenePage } from '../testing/scene-page.ts';

const onPage = scenePage('learning');

describe('the cycle of an account', () => {
  it('is shown step by step with its reasons; another is asked for and followed', async () => {
    const complaints = await onPage({}, async (page) => {
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
    await onPage(over, async (page) => {
      await page.getByText('No cycle yet').waitFor();
      await page.getByRole('button', { name: 'Run a cycle' }).click();
      await page.getByText('ask again').waitFor();
    });
  });
});
