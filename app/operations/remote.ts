/** Operations of an engine that runs in another process of this machine, over its API. */
import { z } from 'zod';
import { answerShapes, type AnswerOf } from './answers.ts';
import type { Operations } from './operations.ts';

export interface RemotePlace {
  readonly url: string;
  readonly token: string | null;
}

/** The other process answered with an error, or did not answer. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, what: string, remedy: string) {
    super(what);
    this.code = code;
    this.remedy = remedy;
  }
}

/** A problem document (RFC 9457), as far as it is used here. */
const problem = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  remedy: z.string().optional(),
});

async function post(place: RemotePlace, name: string, body: unknown): Promise<unknown> {
  const address = new URL(`/api/operations/${name}`, place.url);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (place.token !== null) headers['authorization'] = `Bearer ${place.token}`;
  let response: Response;
  try {
    response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new RemoteError(
      'engine.unreachable',
      `the engine at ${place.url} does not answer (${cause})`,
      'look whether its process still runs; if not, run the command again',
    );
  }
  const text = await response.text();
  const answer: unknown = text === '' ? null : JSON.parse(text);
  if (response.ok) return answer;
  const said = problem.safeParse(answer);
  const { code, title, detail, remedy } = said.success ? said.data : {};
  throw new RemoteError(
    code ?? `http.${response.status}`,
    detail ?? title ?? `${address.pathname} answered ${response.status}`,
    remedy ?? 'see the log of the running engine',
  );
}

/** Makes calls whose answers are checked against their schema. */
const asking =
  (place: RemotePlace) =>
  <K extends keyof Operations>(name: K) =>
  async (argument?: unknown): Promise<AnswerOf<K>> => {
    const shape: z.ZodType<AnswerOf<K>> = answerShapes[name];
    return shape.parse(await post(place, name, argument));
  };

/** As `asking`; that there is no such thing is an answer, not an error. */
const askingFor =
  (place: RemotePlace) =>
  <K extends keyof Operations>(name: K, missing: string) =>
  async (argument: unknown): Promise<AnswerOf<K> | null> => {
    try {
      return await asking(place)(name)(argument);
    } catch (error) {
      if (error instanceof RemoteError && error.code === missing) return null;
      throw error;
    }
  };

/** Operations of the engine at `place`. Answers are checked against their schemas. */
export const remoteOperations = (place: RemotePlace): Operations => ({ ...learned(place), ...kept(place) });

/** What is known of accounts, and what that comes to. */
function learned(place: RemotePlace) {
  const [ask, askFor] = [asking(place), askingFor(place)];
  return {
    status: ask('status'),
    topology: ask('topology'),
    lag: ask('lag'),
    advice: ask('advice'),
    step_times: ask('step_times'),
    experiments: ask('experiments'),
    experiment: askFor('experiment', 'experiment.unknown'),
    learning: ask('learning'),
    memory: ask('memory'),
    fatigue: ask('fatigue'),
    actuals: ask('actuals'),
    fetch_actuals: ask('fetch_actuals'),
    sync_actuals: ask('sync_actuals'),
    cycles: ask('cycles'),
    request_cycle: ask('request_cycle'),
    models: ask('models'),
    roll_back_model: ask('roll_back_model'),
    niche: ask('niche'),
    niches: ask('niches'),
    share_account: ask('share_account'),
    score_creative: ask('score_creative'),
    score_ad: askFor('score_ad', 'ad.unknown'),
    dna_applications: ask('dna_applications'),
    why_won: askFor('why_won', 'experiment.unknown'),
    decisions: ask('decisions'),
    events: ask('events'),
    dead_letters: ask('dead_letters'),
    dead_letter: askFor('dead_letter', 'dead_letter.unknown'),
  } satisfies Partial<Operations>;
}

/** What the log and the program hold, and what people decide. */
function kept(place: RemotePlace) {
  const [ask, askFor] = [asking(place), askingFor(place)];
  return {
    redrive: ask('redrive'),
    discard: ask('discard'),
    explain: askFor('explain', 'decision.unknown'),
    follow: askFor('follow', 'event.unknown'),
    query: ask('query'),
    export_table: ask('export_table'),
    publish: ask('publish'),
    rebuild: ask('rebuild'),
    set_speed: ask('set_speed'),
    list_keys: ask('list_keys'),
    create_key: ask('create_key'),
    revoke_key: ask('revoke_key'),
    alerts: ask('alerts'),
    alert_rules: ask('alert_rules'),
    command_alert: ask('command_alert'),
    money: ask('money'),
    planned_changes: ask('planned_changes'),
    command_money: ask('command_money'),
    reconcile: ask('reconcile'),
    promotions: ask('promotions'),
    variations: ask('variations'),
    decide_variation: ask('decide_variation'),
    policy: ask('policy'),
    policy_history: ask('policy_history'),
    policy_fields: ask('policy_fields'),
    backtest_policy: ask('backtest_policy'),
    run_again: askFor('run_again', 'decision.unknown'),
    save_case: askFor('save_case', 'decision.unknown'),
    propose_policy: ask('propose_policy'),
    activate_policy: ask('activate_policy'),
    plan_redrive: ask('plan_redrive'),
  } satisfies Partial<Operations>;
}
