/** Operations as another process calls them: by name, with an argument that is checked first. */
import type { z } from 'zod';
import { FlywheelError } from '../../topology/errors.ts';
import { argumentShapes } from '../operations/arguments.ts';
import type { Operations } from '../operations/operations.ts';
import { parsed } from './complaint.ts';

export type OperationName = keyof Operations;

export const operation_names: readonly OperationName[] = Object.keys(argumentShapes) as OperationName[];

export const isOperation = (name: string): name is OperationName => Object.hasOwn(argumentShapes, name);

type Call = (operations: Operations, body: unknown) => Promise<unknown>;

const call =
  <S extends z.ZodObject>(
    name: OperationName,
    shape: S,
    run: (operations: Operations, argument: z.output<S>) => Promise<unknown>,
  ): Call =>
  (operations, body) =>
    run(operations, parsed(name, shape, body));

/** Runs what answers null where there is nothing, and says so as an error, which HTTP has a status for. */
async function found<T>(answer: Promise<T | null>, missing: () => FlywheelError): Promise<T> {
  const value = await answer;
  if (value === null) throw missing();
  return value;
}

const shapes = argumentShapes;
const calls: Readonly<Record<OperationName, Call>> = {
  status: call('status', shapes.status, (on) => on.status()),
  topology: call('topology', shapes.topology, (on) => on.topology()),
  lag: call('lag', shapes.lag, (on, of) => on.lag(of)),
  advice: call('advice', shapes.advice, (on) => on.advice()),
  step_times: call('step_times', shapes.step_times, (on) => on.step_times()),
  experiments: call('experiments', shapes.experiments, (on, filter) => on.experiments(filter)),
  experiment: call('experiment', shapes.experiment, (on, id) =>
    found(
      on.experiment(id),
      () => new FlywheelError('experiment.unknown', { id: id.experiment_id, account_id: id.account_id }),
    ),
  ),
  learning: call('learning', shapes.learning, (on, of) => on.learning(of)),
  memory: call('memory', shapes.memory, (on, of) => on.memory(of)),
  fatigue: call('fatigue', shapes.fatigue, (on, of) => on.fatigue(of)),
  actuals: call('actuals', shapes.actuals, (on, of) => on.actuals(of)),
  fetch_actuals: call('fetch_actuals', shapes.fetch_actuals, (on, of) => on.fetch_actuals(of)),
  sync_actuals: call('sync_actuals', shapes.sync_actuals, (on, of) => on.sync_actuals(of)),
  cycles: call('cycles', shapes.cycles, (on, of) => on.cycles(of)),
  request_cycle: call('request_cycle', shapes.request_cycle, (on, request) => on.request_cycle(request)),
  models: call('models', shapes.models, (on, of) => on.models(of)),
  roll_back_model: call('roll_back_model', shapes.roll_back_model, (on, request) => on.roll_back_model(request)),
  alerts: call('alerts', shapes.alerts, (on, of) => on.alerts(of)),
  alert_rules: call('alert_rules', shapes.alert_rules, (on, of) => on.alert_rules(of)),
  command_alert: call('command_alert', shapes.command_alert, (on, command) => on.command_alert(command)),
  money: call('money', shapes.money, (on, of) => on.money(of)),
  planned_changes: call('planned_changes', shapes.planned_changes, (on, of) => on.planned_changes(of)),
  command_money: call('command_money', shapes.command_money, (on, command) => on.command_money(command)),
  niche: call('niche', shapes.niche, (on, of) => on.niche(of)),
  niches: call('niches', shapes.niches, (on) => on.niches()),
  share_account: call('share_account', shapes.share_account, (on, request) => on.share_account(request)),
  score_creative: call('score_creative', shapes.score_creative, (on, creative) => on.score_creative(creative)),
  score_ad: call('score_ad', shapes.score_ad, (on, ad) =>
    found(on.score_ad(ad), () => new FlywheelError('ad.unknown', { id: ad.ad_id, account_id: ad.account_id })),
  ),
  dna_applications: call('dna_applications', shapes.dna_applications, (on, of) => on.dna_applications(of)),
  why_won: call('why_won', shapes.why_won, (on, won) =>
    found(
      on.why_won(won),
      () => new FlywheelError('experiment.unknown', { id: won.experiment_id, account_id: won.account_id }),
    ),
  ),
  reconcile: call('reconcile', shapes.reconcile, (on, of) => on.reconcile(of)),
  promotions: call('promotions', shapes.promotions, (on, of) => on.promotions(of)),
  variations: call('variations', shapes.variations, (on, of) => on.variations(of)),
  decide_variation: call('decide_variation', shapes.decide_variation, (on, choice) => on.decide_variation(choice)),
  policy: call('policy', shapes.policy, (on, of) => on.policy(of)),
  policy_history: call('policy_history', shapes.policy_history, (on) => on.policy_history()),
  policy_fields: call('policy_fields', shapes.policy_fields, (on) => on.policy_fields()),
  backtest_policy: call('backtest_policy', shapes.backtest_policy, (on, of) => on.backtest_policy(of)),
  propose_policy: call('propose_policy', shapes.propose_policy, (on, proposal) => on.propose_policy(proposal)),
  activate_policy: call('activate_policy', shapes.activate_policy, (on, choice) => on.activate_policy(choice)),
  decisions: call('decisions', shapes.decisions, (on, filter) => on.decisions(filter)),
  events: call('events', shapes.events, (on, filter) => on.events(filter)),
  dead_letters: call('dead_letters', shapes.dead_letters, (on, filter) => on.dead_letters(filter)),
  dead_letter: call('dead_letter', shapes.dead_letter, (on, id) =>
    found(on.dead_letter(id), () => new FlywheelError('dead_letter.unknown', id)),
  ),
  redrive: call('redrive', shapes.redrive, (on, filter) => on.redrive(filter)),
  plan_redrive: call('plan_redrive', shapes.plan_redrive, (on, choice) => on.plan_redrive(choice)),
  discard: call('discard', shapes.discard, (on, choice) => on.discard(choice)),
  explain: call('explain', shapes.explain, (on, id) =>
    found(on.explain(id), () => new FlywheelError('decision.unknown', id)),
  ),
  run_again: call('run_again', shapes.run_again, (on, edited) =>
    found(on.run_again(edited), () => new FlywheelError('decision.unknown', { id: edited.id })),
  ),
  save_case: call('save_case', shapes.save_case, (on, of) =>
    found(on.save_case(of), () => new FlywheelError('decision.unknown', { id: of.id })),
  ),
  follow: call('follow', shapes.follow, (on, id) => found(on.follow(id), () => new FlywheelError('event.unknown', id))),
  query: call('query', shapes.query, (on, sql) => on.query(sql)),
  export_table: call('export_table', shapes.export_table, (on, of) => on.export_table(of)),
  publish: call('publish', shapes.publish, (on, lines) => on.publish(lines)),
  rebuild: call('rebuild', shapes.rebuild, (on, group) => on.rebuild(group)),
  set_speed: call('set_speed', shapes.set_speed, (on, speed) => on.set_speed(speed)),
  list_keys: call('list_keys', shapes.list_keys, (on) => on.list_keys()),
  create_key: call('create_key', shapes.create_key, (on, key) => on.create_key(key)),
  revoke_key: call('revoke_key', shapes.revoke_key, (on, key) => on.revoke_key(key)),
};

/** Answers one call. Rejects with `request.argument`, or as the operation does. */
export const answerCall: (operations: Operations, name: OperationName, body: unknown) => Promise<unknown> = async (
  operations,
  name,
  body,
) => calls[name](operations, body ?? {});
