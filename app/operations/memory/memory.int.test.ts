import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../../engine/driver/driver.ts';
import type { SourceEvent } from '../../../engine/engine.ts';
import { generator, poisson } from '../../../learning/numeric.ts';
import { hashedEmbeddings } from '../../../ports/embeddings/hashed/hashed.ts';
import { InProcessVectors } from '../../../ports/vectors/in-process/in-process.ts';
import { creativeDna } from '../../../processors/creative-dna/decide.ts';
import { fatigueMonitor } from '../../../processors/fatigue-monitor/decide.ts';
import { ragMemory } from '../../../processors/rag-memory/decide.ts';
import { indexGroup } from '../../../processors/rag-memory/index/call.ts';
import type { MemoryOutside } from '../../../processors/rag-memory/outside.ts';
import { recallGroup } from '../../../processors/rag-memory/recall/call.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { noCreativeFacts } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { driverOf } from '../../../testing/played.ts';
import { snapshot, start_ms } from '../../../testing/snapshot.ts';
import type { Serving } from '../../assemble.ts';
import { serve } from '../../gateway/gateway.ts';
import { DecisionFeed } from '../decisions/feed.ts';
import { startDouble, stillSource } from '../doubles.ts';
import { localOperations } from '../local.ts';
import type { Operations } from '../operations.ts';
import { remoteOperations } from '../remote.ts';

const token = 'a-token-for-this-test';
/** Where the accounts' clock stands: in the 27th day. */
const now_ms = start_ms + 26 * day_ms + hour_ms;

let driver: Driver;
let decisions: DecisionFeed;
let serving: Serving;
let folder: string;
let memory: MemoryOutside;
let operations: Operations;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flywheel-memory-'));
  memory = {
    embeddings: hashedEmbeddings,
    vectors: new InProcessVectors(hashedEmbeddings.dimensions),
    lacking: () => null,
    later: () => undefined,
  };
  driver = driverOf([creativeDna, ragMemory, indexGroup(memory), recallGroup(memory), fatigueMonitor]);
  const { context } = await startDouble(start_ms, undefined, driver);
  const status = { ...stillSource.status(), clock_ms: now_ms };
  const local = localOperations({ ...context, memory, source: { ...stillSource, status: () => status } });
  decisions = new DecisionFeed(driver.engine, context.directory);
  decisions.open();
  serving = await serve(
    {
      context: { ...context, memory },
      operations: local,
      decisions,
      host: '127.0.0.1',
      port: 0,
      token,
      logger: pino({ enabled: false }),
    },
    { page_folder: folder },
  );
  operations = remoteOperations({ url: serving.url, token });
});
afterEach(async () => {
  await serving.close();
  decisions.close();
  await driver.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function published(...events: readonly SourceEvent[]): Promise<void> {
  driver.clock.advance(hour_ms);
  await driver.engine.publish({ source: 'test', position: String(driver.clock.now_ms()), events });
  await driver.settle();
}

const created = (ad_id: string, headline: string, format = 'image'): SourceEvent => ({
  topic: 'ad.created',
  value: {
    ...noCreativeFacts,
    account_id: 'act',
    campaign_id: 'c',
    adset_id: `set-${ad_id}`,
    ad_id,
    experiment_id: null,
    objective: 'traffic',
    name: ad_id,
    headline,
    primary_text: null,
    call_to_action: null,
    format,
    created_ms: start_ms,
    provenance: 'live',
  },
});
const won = (ad_id: string, given: object = {}): SourceEvent => ({
  topic: 'winner.detected',
  value: {
    ...exampleOf('winner.detected'),
    account_id: 'act',
    ad_id,
    experiment_id: `exp-${ad_id}`,
    at_ms: start_ms,
    ...given,
  },
});
const withdrawn = (ad_id: string): SourceEvent => ({
  topic: 'winner.withdrawn',
  value: { ...exampleOf('winner.withdrawn'), account_id: 'act', ad_id, experiment_id: `exp-${ad_id}`, at_ms: start_ms },
});

describe('memory, asked', () => {
  beforeEach(async () => {
    await published(
      created('desk', 'Is your desk older than your phone?'),
      created('coat', 'The coat for cold days', 'video'),
      created('gone', 'Is your chair older than your phone?'),
    );
    const niche = { ...exampleOf('account.changed'), account_id: 'act', niche: 'fashion', changed_ms: start_ms };
    await published(won('desk', { rate: 0.03 }));
    await published({ topic: 'account.changed', value: niche });
    await published(won('coat', { rate: 0.01, at_ms: start_ms + day_ms }), won('gone'));
    await published(withdrawn('gone'));
  });

  it('has the newest winners first, and none that were withdrawn', async () => {
    const view = await operations.memory({});
    expect(view).toMatchObject({ account_id: 'act', standing: 2, withdrawn: 1, matching: 2, failure: null });
    expect(view.formats).toEqual(['image', 'video']);
    expect(view.winners.map(({ ad_id, score }) => [ad_id, score])).toEqual([
      ['coat', null],
      ['desk', null],
    ]);
  });

  it('scores what a text resembles as recall scores a new creative', async () => {
    const text = 'Is your sofa older than your phone?';
    const { winners } = await operations.memory({ account_id: 'act', text });
    expect(winners.map(({ ad_id }) => ad_id)).toEqual(['desk', 'coat']);
    expect(winners[0]?.score).toBeGreaterThan(0.6);
    expect(winners[0]?.name).toBe('Is your desk older than your phone?');
  });

  it('filters by format, niche when it won, time, click rate and likeness', async () => {
    const adsOf = async (question: Parameters<Operations['memory']>[0]): Promise<readonly string[]> =>
      (await operations.memory(question)).winners.map(({ ad_id }) => ad_id);
    const text = 'Is your sofa older than your phone?';
    expect(await adsOf({ format: 'video' })).toEqual(['coat']);
    expect(await adsOf({ niche: 'fashion' })).toEqual(['coat']);
    expect(await adsOf({ niche: 'travel' })).toEqual([]);
    expect(await adsOf({ since_ms: start_ms + 1 })).toEqual(['coat']);
    expect(await adsOf({ min_rate: 0.02 })).toEqual(['desk']);
    expect(await adsOf({ text, min_score: 0.5 })).toEqual(['desk']);
    expect(await adsOf({ text, limit: 1 })).toEqual(['desk']);
    expect(await adsOf({ account_id: 'stranger', text })).toEqual([]);
  });

  it('says why where whoever makes vectors does not answer', async () => {
    Object.assign(memory, {
      embeddings: { ...hashedEmbeddings, embed: () => Promise.reject(new Error('no route to the provider')) },
    });
    const view = await operations.memory({ account_id: 'act', text: 'sofa' });
    expect(view).toMatchObject({ winners: [], failure: 'no route to the provider', standing: 2 });
    expect((await operations.memory({ account_id: 'act' })).winners).toHaveLength(2);
  });

  it('answers under the old names of its routes', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ account_id: 'act', query: 'Is your sofa older?', top_k: 1, min_ctr: 0.02 });
    const found = await fetch(`${serving.url}/api/ml/rag/search-winners`, { method: 'POST', headers, body });
    expect(found.status).toBe(200);
    expect(await found.json()).toMatchObject({ results_found: 1, winners: [{ ad_id: 'desk' }] });
    const stats = await fetch(`${serving.url}/api/ml/rag/memory-stats?account_id=act`, { headers });
    expect(await stats.json()).toMatchObject({
      total_winners_in_memory: 2,
      withdrawn: 1,
      embedding_model: 'hashed-1',
      dimension: 256,
    });
  });
});

describe('fatigue, asked', () => {
  const ads = ['a', 'b', 'c', 'd', 'e', 'f'];
  const rate = (ad: string, day: number): number =>
    0.015 * (ad === 'a' ? 1 - 0.4 * Math.min(1, Math.max(0, (day - 12) / 10)) : 1);

  it('is empty before anything is shown', async () => {
    expect(await operations.fatigue({})).toMatchObject({ accounts: [], account_id: null, ads: [], baseline_days: 5 });
  });

  it('has every ad as of its last whole day, the most tired first, with what may be done', async () => {
    const random = generator(13);
    await published(...ads.map((ad) => created(ad, `Headline of ${ad}`)), won('b', { lift: 0.2 }));
    for (let day = 0; day < 26; day++) {
      const tick: SourceEvent = { topic: 'tick.hourly', value: { hour_ms: start_ms + (day + 1) * day_ms - hour_ms } };
      const shown = ads.map((ad_id): SourceEvent => {
        const link_clicks = poisson(5_000 * rate(ad_id, day), random);
        return { topic: 'ad.metrics', value: snapshot({ ad_id, hour: 24 * day, impressions: 5_000, link_clicks }) };
      });
      await published(...shown);
      await published(tick);
    }
    await published({ topic: 'ad.metrics', value: snapshot({ ad_id: 'new', hour: 24 * 25, impressions: 100 }) });
    const report = await operations.fatigue({});
    expect(report.accounts).toEqual([{ account_id: 'act', ads: 7, tired: 1 }]);
    const [worst] = report.ads;
    expect(worst).toMatchObject({ ad_id: 'a', name: 'Headline of a', days: 26, threshold: 4.3 });
    expect(worst?.evidence).toBeGreaterThan(4.3);
    expect(worst?.change_high).toBeLessThan(0);
    expect(['fatiguing', 'saturated']).toContain(worst?.status);
    // All headlines are made alike, so the winner has nothing that the tired ad lacks.
    expect(worst?.no_refresh).toContain('no experiment has told traits apart');
    expect(report.ads.find(({ ad_id }) => ad_id === 'new')).toMatchObject({ status: 'insufficient_data', days: 1 });
    const told = (await operations.events({ topic: 'ad.fatigued' })).find(({ value }) => value?.['ad_id'] === 'a');
    expect(told?.value).toMatchObject({ status: worst?.status });
  });
});
