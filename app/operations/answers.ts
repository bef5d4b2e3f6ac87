/** What each operation answers, as a schema: for the program that asks from afar, and for the document of the API. */
import { z } from 'zod';
import { actuals, requestedActuals } from './actuals/results.ts';
import { applicationsShape, creativeScore, whyWon } from './creatives/results.ts';
import { accountCycles, askedCycles } from './cycles/results.ts';
import { keyView, newKey } from './running/keys.ts';
import { alertRules, alertsReport, sentAlertCommand } from './alerts/results.ts';
import { lagRows } from './running/lag-results.ts';
import { fatigue, memory } from './memory/results.ts';
import { accountChanged, nicheStandings, nicheView } from './niche/results.ts';
import { moneyViews, plannedChanges, sentCommand } from './money/results.ts';
import { adviceRows, stepTimes } from './running/health-results.ts';
import { runAgain, savedCase } from './decisions/run-again-results.ts';
import { backtestJob } from './policy/backtest-results.ts';
import { activatedPolicy, policyFields, policySteps, policyView, proposedPolicy } from './policy/results.ts';
import { promotionsShape } from './money/promotions-results.ts';
import { exportPage, publishReport, rebuildReport } from './running/report-results.ts';
import { reconciliation } from './money/reconcile.ts';
import { redrivePlan } from './dead-letters/redrive-results.ts';
import { variationDecision, variationQueue } from './creatives/variation-results.ts';
import type { Operations } from './operations.ts';
import { explanation, followNode } from './decisions/explain-results.ts';
import { accountModels, askedRollback } from './predictions/models-results.ts';
import * as results from './results.ts';

export type AnswerOf<K extends keyof Operations> = Awaited<ReturnType<Operations[K]>>;

export const answerShapes: { readonly [K in keyof Operations]: z.ZodType<AnswerOf<K>> } = {
  alerts: alertsReport,
  alert_rules: alertRules,
  command_alert: sentAlertCommand,
  export_table: exportPage,
  status: results.status,
  topology: results.topology,
  lag: lagRows,
  experiments: results.experiments,
  experiment: results.experiment,
  learning: results.learning,
  memory,
  fatigue,
  actuals,
  fetch_actuals: requestedActuals,
  sync_actuals: requestedActuals,
  cycles: accountCycles,
  request_cycle: askedCycles,
  models: accountModels,
  roll_back_model: askedRollback,
  niche: nicheView,
  niches: nicheStandings,
  share_account: accountChanged,
  score_creative: creativeScore,
  score_ad: creativeScore.nullable(),
  dna_applications: applicationsShape,
  why_won: whyWon,
  decisions: z.array(results.decisionRow),
  events: z.array(results.eventView),
  dead_letters: results.deadLetters,
  dead_letter: results.deadLetter,
  redrive: results.redriven,
  discard: results.discarded,
  explain: explanation,
  follow: followNode.nullable(),
  query: results.queryResult,
  publish: publishReport,
  rebuild: rebuildReport,
  set_speed: results.sourceStatus,
  money: moneyViews,
  planned_changes: plannedChanges,
  command_money: sentCommand,
  reconcile: reconciliation,
  promotions: promotionsShape,
  variations: variationQueue,
  decide_variation: variationDecision,
  policy: policyView,
  policy_history: policySteps,
  propose_policy: proposedPolicy,
  activate_policy: activatedPolicy,
  plan_redrive: redrivePlan,
  advice: adviceRows,
  step_times: stepTimes,
  policy_fields: policyFields,
  backtest_policy: backtestJob,
  run_again: runAgain.nullable(),
  save_case: savedCase.nullable(),
  list_keys: z.array(keyView),
  create_key: newKey,
  revoke_key: keyView,
};
