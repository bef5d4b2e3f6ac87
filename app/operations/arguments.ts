/** What operations may be asked with, as schemas: what another process sends is checked before it is believed. */
import { z } from 'zod';
import { newKeyShape } from './running/keys.ts';
import type { Operations } from './operations.ts';
import { speedShape } from './results.ts';

type ArgumentOf<K extends keyof Operations> = Parameters<Operations[K]> extends [infer Argument] ? Argument : object;

/** A name, an id or a filter's word. */
const word = z.string().min(1).max(500);
/** Words of an ad. */
const copy = z.string().min(1).max(10_000);
const limit = z.int().min(1).max(1_000_000);
const days_back = z.int().min(1).max(31);
const nothing = z.strictObject({});
const object = z.record(z.string(), z.unknown());
const group = word.exactOptional();
const topic = word.exactOptional();
const signed = { by: word.exactOptional(), reason: word.exactOptional() };

export const argumentShapes: { readonly [K in keyof Operations]: z.ZodObject & z.ZodType<ArgumentOf<K>> } = {
  status: nothing,
  topology: nothing,
  lag: z.strictObject({ group }),
  advice: nothing,
  step_times: nothing,
  experiments: z.strictObject({
    account_id: word.exactOptional(),
    status: word.exactOptional(),
    limit: limit.exactOptional(),
    after: word.exactOptional(),
  }),
  experiment: z.strictObject({ account_id: word, experiment_id: word, until_ms: z.int().min(0).exactOptional() }),
  learning: z.strictObject({ account_id: word.exactOptional() }),
  memory: z.strictObject({
    account_id: word.exactOptional(),
    text: copy.exactOptional(),
    format: word.exactOptional(),
    niche: word.exactOptional(),
    since_ms: z.int().min(0).exactOptional(),
    min_rate: z.number().min(0).max(1).exactOptional(),
    min_score: z.number().min(-1).max(1).exactOptional(),
    limit: limit.exactOptional(),
  }),
  fatigue: z.strictObject({ account_id: word.exactOptional() }),
  actuals: z.strictObject({ account_id: word.exactOptional() }),
  fetch_actuals: z.strictObject({
    account_id: word,
    ad_ids: z.array(word).min(1).max(1_000),
    days_back: days_back.exactOptional(),
  }),
  sync_actuals: z.strictObject({ account_id: word.exactOptional(), days_back: days_back.exactOptional() }),
  cycles: z.strictObject({ account_id: word.exactOptional() }),
  request_cycle: z.strictObject({
    account_id: word.exactOptional(),
    retrain: z.boolean().exactOptional(),
    accuracy_threshold: z.number().min(0).max(1).exactOptional(),
  }),
  models: z.strictObject({ account_id: word }),
  roll_back_model: z.strictObject({
    account_id: word,
    to_model_id: word.nullable(),
    reason: z.string().trim().min(1).max(1_000),
  }),
  money: z.strictObject({ account_id: word.exactOptional() }),
  planned_changes: z.strictObject({ account_id: word.exactOptional(), limit: limit.exactOptional() }),
  command_money: z.strictObject({
    kind: z.enum(['approve', 'reject', 'undo', 'undo_since', 'kill', 'unkill', 'mode']),
    account_id: word.exactOptional(),
    change_id: word.exactOptional(),
    since_ms: z.int().min(0).exactOptional(),
    mode: z.enum(['dry_run', 'approve', 'auto']).exactOptional(),
    actor: word,
    reason: z.string().max(1_000).exactOptional(),
  }),
  niche: z.strictObject({ account_id: word }),
  niches: nothing,
  share_account: z.strictObject({
    account_id: word,
    business_id: word,
    shares: z.boolean(),
    niche: word.exactOptional(),
  }),
  score_creative: z.strictObject({
    account_id: word,
    headline: copy,
    primary_text: copy.exactOptional(),
    call_to_action: word.exactOptional(),
    language: word.exactOptional(),
  }),
  score_ad: z.strictObject({ account_id: word, ad_id: word }),
  dna_applications: z.strictObject({ account_id: word, limit: limit.exactOptional() }),
  why_won: z.strictObject({ account_id: word, experiment_id: word, ad_id: word }),
  reconcile: z.strictObject({ account_id: word, days: z.int().min(1).max(28).exactOptional() }),
  promotions: z.strictObject({ account_id: word, limit: limit.exactOptional() }),
  variations: z.strictObject({ account_id: word, limit: limit.exactOptional() }),
  decide_variation: z.strictObject({
    account_id: word,
    variation_id: word,
    action: z.enum(['approve', 'skip', 'reopen', 'move']),
    before_variation_id: word.exactOptional(),
    ...signed,
  }),
  export_table: z.strictObject({
    table: z.string().min(1).max(128),
    account_id: word.exactOptional(),
    after: z.string().min(1).max(1_000).exactOptional(),
    limit: z.int().min(1).max(50_000).exactOptional(),
  }),
  alerts: z.strictObject({ account_id: word.exactOptional(), limit: limit.exactOptional() }),
  alert_rules: z.strictObject({ account_id: word.exactOptional() }),
  command_alert: z.strictObject({
    kind: z.enum(['acknowledge', 'resolve', 'test', 'resend']),
    account_id: word.exactOptional(),
    alert_id: word.exactOptional(),
    notification_id: word.exactOptional(),
    channel: z.enum(['slack', 'webhook', 'email']).exactOptional(),
    actor: word,
    reason: z.string().max(1_000).exactOptional(),
  }),
  policy: z.strictObject({ version: word.exactOptional(), account_id: word.exactOptional() }),
  policy_history: nothing,
  policy_fields: nothing,
  backtest_policy: z.strictObject({ document: object }),
  propose_policy: z.strictObject({ document: z.record(z.string(), z.unknown()), ...signed }),
  activate_policy: z.strictObject({ version: word, anyway: z.boolean().exactOptional(), ...signed }),
  decisions: z.strictObject({ topic, limit: limit.exactOptional() }),
  events: z.strictObject({ topic: word, limit: limit.exactOptional() }),
  dead_letters: z.strictObject({ group, topic, limit: limit.exactOptional() }),
  dead_letter: z.strictObject({ id: word }),
  redrive: z.strictObject({ group, topic, ids: z.array(word).max(100_000).exactOptional() }),
  plan_redrive: z.strictObject({
    group,
    topic,
    ids: z.array(word).max(100_000).exactOptional(),
    limit: limit.exactOptional(),
  }),
  discard: z.strictObject({ ids: z.array(word).min(1).max(100_000) }),
  explain: z.strictObject({ id: word }),
  run_again: z.strictObject({
    id: word,
    event: object.exactOptional(),
    state: z.unknown().optional(),
    policy: object.exactOptional(),
  }),
  save_case: z.strictObject({ id: word, name: word.exactOptional() }),
  follow: z.strictObject({ id: word }),
  query: z.strictObject({ sql: z.string().max(100_000), limit: limit.exactOptional() }),
  publish: z.strictObject({
    topic: word,
    ndjson: z.string(),
    source: word.exactOptional(),
    position: z.string().max(10_000).exactOptional(),
    force: z.boolean().exactOptional(),
  }),
  rebuild: z.strictObject({ group: word }),
  set_speed: z.strictObject({ speed: speedShape }),
  list_keys: nothing,
  create_key: newKeyShape,
  revoke_key: z.strictObject({ key_id: word }),
};
