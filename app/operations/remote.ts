/** Operations of an engine that runs in another process of this machine, over its API. */
import { z } from 'zod';
import { fatigue as fatigueReport, memory as memoryView } from './memory-results.ts';
import { actuals as actualsReport, requestedActuals } from './actuals-results.ts';
import type { Operations } from './operations.ts';
import { accountCycles, askedCycles } from './cycle-results.ts';
import { applicationsShape, creativeScore, whyWon } from './creative-results.ts';
import { moneyViews, sentCommand } from './money-results.ts';
import { accountChanged, nicheStandings, nicheView } from './niche-results.ts';
import { backtestJob } from './backtest-results.ts';
import {
  activatedPolicy,
  policyFields as policyFieldsShape,
  policySteps,
  policyView,
  proposedPolicy,
} from './policy-results.ts';
import { adviceRows, stepTimes } from './health-results.ts';
import { promotionsShape } from './promotions-results.ts';
import { variationDecision, variationQueue } from './variation-results.ts';
import { lagRows } from './lag-results.ts';
import { runAgain, savedCase } from './run-again-results.ts';
import * as results from './results.ts';

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
  <A, R>(name: keyof Operations, shape: z.ZodType<R>) =>
  async (argument?: A): Promise<R> =>
    shape.parse(await post(place, name, argument));

/** As `asking`; that there is no such thing is an answer, not an error. */
const askingFor =
  (place: RemotePlace) =>
  <A, R>(name: keyof Operations, missing: string, shape: z.ZodType<R>) =>
  async (argument: A): Promise<R | null> => {
    try {
      return shape.parse(await post(place, name, argument));
    } catch (error) {
      if (error instanceof RemoteError && error.code === missing) return null;
      throw error;
    }
  };

type Policies = Pick<
  Operations,
  | 'policy'
  | 'policy_history'
  | 'policy_fields'
  | 'backtest_policy'
  | 'propose_policy'
  | 'activate_policy'
  | 'money'
  | 'command_money'
>;

/** Those on policies and on the budgets that follow them. */
function policyOperations(place: RemotePlace): Policies {
  const ask = asking(place);
  return {
    policy: ask('policy', policyView),
    policy_history: ask('policy_history', policySteps),
    policy_fields: ask('policy_fields', policyFieldsShape),
    backtest_policy: ask('backtest_policy', backtestJob),
    propose_policy: ask('propose_policy', proposedPolicy),
    activate_policy: ask('activate_policy', activatedPolicy),
    money: ask('money', moneyViews),
    command_money: ask('command_money', sentCommand),
  };
}

/** Operations of the engine at `place`. Answers are checked against their schemas. */
export function remoteOperations(place: RemotePlace): Operations {
  const [ask, askFor] = [asking(place), askingFor(place)];
  return {
    ...policyOperations(place),
    status: ask('status', results.status),
    topology: ask('topology', results.topology),
    lag: ask('lag', lagRows),
    advice: ask('advice', adviceRows),
    step_times: ask('step_times', stepTimes),
    experiments: ask('experiments', results.experiments),
    experiment: askFor('experiment', 'experiment.unknown', results.experiment),
    learning: ask('learning', results.learning),
    memory: ask('memory', memoryView),
    fatigue: ask('fatigue', fatigueReport),
    actuals: ask('actuals', actualsReport),
    fetch_actuals: ask('fetch_actuals', requestedActuals),
    sync_actuals: ask('sync_actuals', requestedActuals),
    cycles: ask('cycles', accountCycles),
    request_cycle: ask('request_cycle', askedCycles),
    niche: ask('niche', nicheView),
    niches: ask('niches', nicheStandings),
    share_account: ask('share_account', accountChanged),
    score_creative: ask('score_creative', creativeScore),
    score_ad: askFor('score_ad', 'ad.unknown', creativeScore.nullable()),
    dna_applications: ask('dna_applications', applicationsShape),
    why_won: askFor('why_won', 'experiment.unknown', whyWon),
    promotions: ask('promotions', promotionsShape),
    variations: ask('variations', variationQueue),
    decide_variation: ask('decide_variation', variationDecision),
    decisions: ask('decisions', z.array(results.decisionRow)),
    events: ask('events', z.array(results.eventView)),
    dead_letters: ask('dead_letters', results.deadLetters),
    dead_letter: askFor('dead_letter', 'dead_letter.unknown', results.deadLetter),
    redrive: ask('redrive', results.redriven),
    discard: ask('discard', results.discarded),
    explain: askFor('explain', 'decision.unknown', results.explanation),
    run_again: askFor('run_again', 'decision.unknown', runAgain),
    save_case: askFor('save_case', 'decision.unknown', savedCase),
    follow: askFor('follow', 'event.unknown', results.followNode),
    query: ask('query', results.queryResult),
    publish: ask('publish', results.publishReport),
    rebuild: ask('rebuild', results.rebuildReport),
    set_speed: ask('set_speed', results.sourceStatus),
  };
}
