/** Views in Chromium as a person goes through them: each test opens one over a scene of its own. */
import { userInfo } from 'node:os';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { FlywheelError } from '../../topology/errors.ts';
import type { PlannedChange } from '../operations/money/view.ts';
import type { Operations } from '../operations/operations.ts';
import { sceneApplications } from './testing/scene-applications.ts';
import { scene_ms } from './testing/scene-experiments.ts';
import { scenePage } from './testing/scene-page.ts';
import { sceneMoney } from './testing/scene-policy.ts';

const onPage = scenePage();
/** Whoever has the page open is this user. */
const signer = userInfo().username;

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
      expect(texts[0]).toMatch(/ad_question from ad_a\s+hook: question\s+\+7\.3 %.*\s+\+12\.7 %.*\s+Better/);
      expect(texts[1]).toMatch(/number: yes\s+\+5\.1 %.*\s+−34\.3 %.*\s+Worse\s+not as predicted/);
      expect(texts[2]).toMatch(/unknown\s+–\s+No data yet/);
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

describe('the models of an account', () => {
  it('say which predicts, what each training came to and why; an earlier one comes back with a reason', async () => {
    const complaints = await onPage('learning', {}, async (page) => {
      const models = page.getByRole('region', { name: 'Models' });
      const row = (words: string): Locator => models.getByRole('row').filter({ hasText: words });
      await row('1,180 predictions').waitFor();
      expect(await row('1,180 predictions').innerText()).toMatch(
        /0\.381\s+0\.404 in use\s+0\.431 account’s mean\s+−0\.023\s+−0\.039 to −0\.007[\s\S]*Predicts\s/,
      );
      expect(await row('Not better').innerText()).toContain('not shown to lose less than the model in use');
      expect(await row('Too little data').innerText()).toMatch(/nothing[\s\S]*150 are needed to learn from/);
      // Only what is kept can be gone back to.
      expect(await models.getByRole('button', { name: 'Go back to it' }).count()).toBe(1);
      await row('Predicted before').getByRole('button').click();
      const dialog = page.getByRole('dialog');
      expect(await dialog.getByRole('button', { name: 'Go back' }).isDisabled()).toBe(true);
      await dialog.getByLabel('Reason').fill('worse since the sale');
      await dialog.getByRole('button', { name: 'Go back' }).click();
      await models.getByText(', gone back to').waitFor();
      await models.getByText('How it came to be: 3 changes').click();
      expect(await models.getByRole('listitem').first().innerText()).toMatch(
        /gone back to: retrain-\d+ after retrain-\d+/,
      );
    });
    expect(complaints).toEqual([]);
  });

  it('are not there yet: the page says what a first one waits for', async () => {
    const none = { account_id: 'act_1', champion: null, lineage: [], needed_rows: 150, trained: [] };
    await onPage('learning', { models: async () => none }, async (page) => {
      await page.getByText('No model was trained yet').waitFor();
      await page.getByText('once 150 predictions have matured').waitFor();
      await page.getByText('233 have so far').waitFor();
    });
  });
});

describe('health', () => {
  it('says what to look at, own and inherited lag, and where the time of a batch goes', async () => {
    const complaints = await onPage('health', {}, async (page) => {
      const advice = page.locator('.advice li');
      await advice.first().waitFor();
      expect(await advice.first().innerText()).toContain('12,400 events of offline.sale and no reader');
      const row = page.getByRole('region', { name: 'Groups' }).getByRole('row', { name: /^auto-promoter\s/ });
      expect(await row.innerText()).toMatch(/auto-promoter\s+Keeping up\s+53\s+0\s+48,210/);
      const step = page
        .getByRole('region', { name: 'Time of each step' })
        .getByRole('row', { name: 'thompson-sampling' });
      expect(await step.innerText()).toMatch(/1,204\s+0\.80\s+0\.40\s+6\.20\s+2\.60\s+10\s+5 ms\s+longer/);
      await advice.nth(1).getByRole('link', { name: 'See the experiment' }).click();
      await page.getByRole('heading', { name: 'Hero image, spring' }).waitFor();
    });
    expect(complaints).toEqual([]);
  });
});

describe('a decision', () => {
  const place = 'decisions/auto-promoter/1/evidence.changed/1/99/0';

  it('opens its evidence against the threshold and the posteriors of its arms', async () => {
    const complaints = await onPage(place, {}, async (page) => {
      await page.getByRole('img', { name: 'Evidence until it was decided: A calmer morning' }).waitFor();
      const arms = page.getByRole('region', { name: 'Posteriors of the arms' });
      expect(await arms.getByRole('row', { name: 'A calmer morning' }).innerText()).toMatch(
        /1\.61 %\s+1\.48 % – 1\.75 %\s+96\.2 %/,
      );
    });
    expect(complaints).toEqual([]);
  });

  it('runs again from an edited event beside the recorded one, and is kept as a test case', async () => {
    await onPage(place, {}, async (page) => {
      await page.getByRole('button', { name: 'Run again' }).click();
      await page.getByText('The same decision').waitFor();
      await page.getByLabel('Edited event').fill('{"e_value": 900}');
      await page.getByLabel('Edited event').press('Control+Enter');
      await page.getByText('Edited input: nothing is decided.').waitFor();
      await page.getByLabel('Edited event').fill('{"e_value": ');
      await page.getByRole('button', { name: 'Run again' }).click();
      await page.getByText('The event is no JSON').waitFor();
      await page.getByLabel('Name').fill('close-call');
      await page.getByRole('button', { name: 'Keep' }).click();
      await page.getByText('processors/auto-promoter/cases/close-call.json').waitFor();
    });
  });
});

describe('the policy', () => {
  it('is brought into force only after its differences and a backtest, signed and with a reason', async () => {
    const complaints = await onPage('settings', {}, async (page) => {
      await page.getByLabel('alpha').fill('0.01');
      const save = page.getByRole('button', { name: 'Bring into force' });
      await page.getByText('1 field edited, against p-5d1c22.').waitFor();
      await page.getByLabel('Reason').fill('fewer false winners');
      expect(await save.isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Run the backtest' }).click();
      await page.getByText('184,550 events decided again in 41 s.').waitFor();
      await save.click();
      await page.getByRole('dialog').getByRole('button', { name: 'Bring into force' }).click();
      const history = page.getByRole('region', { name: 'History of the policy' }).first();
      await history.getByText('p-77aa01').waitFor();
      expect(await history.innerText()).toContain(`${signer}\nfewer false winners`);
      expect(await history.innerText()).toContain('evidence.alpha: 0.05 → 0.01');
    });
    expect(complaints).toEqual([]);
  });

  it('that is out of its limits is refused with the field, before anything is published', async () => {
    await onPage('settings', {}, async (page) => {
      await page.getByLabel('alpha').fill('7');
      await page.getByRole('button', { name: 'Run the backtest' }).click();
      await page.getByText('evidence.alpha is 7: at most 0.2').waitFor();
    });
  });
});

describe('budgets', () => {
  it('in a dry run show what would have been written, each set of budgets once, and the stop of all without it', async () => {
    const [view] = await sceneMoney().money({});
    const dry = { ...view!, mode: 'dry_run', waiting: [], applied: [] } as const;
    const [leg] = view!.waiting[0]!.legs;
    const planned = Array.from({ length: 7 }, (_, n) => ({
      ...{ account_id: dry.account_id, kind: 'scale', experiment_id: n === 0 ? 'exp_0' : null, campaign_id: null },
      ...{ legs: [{ ...leg!, id: `set_${n}` }], currency: 'EUR', first_ms: 0, last_ms: scene_ms, times: 72 - n },
    })) as readonly PlannedChange[];
    const over = { money: async () => [dry], planned_changes: async () => planned };
    const complaints = await onPage('budgets', over, async (page) => {
      const rows = page.getByRole('region', { name: `Changes planned in ${dry.account_id}` }).locator('tbody tr');
      await rows.first().waitFor();
      expect(await rows.first().innerText()).toMatch(/ad set set_0: 20\.00 EUR to 24\.00 EUR a day[\s\S]*72 times/);
      const link = rows.first().getByRole('link', { name: 'its experiment' });
      expect(await link.getAttribute('href')).toBe(`#/experiments/${dry.account_id}/exp_0`);
      expect(await rows.count()).toBe(5);
      await page.getByRole('button', { name: 'Show all 7 plans' }).click();
      await expect.poll(() => rows.count()).toBe(7);
    });
    expect(complaints).toEqual([]);
    const away = {
      money: async () => [dry],
      planned_changes: () => Promise.reject(new Error('the analytics are away')),
    };
    await onPage('budgets', away, async (page) => {
      await page.getByRole('button', { name: 'Stop all changes' }).waitFor();
      await page.getByText('What was planned is not known').waitFor();
    });
  });

  it('are approved and undone, and all are stopped, each only after asking once more and signed', async () => {
    const complaints = await onPage('budgets', {}, async (page) => {
      const approve = page.getByRole('button', { name: 'Approve' });
      await approve.first().waitFor();
      expect(await page.locator('main').innerText()).toContain('ad set set_0_0: 20.00 EUR to 24.00 EUR a day');
      await page.getByText(`Signed by ${signer}`).first().waitFor();
      await approve.first().click();
      await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
      await page.getByText('undone').waitFor();
      await page.getByLabel('Reason').fill('budgets look wrong');
      await page.getByRole('button', { name: 'Stop all changes' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Stop all' }).click();
      await page.getByText(`Stopped by ${signer}: budgets look wrong`).waitFor();
      await page.getByRole('button', { name: 'Let changes go on' }).waitFor();
    });
    expect(complaints).toEqual([]);
  });
});

describe('keys', () => {
  it('are made and told once, replaced by another for the same, and revoked only after asking once more', async () => {
    const complaints = await onPage('settings', {}, async (page) => {
      const keys = page.getByRole('region', { name: 'Keys' }).first();
      await keys.getByRole('row').filter({ hasText: 'exporter' }).waitFor();
      await keys.getByLabel('Name').fill('report');
      await keys.getByRole('button', { name: 'Make a key' }).click();
      await keys.getByText(/^fw_bb/).waitFor();
      await keys.getByRole('button', { name: 'I have it' }).click();
      expect(await keys.getByText(/^fw_bb/).count()).toBe(0);
      const exporter = keys.getByRole('row').filter({ hasText: 'aa0000000000000001' });
      await exporter.getByRole('button', { name: 'Rotate' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Make a new one' }).click();
      await keys.getByText('hand this over, then revoke aa0000000000000001').waitFor();
      await exporter.getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await exporter.getByText('Revoked', { exact: true }).waitFor();
      expect(await keys.getByRole('row').filter({ hasText: 'operator' }).count()).toBe(3);
    });
    expect(complaints).toEqual([]);
  });
});

describe('the queue of variations', () => {
  it('is approved, skipped and put in another order, and says from which winner each is made', async () => {
    const complaints = await onPage('queue', {}, async (page) => {
      const names = async (): Promise<readonly string[]> =>
        (await page.locator('table').first().locator('tbody tr td:nth-child(2)').allInnerTexts()).map(
          (text) => /hook (\w+) instead/.exec(text)?.[1] ?? '',
        );
      await page.getByText('3 variations wait').waitFor();
      expect(await page.locator('table').first().innerText()).toContain('Is your desk older than your phone?');
      await page.getByRole('button', { name: 'Down hook question' }).click();
      await expect.poll(names).toEqual(['number', 'question', 'authority']);
      await page.getByRole('button', { name: 'Up hook authority' }).click();
      await expect.poll(names).toEqual(['number', 'authority', 'question']);
      await page.getByRole('button', { name: 'Skip hook number' }).click();
      await expect.poll(names).toEqual(['authority', 'question']);
      await page.getByRole('button', { name: 'Approve hook authority' }).click();
      await page.getByText('Approved').waitFor();
      expect(await page.locator('table').first().innerText()).toContain(signer);
    });
    expect(complaints).toEqual([]);
  });
});

describe('promotions', () => {
  it('say what they earn against winners held out, and which winner is on which side', async () => {
    const complaints = await onPage('promotions', {}, async (page) => {
      await page.getByText('Promotions bring 16 % more results').waitFor();
      const main = await page.locator('main').innerText();
      expect(main).toContain('24 to be promoted, of which 21 were; 6 held out');
      expect(main).toContain('+16.2 % (+4.1 % to +29.7 %)');
      expect(main).toMatch(/Who needs three lamps\?[\s\S]*Held out/);
      // Of the account with most winners, where the address names none.
      const accounts = page.getByLabel('Account');
      expect(await accounts.inputValue()).toBe('act_10001');
      expect(await accounts.locator('option').allInnerTexts()).toEqual([
        'act_10001 · 3 winners',
        'act_10002 · 1 winner',
      ]);
    });
    expect(complaints).toEqual([]);
  });
});
