import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningProgram, token, type RunningProgram } from '../../testing/running-program.ts';
import { z } from 'zod';
import { created } from '../../testing/history.ts';
import { flywheelClient } from '../client/index.ts';
import type { Given } from './route.ts';
import { askedOf, bearer, routesContract } from './routes.contract.ts';
import { Contract, type Answer } from './testing/contract.ts';
import { ofAct, ofAd } from './testing/implied.ts';

let program: RunningProgram;
let contract: Contract;

beforeAll(async () => {
  program = await runningProgram({ days: 3 });
  contract = await Contract.of(program.url);
}, 300_000);
afterAll(() => program.stop());

const ask = (id: string, given: Given): Promise<Answer> => askedOf(contract, id, given);

routesContract('one machine', () => ({ program, contract }));

const decision = z.object({
  decisions: z.array(z.object({ id: z.string(), account_id: z.string(), topic: z.string() })),
  next: z.string().nullable(),
});

describe('what a route says', () => {
  it('of winners is what the events say', async () => {
    const { body } = await ask('list_decisions', { ...ofAct, topic: 'winner.detected', limit: 1_000 });
    const announced = decision.parse(body).decisions;
    const { body: found } = await ask('promotion_history', { ...ofAct, days_back: 30 });
    expect(found).toMatchObject({ total_promotions: announced.length });
    expect(announced.length).toBeGreaterThan(0);
    const { body: memory } = await ask('memory_stats', ofAct);
    expect(memory).toMatchObject({ total_winners_in_memory: announced.length });
    const { body: said } = await ask('explain_decision', { id: announced[0]?.id });
    expect(said).toMatchObject({ reproduced: true, group: 'auto-promoter' });
  });

  it('comes in pages that hold each decision once', async () => {
    const all: z.infer<typeof decision>['decisions'] = [];
    for (let after: string | null = ''; after !== null;) {
      const page = decision.parse(
        (await ask('list_decisions', { limit: 97, ...(after === '' ? {} : { after }) })).body,
      );
      all.push(...page.decisions);
      after = page.next;
    }
    const { summary } = await program.flywheel.operations.status();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const others = all.filter(({ topic }) => topic !== 'budget.change.progressed');
    expect(others.length).toBe(summary.allocations + summary.winners + summary.withdrawn);
    expect((await ask('list_decisions', { after: 'bm9uc2Vuc2U' })).body).toMatchObject({
      code: 'request.cursor',
      field: 'after',
    });
  });

  it('is what was written before it: the answer of a write waits for who must know', async () => {
    const metrics = { impressions: 1_000, clicks: 30, conversions: 2, spend: 12.5, currency: 'USD' };
    const end = await program.flywheel.engine.log.range('tick.hourly', 0);
    expect(end.end).toBeGreaterThan(0);
    const window = { window_start_ms: Date.UTC(2024, 9, 1), window_end_ms: Date.UTC(2024, 9, 1, 1) };
    const before = (await ask('variant_stats', { ...ofAct, variant_id: 'exp3-s' })).body as { impressions: number };
    const { status } = await ask('update_variant', {
      ...ofAct,
      variant_id: 'exp3-s',
      metrics: { ...metrics, ...window },
    });
    expect(status).toBe(200);
    const after = (await ask('variant_stats', { ...ofAct, variant_id: 'exp3-s' })).body;
    expect(after).toMatchObject({ impressions: before.impressions + 1_000, conversions: 2 });
  });

  it('of a job is how far it is, and that it is done', async () => {
    const { body } = await ask('fetch_ad_actuals', { ...ofAd, days_back: 1 });
    const { job_id } = z.object({ job_id: z.string() }).parse(body);
    await program.flywheel.drain();
    expect((await ask('get_job', { job_id })).body).toMatchObject({ status: 'done', done: 1, total: 1, progress: 1 });
  });

  it('is not sent again while it is as it was', async () => {
    const first = await ask('best_variant', ofAct);
    const etag = first.headers.get('etag') ?? '';
    const again = await contract.ask('best_variant', ofAct, { ...bearer, 'if-none-match': etag });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
  });
});

describe('a change under an Idempotency-Key', () => {
  const keyed = (key: string): Record<string, string> => ({ ...bearer, 'idempotency-key': key });
  const given = { ...ofAd, days_back: 3 };

  it('is done once and answered alike', async () => {
    const [first, second] = [
      await contract.ask('fetch_ad_actuals', given, keyed('one')),
      await contract.ask('fetch_ad_actuals', given, keyed('one')),
    ];
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const other = await contract.ask('fetch_ad_actuals', given, keyed('two'));
    expect(other.text).not.toBe(first.text);
  });

  it('with other content is refused', async () => {
    await contract.ask('fetch_ad_actuals', given, keyed('three'));
    const answer = await contract.ask('fetch_ad_actuals', { ...given, days_back: 4 }, keyed('three'));
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'request.key_reused', field: 'Idempotency-Key', value: 'three' },
    });
  });

  it('that is no key is refused', async () => {
    expect(await contract.ask('fetch_ad_actuals', given, keyed('a b'))).toMatchObject({
      status: 400,
      body: { code: 'request.key_invalid' },
    });
  });
});

const line = (over: object): string => JSON.stringify({ ...created('streamed', 'Streamed', null).value, ...over });

describe('events in', () => {
  const post = async (query: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<Answer> => {
    const response = await fetch(`${program.url}/api/events?${query}`, {
      method: 'POST',
      headers: { ...bearer, 'content-type': type },
      body,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as unknown };
  };

  it('as one JSON event are in the log, and groups have passed them where that is asked for', async () => {
    const answer = await post(
      'topic=ad.created&wait_for=creative-dna,rag-memory',
      'application/json',
      line({ ad_id: 'single' }),
    );
    expect(contract.breaches('publish_events', answer)).toEqual([]);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, waits_for: [] } });
    expect((await ask('list_events', { topic: 'ad.created', ...ofAct, limit: 1 })).body).toMatchObject({
      events: [{ value: { ad_id: 'single' } }],
    });
  });

  it('as lines are taken one by one, and what is refused is told with its line', async () => {
    const lines = [line({ ad_id: 'l1' }), '{"account_id": 7}', line({ ad_id: 'l2' }), 'nonsense'].join('\n');
    const answer = await post('topic=ad.created', 'application/x-ndjson', lines);
    expect(contract.breaches('publish_events', answer)).toEqual([]);
    expect(answer).toMatchObject({
      status: 207,
      body: { status: 'partial', accepted: 2, rejected_total: 2, rejected: [{ line: 2 }, { line: 4 }] },
    });
  });

  it('as a record of Avro are read as the topic has it', async () => {
    const { codec } = program.flywheel.engine.options;
    const record = codec.encode('ad.created', { ...created('avro', 'Avro', null).value });
    const answer = await post('topic=ad.created', 'application/avro', Uint8Array.from(record));
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect(await post('topic=ad.created', 'application/avro', Uint8Array.from([1, 2, 3, 4, 5, 6]))).toMatchObject({
      status: 422,
      body: { code: 'request.event' },
    });
  });

  it.each([
    ['topic=ad.create', line({}), 404, 'topic.unknown'],
    ['topic=winner.detected', line({}), 400, 'topic.ours'],
    ['topic=api.key.changed', line({}), 400, 'topic.ours'],
    ['topic=audit.recorded', line({}), 400, 'topic.ours'],
    ['topic=ad.created', line({ name: '' }), 422, 'request.event'],
    ['topic=ad.created', '[]', 422, 'request.event'],
    ['', line({}), 400, 'request.argument'],
  ])('to %s are refused where they are not to be taken', async (query, body, status, code) => {
    expect(await post(query, 'application/json', body)).toMatchObject({ status, body: { code } });
  });
});

describe('the typed client', () => {
  it('asks and is answered as the document says', async () => {
    const client = flywheelClient({ url: program.url, key: token });
    const { data } = await client.POST('/api/ml/rag/search-winners', {
      body: { account_id: 'act', query: 'Are your shoes ready for rain?', top_k: 1 },
    });
    expect(data?.winners[0]).toMatchObject({ ad_id: 'exp3-q', similarity: expect.any(Number) });
    const { error, response } = await client.GET('/api/ml/ab/variant-stats/{variant_id}', {
      params: { path: { variant_id: 'nobody' }, query: { account_id: 'act' } },
    });
    expect([response.status, error?.code]).toEqual([404, 'variant.unknown']);
  });
});

describe('the reference', () => {
  it('is a page that loads nothing and runs nothing', async () => {
    const page = await fetch(`${program.url}/docs`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|https?:\/\/|style="/);
    for (const { id } of contract.routes) expect(html).toContain(`id="${id}"`);
  });
});
