/** Pulls rows of insights: at once where few are expected, else as a report that Meta makes while nobody waits. */
import { MetaError, classify, refused } from './errors.ts';
import type { MetaClient } from './client.ts';
import { listed } from './paging.ts';
import { runShape, runStateShape } from './shapes.ts';
import type { Params } from './transport.ts';
import { daysLater, type LocalDate } from './zone.ts';

export interface PullLimits {
  /** Rows from which on a report is asked for. */
  readonly sync_rows: number;
  /** Rows of a page. */
  readonly page_rows: number;
  /** How long a report may take, and how long it may stand still. Meta's own tries may take an hour. */
  readonly report_ms: number;
  readonly stuck_ms: number;
  readonly first_poll_ms: number;
  readonly longest_poll_ms: number;
  /** Reports that are begun for one pull. */
  readonly reports: number;
}

export const usualPull: PullLimits = {
  sync_rows: 2_000,
  page_rows: 500,
  report_ms: 90 * 60_000,
  stuck_ms: 15 * 60_000,
  first_poll_ms: 2_000,
  longest_poll_ms: 30_000,
  reports: 3,
};

export interface Pull {
  readonly account_id: string;
  /** What it is of: an account or an ad. */
  readonly of: string;
  readonly since: LocalDate;
  /** Included. */
  readonly until: LocalDate;
  readonly hourly: boolean;
  readonly params: Params;
  readonly expected_rows: number;
}

const hourly_breakdown = 'hourly_stats_aggregated_by_advertiser_time_zone';

const paramsOf = ({ since, until, hourly, params }: Pull): Params => ({
  ...params,
  level: 'ad',
  time_range: JSON.stringify({ since, until }),
  time_increment: '1',
  ...(hourly && { breakdowns: hourly_breakdown }),
});

/** All rows, unparsed. @throws MetaError */
export async function pulled(client: MetaClient, pull: Pull, limits: PullLimits): Promise<readonly unknown[]> {
  if (pull.expected_rows <= limits.sync_rows) {
    try {
      return await listed(client, pull.account_id, `${pull.of}/insights`, {
        ...paramsOf(pull),
        limit: String(limits.page_rows),
      });
    } catch (error) {
      if (!isTooMuch(error)) throw error;
    }
  }
  try {
    return await reported(client, pull, limits);
  } catch (error) {
    if (!isTooMuch(error) || pull.since === pull.until) throw error;
    return halved(client, pull, limits);
  }
}

const isTooMuch = (error: unknown): boolean => error instanceof MetaError && error.kind === 'too_much';

async function halved(client: MetaClient, pull: Pull, limits: PullLimits): Promise<readonly unknown[]> {
  const days = (Date.parse(pull.until) - Date.parse(pull.since)) / 86_400_000;
  const middle = daysLater(pull.since, Math.floor(days / 2));
  const halves = [
    { ...pull, until: middle },
    { ...pull, since: daysLater(middle, 1) },
  ];
  const rows: unknown[] = [];
  for (const half of halves)
    rows.push(...(await pulled(client, { ...half, expected_rows: pull.expected_rows / 2 }, limits)));
  return rows;
}

async function reported(client: MetaClient, pull: Pull, limits: PullLimits): Promise<readonly unknown[]> {
  const { account_id } = pull;
  let last: MetaError | undefined;
  for (let begun = 0; begun < limits.reports; begun++) {
    const { report_run_id } = runShape.parse(await client.request(account_id, `${pull.of}/insights`, paramsOf(pull)));
    const ended = await followed(client, account_id, report_run_id, limits);
    if (ended === null)
      return listed(client, account_id, `${report_run_id}/insights`, { limit: String(limits.page_rows) });
    if (ended.kind !== 'transient' && ended.kind !== 'throttled') throw ended;
    last = ended;
  }
  throw last ?? new Error('a pull must begin a report at least');
}

/** Looks after a report until it can be read; otherwise why it never will. */
async function followed(
  client: MetaClient,
  account_id: string,
  run: string,
  limits: PullLimits,
): Promise<MetaError | null> {
  const { clock } = client;
  const began_ms = clock.now_ms();
  let moved_ms = began_ms;
  let seen = '';
  for (let wait_ms = limits.first_poll_ms; ; wait_ms = Math.min(wait_ms * 1.5, limits.longest_poll_ms)) {
    const fields = 'async_status,async_percent_completion,error_code,error_subcode,error_message,error_user_msg';
    const state = runStateShape.parse(await client.get(account_id, run, { fields }));
    const { async_status: status, async_percent_completion: percent } = state;
    // Completed alone is not enough: its rows are at hand with the last percent.
    if (status === 'Job Completed' && percent >= 100) return null;
    if (status === 'Job Skipped') return ended(run, 'it was skipped, which is how a report expires');
    if (status === 'Job Failed') return failed(run, state);
    const now_ms = clock.now_ms();
    if (`${status} ${percent}` !== seen) {
      seen = `${status} ${percent}`;
      moved_ms = now_ms;
    }
    if (now_ms - moved_ms > limits.stuck_ms || now_ms - began_ms > limits.report_ms)
      return ended(run, `it stands at ${status}, ${percent} %`);
    await clock.sleep(wait_ms);
  }
}

const ended = (run: string, why: string): MetaError =>
  new MetaError(`report ${run}: ${why}`, { kind: 'transient', code: null, subcode: null, retry_after_ms: null });

/** Before v25.0 a report that failed did not say why. */
function failed(run: string, state: ReturnType<typeof runStateShape.parse>): MetaError {
  const { error_code, error_subcode, error_message = 'it failed', error_user_msg } = state;
  if (error_code === undefined) return ended(run, 'it failed and does not say why');
  const error = {
    code: error_code,
    message: error_message,
    ...(error_subcode !== undefined && { error_subcode }),
    ...(error_user_msg !== undefined && { error_user_msg }),
  };
  return refused(`report ${run}`, error, classify(error, 200, null));
}
