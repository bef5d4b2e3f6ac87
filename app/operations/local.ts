/** Operations in the process that runs the engine. */
import { advice } from './advice/advise.ts';
import { alertRules, alerts, commandAlert } from './alerts/alerts.ts';
import { actuals, fetchActuals, syncActuals } from './actuals/actuals.ts';
import type { OperationsContext } from './context.ts';
import { cycles, requestCycle } from './cycles/cycle.ts';
import { models, rollBackModel } from './predictions/models.ts';
import { dnaApplications, scoreAd, scoreCreative, whyWon } from './creatives/creative.ts';
import { deadLetterDetail } from './dead-letters/dead-letter.ts';
import { discard, listDeadLetters, planLetters, redrive } from './dead-letters/dead-letters.ts';
import { decisions, events } from './events/events.ts';
import { experiment } from './experiments/experiment.ts';
import { experiments } from './experiments/experiments.ts';
import { exportTable } from './tables/export.ts';
import { explain } from './decisions/explain.ts';
import { follow } from './decisions/follow.ts';
import { fatigue } from './memory/fatigue.ts';
import { by_command } from './running/keys.ts';
import { lag } from './running/lag.ts';
import { learning } from './predictions/learning.ts';
import { memory } from './memory/memory.ts';
import type { Operations, RebuildReport } from './operations.ts';
import { commandMoney, money } from './money/money.ts';
import { niche, nicheStandings, shareAccount } from './niche/niche.ts';
import { activatePolicy, backtestPolicy, policy, policyHistory, proposePolicy } from './policy/policy.ts';
import { plannedChanges } from './money/planned.ts';
import { promotions } from './money/promotions.ts';
import { reconcile } from './money/reconcile.ts';
import { publish } from './events/publish.ts';
import { query } from './tables/query.ts';
import { rebuild } from './running/rebuild.ts';
import { policyFields } from './policy/fields.ts';
import { runAgain } from './decisions/run-again.ts';
import { saveCaseOf } from './decisions/save-case.ts';
import { setSpeed } from './running/set-speed.ts';
import { decideVariation, variations } from './creatives/variations.ts';
import { status } from './running/status.ts';
import { stepTimes } from './running/step-times.ts';
import { topologyView } from './running/topology.ts';

/** In process a rebuild can also tell how far it is. */
export interface LocalOperations extends Operations {
  rebuild(group: { readonly group: string }, onProgress?: (records: number) => void): Promise<RebuildReport>;
}

type Decided =
  | 'alerts'
  | 'alert_rules'
  | 'command_alert'
  | 'policy'
  | 'policy_history'
  | 'policy_fields'
  | 'backtest_policy'
  | 'propose_policy'
  | 'activate_policy'
  | 'money'
  | 'planned_changes'
  | 'command_money'
  | 'list_keys'
  | 'create_key'
  | 'revoke_key';

/** Those by which people decide: policies, budgets, alerts, keys. */
const peopleOperations = (context: OperationsContext): Pick<Operations, Decided> => ({
  alerts: (of) => alerts(context, of),
  alert_rules: (of) => alertRules(context, of),
  command_alert: (command) => commandAlert(context, command),
  policy: (of) => policy(context, of),
  policy_history: () => policyHistory(context),
  policy_fields: async () => policyFields(),
  backtest_policy: (of) => backtestPolicy(context, of),
  propose_policy: (proposal) => proposePolicy(context, proposal),
  activate_policy: (choice) => activatePolicy(context, choice),
  money: (of) => money(context, of),
  planned_changes: (of) => plannedChanges(context, of),
  command_money: (command) => commandMoney(context, command),
  list_keys: () => Promise.resolve(context.keys.list()),
  create_key: (key) => context.keys.create({ ...key, by: by_command }),
  revoke_key: ({ key_id }) => context.keys.revoke(key_id, by_command),
});

/** What the loops know, and what is asked of them. */
type LoopOperations = Pick<
  LocalOperations,
  | 'learning'
  | 'memory'
  | 'fatigue'
  | 'actuals'
  | 'fetch_actuals'
  | 'sync_actuals'
  | 'cycles'
  | 'request_cycle'
  | 'models'
  | 'roll_back_model'
  | 'niche'
  | 'niches'
  | 'share_account'
  | 'score_creative'
  | 'score_ad'
  | 'dna_applications'
  | 'why_won'
>;

const loopOperations = (context: OperationsContext): LoopOperations => ({
  learning: (of) => learning(context, of),
  memory: (of) => memory(context, of),
  fatigue: (of) => fatigue(context, of),
  actuals: (of) => actuals(context, of),
  fetch_actuals: (of) => fetchActuals(context, of),
  sync_actuals: (of) => syncActuals(context, of),
  cycles: (of) => cycles(context, of),
  request_cycle: (request) => requestCycle(context, request),
  models: (of) => models(context, of),
  roll_back_model: (request) => rollBackModel(context, request),
  niche: (of) => niche(context, of),
  niches: () => nicheStandings(context),
  share_account: (request) => shareAccount(context, request),
  score_creative: (creative) => scoreCreative(context, creative),
  score_ad: (ad) => scoreAd(context, ad),
  dna_applications: (of) => dnaApplications(context, of),
  why_won: (won) => whyWon(context, won),
});

export const localOperations = (context: OperationsContext): LocalOperations => ({
  ...peopleOperations(context),
  ...loopOperations(context),
  status: () => status(context),
  topology: () => Promise.resolve(topologyView(context.engine.topology)),
  lag: (of) => lag(context, of),
  advice: () => advice(context),
  step_times: () => stepTimes(context),
  experiments: (filter) => experiments(context, filter),
  experiment: (id) => experiment(context, id),
  reconcile: (of) => reconcile(context, of),
  promotions: (of) => promotions(context, of),
  variations: (of) => variations(context, of),
  decide_variation: (choice) => decideVariation(context, choice),
  decisions: (filter) => decisions(context, filter),
  events: (filter) => events(context, filter),
  dead_letters: (filter) => listDeadLetters(context, filter),
  dead_letter: (id) => deadLetterDetail(context, id),
  redrive: (filter) => redrive(context, filter),
  plan_redrive: (choice) => planLetters(context, choice),
  discard: (choice) => discard(context, choice),
  explain: (id) => explain(context, id),
  run_again: (edited) => runAgain(context, edited),
  save_case: (of) => saveCaseOf(context, of),
  follow: (id) => follow(context, id),
  query: (sql) => query(context, sql),
  export_table: (of) => exportTable(context, of),
  publish: (lines) => publish(context, lines),
  rebuild: (group, onProgress) => rebuild(context, group, onProgress && { onProgress }),
  set_speed: async (speed) => setSpeed(context, speed),
});
