/** Steps of the learning cycle that are this loop's: what came true, how accurate it was, whether a new model is wanted. */
import type { Policy } from '../../policy/policy.ts';
import type {
  AccuracyMeasured,
  ActualsFetched,
  ActualsRequested,
  CycleStepRequested,
  ModelRetrainRequested,
} from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import { counted, done, skipped, type StepOutcome } from '../cycle-step.ts';
import { accuraciesOf, wish } from './judge.ts';
import { countDue, scoredRows, type Tick } from './on-tick.ts';
import type { AccountState, Part } from './state.ts';

export interface Stepped {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part | null>;
  readonly actuals: readonly ActualsFetched[];
  readonly requests: readonly ActualsRequested[];
  readonly measured: readonly AccuracyMeasured[];
  readonly retrain: ModelRetrainRequested | null;
  readonly outcome: StepOutcome;
}

const nothing = { parts: new Map(), actuals: [], requests: [], measured: [], retrain: null } as const;

/** What comes of a step; null where it is another loop's. */
export function takeStep(
  state: AccountState,
  event: CycleStepRequested,
  parts: ReadonlyMap<string, Part>,
  policy: Policy,
): Stepped | null {
  const tick = { account_id: event.account_id, now_ms: event.at_ms, policy };
  if (event.step === 'fetch_actuals') return fetched(state, parts, tick);
  if (event.step === 'calculate_accuracy') return measured(state, parts, tick);
  if (event.step === 'auto_retrain') return retrained(state, event, parts, tick);
  return null;
}

function fetched(before: AccountState, parts: ReadonlyMap<string, Part>, tick: Tick): Stepped {
  const { state, parts: changed, actuals, requests } = countDue(before, parts, tick, true);
  const told = { ...nothing, state, parts: changed, actuals, requests };
  const waiting = state.due.filter(({ prediction_id }) => prediction_id !== null).length;
  const waits =
    waiting === 0 ? 'no prediction waits' : `${counted(waiting, 'prediction')} ${waiting === 1 ? 'waits' : 'wait'}`;
  if (actuals.length + requests.length === 0)
    return { ...told, outcome: skipped(`nothing has matured since it was counted last; ${waits}`) };
  const asked = requests.length === 0 ? '' : `, the ad platform is asked for ${counted(requests.length, 'other')}`;
  const came = `${counted(actuals.length, 'prediction')} ${actuals.length === 1 ? 'was' : 'were'} compared with what came`;
  return { ...told, outcome: done(actuals.length, `${came}${asked}; ${waits}`) };
}

function measured(state: AccountState, parts: ReadonlyMap<string, Part>, tick: Tick): Stepped {
  const found = accuraciesOf(state, scoredRows(parts, new Map()), tick);
  const ads = found.reduce((sum, one) => sum + one.ads, 0);
  const outcome =
    found.length === 0
      ? skipped(`no prediction has matured in the last ${tick.policy.accuracy.window_days} days`)
      : done(ads, found.map(accuracyWords).join('; '));
  return { ...nothing, state, measured: found, outcome };
}

const ages = { cold: 'before the first impression', day_1: 'after a day', day_3: 'after three days' } as const;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

function accuracyWords({ stage, ads, accuracy, accuracy_low, accuracy_high, status }: AccuracyMeasured): string {
  const of = `${counted(ads, 'prediction')} made ${ages[stage]}`;
  if (accuracy === null || accuracy_low === null || accuracy_high === null || status === 'unknown')
    return `too little to say of ${of}`;
  return `${percent(accuracy)} (${percent(accuracy_low)} to ${percent(accuracy_high)}) of ${of}`;
}

function retrained(
  state: AccountState,
  { retrain, accuracy_threshold }: CycleStepRequested,
  parts: ReadonlyMap<string, Part>,
  { policy, ...at }: Tick,
): Stepped {
  if (!retrain) return { ...nothing, state, outcome: skipped('the request wants no new model') };
  const accuracy = { ...policy.accuracy, threshold: accuracy_threshold ?? policy.accuracy.threshold };
  const tick = { ...at, policy: { ...policy, accuracy } };
  const scored = scoredRows(parts, new Map());
  const wanted = wish(state, scored, tick);
  if (wanted === null) {
    const known = accuraciesOf(state, scored, tick).some(({ status }) => status !== 'unknown');
    const low = `accuracy is not shown to be below ${percent(accuracy.threshold)}`;
    return { ...nothing, state, outcome: skipped(known ? low : 'accuracy is not known yet') };
  }
  const why = wanted.why.replace(/\.$/, '');
  if (wanted.retrain !== null)
    return {
      ...nothing,
      state: { ...state, retrain_ms: tick.now_ms },
      retrain: wanted.retrain,
      outcome: done(1, `a new model is asked for: ${why}`),
    };
  const ago = counted(Math.floor((tick.now_ms - (state.retrain_ms ?? 0)) / day_ms), 'day');
  const wait = `one was asked for ${ago} ago, and none again within ${accuracy.retrain_cooldown_days}`;
  return { ...nothing, state, outcome: skipped(`${why}; but ${wait}`) };
}
