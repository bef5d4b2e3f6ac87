import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { driverOf, play } from '../../testing/played.ts';
import { start_ms } from '../../testing/snapshot.ts';
import { creativeVariations } from './decide.ts';
import { initialAccount, most_entries, type AccountState, type Variation } from './state.ts';
import { queueView, type QueueView } from './views.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

const of = (topic: string, given: object): SourceEvent => ({
  topic,
  value: { ...exampleOf(topic), account_id: 'act', ...given },
});
const proposed = (variation_id: string, priority: number, given: object = {}): SourceEvent =>
  of('variation.proposed', { variation_id, priority, ad_id: `winner-${variation_id}`, ...given });
const said = (variation_id: string, action: string, given: object = {}): SourceEvent =>
  of('variation.decided', { variation_id, action, decided_by: 'Ada', reason: null, at_ms: start_ms, ...given });
const made = (ad_id: string, from: string, given: object = {}): SourceEvent =>
  of('ad.created', {
    ad_id,
    made_from: [
      {
        ad_id: from,
        trait: 'hook',
        from: 'listicle',
        to: 'question',
        suggested_by: 'score',
        decision_id: null,
        ...given,
      },
    ],
  });
const experiment = (...ads: readonly string[]): SourceEvent =>
  of('experiment.declared', {
    experiment_id: 'test',
    arms: ads.map((ad_id) => ({ ad_id, adset_id: `set-${ad_id}`, planned_share: 1 / ads.length })),
    control_ad_id: null,
  });

/** The queue after rounds of events, and that it is the same made again from the log. */
async function queue(...rounds: readonly (readonly SourceEvent[])[]): Promise<QueueView> {
  const driver = driverOf([creativeVariations]);
  drivers.push(driver);
  await play(driver, rounds);
  expect((await rebuild(driver.engine, 'creative-variations')).differences).toEqual([]);
  const parts = new Map<string, Variation>();
  for await (const [name, part] of driver.engine.parts('creative-variations', 'act', ''))
    parts.set(name, part as Variation);
  const state = (await driver.engine.state('creative-variations', 'act', '')) ?? initialAccount();
  return queueView('act', state as AccountState, parts, 1_000);
}
const order = ({ rows }: QueueView): readonly string[] =>
  rows.map(({ variation_id, status, place }) => `${place ?? '-'} ${variation_id} ${status}`);

const three = [proposed('a', 0.1), proposed('b', 0.3), proposed('c', 0.2)];

describe('the queue of variations', () => {
  it('is in the order of priority, and says what each is and that it is an association', async () => {
    const view = await queue(three);
    expect(order(view)).toEqual(['1 b open', '2 c open', '3 a open']);
    expect(view.rows[0]).toMatchObject({ winner: { ad_id: 'winner-b' }, trait: 'hook', to: 'question' });
    expect(view.rows[0]?.words).toContain('an association');
    expect(view.words).toBe('3 wait; nothing is published by itself');
  });

  it('has each variation once, however often it is proposed, with its newest numbers', async () => {
    const view = await queue(three, [proposed('b', 0.3, { effect: 0.15 })]);
    expect(view.rows.map(({ effect }) => effect)).toEqual([0.15, 0.12, 0.12]);
  });

  it('is moved by people, and what is proposed later finds its place by priority', async () => {
    const view = await queue(
      three,
      [said('a', 'move', { before_variation_id: 'c' })],
      [said('b', 'move', { before_variation_id: null })],
      [proposed('d', 0.4)],
    );
    expect(order(view).map((row) => row.split(' ')[1])).toEqual(['d', 'a', 'c', 'b']);
  });

  it('takes an approval or a skip with its name and reason, and takes it back', async () => {
    const skipped = await queue(three, [said('b', 'skip', { reason: 'not in season' }), said('c', 'approve')]);
    expect(order(skipped)).toEqual(['1 c approved', '2 a open', '- b skipped']);
    expect(skipped.rows[2]?.decided).toEqual({ by: 'Ada', reason: 'not in season', at_ms: start_ms });
    const again = await queue(three, [said('b', 'skip')], [said('b', 'reopen')]);
    expect(order(again)[0]).toBe('1 b open');
    expect(again.rows[0]?.decided).toBeNull();
  });

  it('follows a variation that was made and tested, whoever made it', async () => {
    const view = await queue(three, [said('b', 'approve')], [made('new', 'winner-b')], [experiment('new', 'winner-b')]);
    expect(order(view).at(-1)).toBe('- b testing');
    expect(view.rows.at(-1)).toMatchObject({ made_ad_id: 'new', experiment_id: 'test' });
  });

  it('does not take another change of the winner for it', async () => {
    const view = await queue(three, [made('new', 'winner-b', { to: 'story' })], [experiment('new', 'winner-b')]);
    expect(order(view)[0]).toBe('1 b open');
  });

  it('drops what varies a winner that was taken back, unless a person approved it', async () => {
    const back = (ad_id: string): SourceEvent => of('winner.withdrawn', { ad_id });
    const view = await queue(three, [said('c', 'approve')], [back('winner-b'), back('winner-c')]);
    expect(order(view)).toEqual(['1 c approved', '2 a open', '- b withdrawn']);
    expect(order(await queue(three, [back('winner-b')], [proposed('b', 0.3)]))[0]).toBe('1 b open');
  });

  it('knows nothing of what was never proposed', async () => {
    expect(
      order(await queue(three, [said('x', 'approve'), said('a', 'move', { before_variation_id: 'x' })])),
    ).toHaveLength(3);
    expect((await queue([said('x', 'skip')])).words).toContain('no variation yet');
  });

  it('keeps so many, and forgets those first that nobody waits for', async () => {
    const many = Array.from({ length: most_entries }, (_, i) => proposed(`v${i}`, 1));
    const view = await queue(many, [said('v7', 'skip')], [proposed('new', 2)]);
    expect(view.rows).toHaveLength(most_entries);
    expect(view.rows[0]?.variation_id).toBe('new');
    expect(view.rows.some(({ variation_id }) => variation_id === 'v7')).toBe(false);
  });
});
