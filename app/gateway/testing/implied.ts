/** What each route is asked about the history of tests, and what that implies of its answer. */
import { expect } from 'vitest';
import type { Given } from '../route.ts';

export const ofAct = { account_id: 'act' };
export const ofAd = { ...ofAct, ad_id: 'exp0-q' };
export const ofExperiment = { ...ofAct, experiment_id: 'exp0' };
const ofCampaign = { ...ofAct, campaign_id: 'exp0' };

/** Twenty ads in ten experiments of two, questions clicked more; each shown 500 times in each third hour of three days. */
const shown = 500 * 8 * 3;

type Implied = Readonly<Record<string, { readonly given: Given; readonly status?: number; readonly implies: object }>>;

/** Routes of the loops, in the order in which they are asked. */
export const impliedOfLoops: Implied = {
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

/** The others. */
export const impliedOfOurs: Implied = {
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
