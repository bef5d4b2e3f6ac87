import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { hashedEmbeddings } from '../../ports/embeddings/hashed/hashed.ts';
import { InProcessVectors } from '../../ports/vectors/in-process/in-process.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { noCreativeFacts, type MemoryRecalled } from '../../schemas/index.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { start_ms } from '../../testing/snapshot.ts';
import { creativeDna } from '../creative-dna/decide.ts';
import { ragMemory } from './decide.ts';
import { indexGroup } from './index/call.ts';
import type { MemoryOutside } from './outside.ts';
import { recallGroup } from './recall/call.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

const memoryOf = (given: Partial<MemoryOutside> = {}): MemoryOutside => ({
  embeddings: hashedEmbeddings,
  vectors: new InProcessVectors(hashedEmbeddings.dimensions),
  lacking: () => null,
  later: () => undefined,
  ...given,
});

function newDriver(memory = memoryOf()): Driver {
  const driver = driverOf([creativeDna, ragMemory, indexGroup(memory), recallGroup(memory)]);
  drivers.push(driver);
  return driver;
}

const created = (ad_id: string, headline: string, account_id = 'act'): SourceEvent => ({
  topic: 'ad.created',
  value: {
    ...noCreativeFacts,
    account_id,
    campaign_id: 'c',
    adset_id: `set-${ad_id}`,
    ad_id,
    experiment_id: null,
    objective: 'traffic',
    name: headline,
    headline,
    primary_text: null,
    call_to_action: null,
    format: 'image',
    created_ms: start_ms,
    provenance: 'live',
  },
});
const won = (ad_id: string, given: object = {}): SourceEvent => ({
  topic: 'winner.detected',
  value: { ...exampleOf('winner.detected'), account_id: 'act', ad_id, experiment_id: 'exp', at_ms: start_ms, ...given },
});
const withdrawn = (ad_id: string, experiment_id = 'exp'): SourceEvent => ({
  topic: 'winner.withdrawn',
  value: { ...exampleOf('winner.withdrawn'), account_id: 'act', ad_id, experiment_id, at_ms: start_ms },
});
const recalls = (events: readonly EngineEvent[]): readonly MemoryRecalled[] =>
  events
    .filter(({ record }) => record.topic === 'memory.recalled')
    .map(({ value }) => value as unknown as MemoryRecalled);
const last = (events: readonly EngineEvent[]): MemoryRecalled | undefined => recalls(events).at(-1);

const desk = 'Is your desk older than your phone?';
const sofa = 'Is your sofa older than your phone?';

describe('memory', () => {
  it('reminds of a winner that a new creative resembles, how much, and what that leads to expect', async () => {
    const rounds = [
      [created('old', desk), created('other', 'The coat for cold days')],
      [won('old'), won('other')],
      [created('new', sofa)],
    ];
    const found = last(await play(newDriver(), rounds));
    expect(found).toMatchObject({ ad_id: 'new', failure: null, embedding_model: 'hashed-1' });
    expect(found?.neighbours[0]).toMatchObject({ ad_id: 'old', account_id: 'act', format: 'image' });
    expect(found?.neighbours[0]?.score).toBeGreaterThan(0.6);
    expect(found?.prior_log_lift).toBeGreaterThan(0);
  });

  it('forgets a withdrawn winner in recall, not in history', async () => {
    const driver = newDriver();
    const rounds = [[created('old', desk)], [won('old')], [withdrawn('old')], [created('new', sofa)]];
    const events = await play(driver, rounds);
    expect(last(events)?.neighbours).toEqual([]);
    expect(last(events)?.prior_log_lift).toBeNull();
    expect((await rebuild(driver.engine, 'rag-memory')).differences).toEqual([]);
    const indexed = events.filter(({ record }) => record.topic === 'winner.indexed').map(({ value }) => value);
    expect(indexed.map((value) => Reflect.get(value ?? {}, 'recallable') as unknown)).toEqual([true, false]);
  });

  it('remembers an ad that won twice for the win that stands, whichever is withdrawn', async () => {
    const twice = [won('old', { lift: 0.2 }), won('old', { experiment_id: 'second', lift: 0.5 })];
    for (const [gone, lift] of [
      ['exp', 0.5],
      ['second', 0.2],
    ] as const) {
      const rounds = [[created('old', desk)], twice, [withdrawn('old', gone)], [created('new', sofa)]];
      const found = last(await play(newDriver(), rounds));
      expect(found?.neighbours.map((near) => [near.ad_id, near.lift])).toEqual([['old', lift]]);
    }
    const both = [withdrawn('old'), withdrawn('old', 'second')];
    const events = await play(newDriver(), [[created('old', desk)], twice, both, [created('new', sofa)]]);
    expect(last(events)?.neighbours).toEqual([]);
  });

  it('tells nobody of another account’s winners', async () => {
    const rounds = [[created('old', desk)], [won('old')], [created('new', sofa, 'stranger')]];
    expect(last(await play(newDriver(), rounds))?.neighbours).toEqual([]);
  });

  it('that does not answer is an answer: the creative goes on without it', async () => {
    const nobody = { ...hashedEmbeddings, embed: () => Promise.reject(new Error('no route to the provider')) };
    const found = last(await play(newDriver(memoryOf({ embeddings: nobody })), [[created('new', sofa)]]));
    expect(found).toMatchObject({ neighbours: [], prior_log_lift: null });
    expect(found?.failure).toContain('no route to the provider');
  }, 20_000);

  it('decides the same again', async () => {
    const driver = newDriver();
    const events = await play(driver, [[created('old', desk)], [won('old')]]);
    const wish = events.find(({ record }) => record.topic === 'memory.index.requested');
    const { reproduced, decision, emitted } = await decideAgain(driver, ragMemory, wish);
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });
});
