/**
 * Reads and writes budgets of the ad platform. A write is preceded by a read of the same owner, sent only where that
 * says what was expected, and read back. After it was sent nothing is tried again: what cannot be told is `unknown`.
 */
import type { MoneyMode } from '../../../policy/money.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { AdBudgets, BudgetOwner, BudgetState, WriteOutcome } from '../../../ports/ad-platform/port.ts';
import {
  budgetCallReturned,
  type BudgetCallRequested,
  type BudgetCallReturned,
  type BudgetRead,
  type BudgetSubject,
} from '../../../schemas/index.ts';
import { printTime } from '../../../schemas/calendar.ts';
import { caller, PermanentError, type Call } from '../../../topology/processor.ts';
import { wiring } from './wiring.ts';

/** What is outside. */
export interface BudgetOutside {
  /** Null where the program knows no platform. */
  platform(): AdBudgets | null;
  /**
   * Looked up just before each write: why nothing may be written in an account now; null where it may. A kill that was
   * handled after a write was asked for still stops it.
   */
  stopped(account_id: string): Promise<string | null>;
}

/** One at a time: changes of an account follow one another. */
const limits = { concurrency: 4, deadline_ms: 60_000, attempts: 3, first_retry_ms: 500 };
const longest_message = 1_000;

type Said = Pick<BudgetCallReturned, 'outcome' | 'code' | 'message' | 'reads'>;

/** Events hold no control characters; an error message may. */
const printable = (why: string): string =>
  why
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, longest_message);

/** Its time is the platform's, where that was told. */
const answerOf = ({ account_id, call_id, change_id, at_ms }: BudgetCallRequested, said: Said) =>
  budgetCallReturned.event({
    account_id,
    call_id,
    change_id,
    ...said,
    message: printable(said.message),
    at_ms: Math.max(at_ms, ...said.reads.map(({ read_ms }) => read_ms)),
  });

/** The group, given what is outside. */
export function budgetWriter(outside: BudgetOutside): ReturnType<typeof caller<typeof wiring, Policy>> {
  const call: Call<typeof wiring, Policy> = {
    limits,
    answer: {
      'budget.call.requested': async (request, { policy }) => ({
        emit: [answerOf(request, await answered(outside, request, policy.money.mode))],
      }),
    },
    failed: {
      // Time may have run out between a write and its answer.
      'budget.call.requested': (request, why) => ({
        emit: [
          answerOf(request, {
            outcome: request.kind === 'write' ? 'unknown' : 'failed',
            code: why === no_platform ? 'no_platform' : 'unreachable',
            message: why,
            reads: [],
          }),
        ],
      }),
    },
  };
  return caller(wiring, call);
}

const no_platform = 'no ad platform is connected';

async function answered(outside: BudgetOutside, request: BudgetCallRequested, mode: MoneyMode): Promise<Said> {
  const platform = outside.platform();
  if (platform === null) return { outcome: 'failed', code: 'no_platform', message: no_platform, reads: [] };
  const { account_id, subjects, kind } = request;
  try {
    const owners = await Promise.all(subjects.map((subject) => ownerOf(platform, account_id, subject)));
    const states = await Promise.all(owners.map((owner) => platform.readBudget(owner)));
    if (kind === 'read') return { outcome: 'read', code: '', message: '', reads: states.map(toRead) };
    const [state] = states;
    if (state === undefined) throw new PermanentError('a write names what is written');
    return await written({ platform, outside, request, mode }, state);
  } catch (error) {
    // Before anything is sent: an id that the platform does not have will not come.
    if (isUnknownId(error)) return { outcome: 'failed', code: 'unknown_id', message: error.message, reads: [] };
    throw error;
  }
}

interface Writing {
  readonly platform: AdBudgets;
  readonly outside: BudgetOutside;
  readonly request: BudgetCallRequested;
  readonly mode: MoneyMode;
}

/** The subject's owner; a campaign is its own. */
const ownerOf = async (platform: AdBudgets, account_id: string, { level, id }: BudgetSubject): Promise<BudgetOwner> => {
  if (level === 'ad') return platform.budgetOwnerOfAd(account_id, id);
  return level === 'adset' ? platform.budgetOwnerOfAdSet(account_id, id) : { account_id, level, owner_id: id };
};

async function written(writing: Writing, before: BudgetState): Promise<Said> {
  const { request, outside, mode, platform } = writing;
  const reads = [toRead(before)];
  const not = (outcome: Said['outcome'], code: string, message: string): Said => ({ outcome, code, message, reads });
  const [subject] = request.subjects;
  const now = subject === undefined ? undefined : found(before, subject, request);
  if (now === undefined) return not('changed_outside', 'moved', `the budget sits on ${before.owner_id} now`);
  if (now.is_wanted) return not('already', '', '');
  if (!now.is_expected) return not('changed_outside', 'changed_outside', `it is ${now.words}, not as expected`);
  if (before.read_ms > request.valid_until_ms)
    return not('not_sent', 'too_late', `it was to be written before ${printTime(request.valid_until_ms)}`);
  const { account_limit_minor: most, to_minor } = request;
  const after = before.account_daily_budgets_minor - (before.daily_budget_minor ?? 0) + (to_minor ?? 0);
  if (most !== null && after > most)
    return not('not_sent', 'account_cap', `the account would come to ${after}, above ${most}`);
  if (mode === 'dry_run') return not('not_sent', 'dry_run', 'the policy writes nothing');
  const why = await outside.stopped(request.account_id);
  if (why !== null) return not('not_sent', 'stopped', why);
  const said = await sent(platform, before, request);
  if (said.outcome === 'refused') return not('refused', said.code, said.message);
  const back = await platform.readBudget(before).then(
    (state) => [toRead(state)],
    () => [],
  );
  return {
    outcome: said.outcome,
    code: said.outcome === 'unknown' ? 'unknown' : '',
    message: said.outcome === 'unknown' ? said.message : '',
    reads: back,
  };
}

interface Found {
  readonly is_wanted: boolean;
  readonly is_expected: boolean;
  readonly words: string;
}

/** How the subject is beside what is wanted and expected; undefined where it has no budget of its own any more. */
function found(before: BudgetState, { level, id }: BudgetSubject, request: BudgetCallRequested): Found | undefined {
  if (level === 'ad') {
    const ad = before.ads.find(({ ad_id }) => ad_id === id);
    if (ad === undefined) return undefined;
    const is_wanted = ad.effective_status === request.to_status;
    // An ad that is off for another reason than being paused is nobody's to switch.
    const is_expected = request.to_status === 'PAUSED' || ad.effective_status === 'PAUSED';
    return { is_wanted, is_expected, words: ad.effective_status };
  }
  if (before.owner_id !== id) return undefined;
  const { daily_budget_minor: minor } = before;
  return {
    is_wanted: minor === request.to_minor,
    is_expected: minor === request.expected_minor,
    words: minor === null ? 'a lifetime budget' : String(minor),
  };
}

async function sent(platform: AdBudgets, owner: BudgetOwner, request: BudgetCallRequested): Promise<WriteOutcome> {
  const { account_id, level, owner_id } = owner;
  const { to_minor, to_status, subjects } = request;
  try {
    if (to_minor !== null) return await platform.writeDailyBudget({ account_id, level, owner_id }, to_minor);
    if (to_status !== null) return await platform.writeAdStatus(account_id, subjects[0]?.id ?? '', to_status);
  } catch (error) {
    return { outcome: 'unknown', message: error instanceof Error ? error.message : String(error) };
  }
  return { outcome: 'refused', code: 'other', message: 'the write names no value', retry_after_ms: null };
}

/** The platform's error by its code: the port's class is a value, which a pure folder does not import. */
const isUnknownId = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'unknown_id';

const toRead = ({ account_id: _, ads, account_budgets, ...state }: BudgetState): BudgetRead => ({
  ...state,
  account_budgets: [...account_budgets],
  ads: ads.map(({ adset_id, ad_id, effective_status }) => ({ adset_id, ad_id, effective_status })),
});
