import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningProgram, token, type RunningProgram } from '../../testing/running-program.ts';
import { z } from 'zod';
import { created } from '../../testing/history.ts';
import { flywheelClient } from '../client/index.ts';
import type { Given } from './route.ts';
import { Contract, type Answer } from './testing/contract.ts';

let program: RunningProgram;
let contract: Contract;
const bearer = { authorization: `Bearer ${token}` };

beforeAll(async () => {
  program = await runningProgram({ days: 3 });
  contract = await Contract.of(program.url);
}, 300_000);
afterAll(() => program.stop());

const ofAct = { account_id: 'act' };
const ofAd = { ...ofAct, ad_id: 'exp0-q' };
const ofExperiment = { ...ofAct, experiment_id: 'exp0' };
const ofCampaign = { ...ofAct, campaign_id: 'exp0' };

/** Twenty ads in ten experiments of two, questions clicked more; each shown 500 times in each third hour of three days. */
const shown = 500 * 8 * 3;

/** What each route of the loops is asked, and what the history implies of its answer. */
const loops: Readonly<Record<string, { readonly given: Given; readonly status?: number; readonly implies: object }>> = {
  search_winners: {
    given: { ...ofAct, query: 'Are your shoes ready for rain?', top_k: 3 },
    implies: { results_found: 3, partial: false, winners: expect.arrayContaining([]) },
  },
  index_winner: { given: { ...ofAct, ad_id: 'exp0-s', ctr: 0.9 }, implies: { status: 'skipped', ctr: null } },
  memory_stats: { given: ofAct, implies: { namespace: 'act', dimension: 256, memory_status: 'ready' } },
  winner: { given: ofAd, implies: { ad_id: 'exp0-q', ad_data: { text: 'Is your desk older than your phone?' } } },
  clear_cache: { given: ofAct, implies: { status: 'nothing_to_clear', keys_deleted: 0 } },
  register_variant: {
    given: { ...ofAct, variant_id: 'new-ad', metadata: { campaign_id: 'exp0', adset_id: 'set-new', headline: 'New' } },
    implies: { status: 'registered', variant_id: 'new-ad' },
  },
  update_variant: {
    given: { ...ofAct, variant_id: 'new-ad', metrics: { impressions: 100, clicks: 4, spend: 1.5, currency: 'USD' } },
    implies: { status: 'updated' },
  },
  select_variant: { given: { ...ofCampaign, seed: 7 }, implies: { method: 'thompson_sampling', seed: 7 } },
  variant_stats: {
    given: { ...ofAct, variant_id: 'exp1-s' },
    implies: { variant_id: 'exp1-s', adset_id: 'set-exp1-s', impressions: shown },
  },
  all_variants: { given: ofAct, implies: { total_variants: 21 } },
  best_variant: { given: { ...ofAct, campaign_id: 'exp1' }, implies: { best_variant: { variant_id: 'exp1-q' } } },
  reallocate_budget: { given: { ...ofCampaign, total_budget: 90 }, implies: { total_budget: 90, status: 'proposed' } },
  apply_decay: { given: ofAct, implies: { variants_decayed: 0, variants: 21 } },
  ab_experiments: { given: { ...ofAct, limit: 3 }, implies: { total: 10, next: '3' } },
  ab_experiment_results: {
    given: { ...ofAct, experiment_id: 'exp1' },
    implies: { experiment_id: 'exp1', overall_metrics: { impressions: 2 * shown }, best_variant: 'exp1-q' },
  },
  ab_experiment_variants: {
    given: ofExperiment,
    implies: { variants: [{ variant_id: 'exp0-q' }, { variant_id: 'exp0-s' }] },
  },
  contribute: {
    given: { ...ofAct, business_id: 'biz', niche: 'fashion' },
    implies: { success: true, niche: 'fashion', shares: true },
  },
  retrieve_patterns: { given: ofAct, implies: { success: false, niche: 'fashion', patterns: [] } },
  detect_niche: { given: ofAct, implies: { success: true, niche: 'fashion', source: 'people' } },
  build_playbook: { given: ofAct, implies: { success: false, total_plays: 0 } },
  cross_learning_stats: { given: {}, implies: { total_accounts: 1, opt_in_required: true } },
  extract_dna: {
    given: { ...ofAct, creative_id: 'exp0-q' },
    implies: { dna: { hook: { hook: ['direct_address', 'question'] } } },
  },
  build_formula: { given: ofAct, implies: { status: 'known', sample_size: 10, ads: 20 } },
  apply_dna: { given: { ...ofAct, creative_id: 'exp0-s' }, implies: { total_suggestions: expect.any(Number) } },
  score_dna: { given: { ...ofAct, creative_id: 'exp0-q' }, implies: { formula_sample_size: 10, predicted_roas: null } },
  list_dna_applications: { given: ofAct, implies: { applications: 0 } },
  compound_learning_cycle: {
    given: ofAct,
    status: 202,
    implies: { status: 'running', cycles: [{ account_id: 'act' }] },
  },
  trajectory: { given: ofAct, implies: { account_id: 'act', learning_status: 'too_early', on_track_for_10x: null } },
  snapshot: { given: ofAct, implies: { account_id: 'act' } },
  compound_history: { given: ofAct, implies: { snapshots: expect.arrayContaining([]) } },
  fetch_ad_actuals: {
    given: { ...ofAd, days_back: 2 },
    status: 202,
    implies: { total_requested: 1, status: 'running' },
  },
  batch_actuals: {
    given: {
      ...ofAct,
      ad_video_pairs: [
        ['exp0-q', 'v'],
        ['exp0-s', 'v'],
      ],
    },
    status: 202,
    implies: { total_requested: 2 },
  },
  sync_scheduled_actuals: { given: ofAct, status: 202, implies: { status: 'running' } },
  actuals_stats: { given: ofAct, implies: { account_id: 'act', accounts: [{ account_id: 'act' }] } },
  check_promotion: {
    given: { ...ofAct, experiment_id: 'exp2' },
    implies: { status: 'promoted', winner_ad_id: 'exp2-q' },
  },
  check_all_promotions: { given: ofAct, implies: { total_checked: 10 } },
  promotion_history: { given: ofAct, implies: { history: expect.arrayContaining([]) } },
  cumulative_improvement: {
    given: ofAct,
    implies: { total_experiments: 10, withdrawn: 0, compound_improvement_pct: null },
  },
  run_cycle: { given: { ...ofAct, trigger_retrain: false }, status: 202, implies: { cycles: [{ account_id: 'act' }] } },
  cycle_status: { given: ofAct, implies: { cycles: [{ account_id: 'act' }] } },
  predict_ctr: { given: { ...ofAct, ad_id: 'exp0-q' }, implies: { ad_id: 'exp0-q' } },
  feedback: {
    given: { ...ofAd, impressions: 50, clicks: 1 },
    implies: { status: 'recorded', ctr: 0.02, indexed_to_rag: true },
  },
  accuracy_report: { given: ofAct, implies: { account_id: 'act' } },
  check_fatigue: { given: ofAd, implies: { ad_id: 'exp0-q', status: 'INSUFFICIENT_DATA' } },
};

const ours: typeof loops = {
  get_money: { given: ofAct, implies: { accounts: expect.any(Array) } },
  command_money: { given: { ...ofAct, kind: 'kill', reason: 'a test' }, implies: { account_ids: ['act'] } },
  get_policy: { given: ofAct, implies: { in_force: true, account_id: 'act' } },
  list_policies: { given: {}, implies: { policies: expect.any(Array) } },
  propose_policy: { given: { document: {}, reason: 'a test' }, implies: { version: expect.any(String) } },
  activate_policy: { given: { version: 'none' }, status: 404, implies: { code: expect.any(String) } },
  get_promotions: { given: ofAct, implies: {} },
  get_variations: { given: ofAct, implies: { rows: expect.any(Array) } },
  decide_variation: {
    given: { ...ofAct, variation_id: 'none', action: 'skip' },
    status: 404,
    implies: { code: expect.any(String) },
  },
  list_decisions: {
    given: { ...ofAct, topic: 'winner.detected', limit: 2 },
    implies: { decisions: [{ account_id: 'act' }, {}] },
  },
  list_events: { given: { topic: 'ad.created', ...ofAct, limit: 5 }, implies: { next: expect.any(String) } },
  follow_event: { given: { id: 'ad.created/1/0' }, implies: { event: { topic: 'ad.created' } } },
  list_dead_letters: { given: {}, implies: { rows: [], total: 0 } },
  get_dead_letter: { given: { id: '0:0' }, status: 404, implies: { code: 'dead_letter.unknown' } },
  redrive_dead_letters: { given: { ids: ['0:0'] }, status: 404, implies: { code: 'dead_letter.unknown' } },
  discard_dead_letters: { given: { ids: ['0:0'] }, status: 404, implies: { code: 'dead_letter.unknown' } },
  get_lag: { given: { group: 'auto-promoter' }, implies: { lag: [{ group: 'auto-promoter' }, { partition: 1 }] } },
  get_job: { given: { job_id: 'cycle:operator-none' }, status: 404, implies: { code: 'job.unknown' } },
  get_write: { given: { write_id: 'none' }, status: 404, implies: { code: 'job.unknown' } },
  search: { given: { q: 'kettle' }, implies: { results: [{ kind: 'ad', id: 'exp5-q' }, { id: 'exp5-s' }] } },
  who_am_i: { given: {}, implies: { principal: 'local', role: 'admin', accounts: 'all' } },
  list_keys: { given: {}, implies: { keys: [] } },
  create_key: { given: { name: 'a', role: 'viewer' }, implies: { role: 'viewer', status: 'active' } },
  revoke_key: { given: { key_id: 'none' }, status: 404, implies: { code: 'key.unknown' } },
  list_audit: {
    given: { limit: 1 },
    implies: { entries: [{ principal: 'local', operation: 'revoke_key', status: 404 }] },
  },
  get_alerts: { given: ofAct, implies: { account_id: 'act', accounts: [{ account_id: 'act' }] } },
  get_alert_rules: {
    given: ofAct,
    implies: { rules: expect.arrayContaining([expect.objectContaining({ rule_id: 'roas_low', evaluated: true })]) },
  },
  command_alert: { given: { ...ofAct, kind: 'test', reason: 'a check' }, implies: { account_id: 'act' } },
  export_table: {
    given: { ...ofAct, table: 'ad_created' },
    implies: expect.stringMatching(/^account_id,campaign_id,.*\r\nact,exp0,/) as object,
  },
  explain_decision: { given: { id: 'none' }, status: 404, implies: { code: 'decision.unknown' } },
};

async function ask(id: string, given: Given): Promise<Answer> {
  const answer = await contract.ask(id, given, bearer);
  expect({ id, breaches: contract.breaches(id, answer) }).toEqual({ id, breaches: [] });
  return answer;
}

describe('each route on a running system answers as the document says, with what its history implies', () => {
  it.each(Object.entries(loops))('%s', async (id, { given, status = 200, implies }) => {
    const { body, ...answer } = await ask(id, given);
    expect({ status: answer.status, body }).toMatchObject({ status, body: implies });
  });

  it.each(Object.entries(ours))('%s', async (id, { given, status = 200, implies }) => {
    const { body, ...answer } = await ask(id, given);
    expect({ status: answer.status, body }).toMatchObject({ status, body: implies });
  });

  it('and none is left out', () => {
    const asked = [...Object.keys(loops), ...Object.keys(ours), 'publish_events', 'live'];
    const left = contract.routes.filter(({ path }) => !path.startsWith('/api/operations/')).map(({ id }) => id);
    expect(left.sort()).toEqual(asked.sort());
    const seed = contract.routes.filter(({ path }) =>
      /^\/api\/ml\/(rag|ab|cross-learning|dna|compound|actuals|auto-promote|self-learning-cycle)/.test(path),
    );
    expect(seed.length).toBeGreaterThanOrEqual(33);
  });

  it('operations too', async () => {
    const given: Record<string, Given> = {
      experiment: ofExperiment,
      why_won: { ...ofAct, experiment_id: 'exp0', ad_id: 'exp0-q' },
      score_ad: ofAd,
      fetch_actuals: { ...ofAct, ad_ids: ['exp0-q'] },
      follow: { id: 'ad.created/1/0' },
      query: { sql: 'SELECT count() FROM ad_created' },
      publish: { topic: 'ad.metrics', ndjson: '' },
      set_speed: { speed: 1 },
    };
    for (const { id, path, example } of contract.routes) {
      if (!path.startsWith('/api/operations/')) continue;
      const name = path.replace('/api/operations/', '');
      const { status } = await ask(id, given[name] ?? { ...example, ...('account_id' in example ? ofAct : {}) });
      const missing = [
        'dead_letter',
        'redrive',
        'discard',
        'explain',
        'run_again',
        'save_case',
        'revoke_key',
        'decide_variation',
        'activate_policy',
      ].includes(name);
      // Nothing plays here that could be faster.
      expect({ id, status }).toEqual({ id, status: missing ? 404 : name === 'set_speed' ? 400 : 200 });
    }
  });
});

const decision = z.object({
  decisions: z.array(z.object({ id: z.string(), account_id: z.string() })),
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
    const all: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page = decision.parse(
        (await ask('list_decisions', { limit: 97, ...(after === '' ? {} : { after }) })).body,
      );
      all.push(...page.decisions.map(({ id }) => id));
      after = page.next;
    }
    const { summary } = await program.flywheel.operations.status();
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe(summary.allocations + summary.winners + summary.withdrawn);
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
