/** What is read: things, lists of them, insights and reports. */
import { fieldsOf, accountFields, chosen } from './fields.ts';
import { GraphError, invalid, notFound } from './errors.ts';
import { parseAsk, rowsOf } from './insights.ts';
import { pageOf } from './pages.ts';
import type { ReportEnd } from './reports.ts';
import type { Answer, Request, State } from './state.ts';
import { adSetsOf, adsOf, find, type Found, type GraphStudy } from './world.ts';
import { graphTime } from './clock.ts';

/** @param stale whether a thing is read as it was before its last write */
export function read(state: State, request: Request, stale: boolean): Answer {
  const [id = '', edge] = request.path;
  if (id === 'debug_token') return { body: { data: tokenFacts(state, request) } };
  if (id === 'me') return ofMe(state, request, edge);
  const run = state.reports.find(id);
  if (run !== undefined) {
    const account = find(state.world, run.account_id)?.account;
    const of = { use_case: 'ads_insights', ...(account !== undefined && { account }) } as const;
    if (edge === undefined) return { body: state.reports.look(run), ...of };
    if (!state.reports.isDone(run)) throw invalid('The report is not ready', 1487534);
    return { body: pageOf(state, request, run.rows), ...of };
  }
  const found = find(state.world, id);
  if (found === undefined) throw notFound(id);
  if (edge === 'insights') return insights(state, request, found);
  const body = edge === undefined ? thing(state, request, found, stale) : list(state, request, found, edge);
  return { body, account: found.account, use_case: 'ads_management' };
}

/** Begins a report. */
export function beginReport(state: State, request: Request, ends: ReportEnd): Answer {
  const [id = ''] = request.path;
  const found = find(state.world, id);
  if (found === undefined) throw notFound(id);
  const rows = rowsOf(found, parseAsk(found, request.params, state.now_ms), state.now_ms);
  const run = state.reports.begin({ tenant: request.tenant, account_id: found.account.id, rows, ends });
  return { body: { report_run_id: run.id }, account: found.account, use_case: 'ads_insights' };
}

function insights(state: State, request: Request, found: Found): Answer {
  const rows = rowsOf(found, parseAsk(found, request.params, state.now_ms), state.now_ms);
  if (rows.length > state.options.sync_rows)
    throw new GraphError({
      code: 100,
      subcode: 1487534,
      message: '(#100) Please reduce the amount of data you are asking for, then retry your request',
    });
  return { body: pageOf(state, request, rows), account: found.account, use_case: 'ads_insights' };
}

function ofMe(state: State, request: Request, edge: string | undefined): Answer {
  if (edge !== 'adaccounts') return { body: { id: '1000', name: 'a system user' } };
  const items = request.tenant.accounts.map((account) =>
    chosen(accountFields(account, state.now_ms), request.params['fields']),
  );
  return { body: pageOf(state, request, items) };
}

function thing(state: State, { params }: Request, found: Found, stale: boolean): Record<string, unknown> {
  const id = (found.ad ?? found.adset ?? found.campaign ?? found.account).id;
  const now = fieldsOf(found, state.now_ms);
  const said = state.in_process.some((one) => one.id === id && one.shown)
    ? { ...now, effective_status: 'IN_PROCESS' }
    : now;
  return chosen(stale ? (state.stale.get(id) ?? said) : said, params['fields']);
}

function list(state: State, request: Request, found: Found, edge: string): Record<string, unknown> {
  if (edge === 'minimum_budgets') {
    const { currency, min_daily_budget } = found.account;
    return {
      data: [{ currency, min_daily_budget_imp: min_daily_budget, min_daily_budget_high_freq: min_daily_budget * 5 }],
    };
  }
  const items = itemsOf(found, edge);
  if (items === null) throw invalid(`Tried accessing nonexisting field (${edge})`);
  const asked = statusesIn(request.params['effective_status']);
  const all = items
    .map((item) => ('study' in item ? studyFields(item.study) : fieldsOf(item, state.now_ms)))
    .filter((fields) => (asked === null ? isListed(fields) : asked.has(String(fields['effective_status']))));
  return pageOf(
    state,
    request,
    all.map((fields) => chosen(fields, request.params['fields'])),
  );
}

function itemsOf(found: Found, edge: string): readonly (Found | { readonly study: GraphStudy })[] | null {
  const { tenant, account, adset } = found;
  switch (edge) {
    case 'campaigns':
      return account.campaigns.map((campaign) => ({ tenant, account, campaign }));
    case 'adsets':
      return adset === undefined ? [...adSetsOf(found)] : null;
    case 'ads':
      return [...adsOf(found)];
    case 'ad_studies':
      return account.studies.map((study) => ({ study }));
    default:
      return null;
  }
}

/** Lists leave out what was deleted or archived, unless it is asked for. */
const isListed = ({ status }: Record<string, unknown>): boolean => status !== 'DELETED' && status !== 'ARCHIVED';

function statusesIn(text: string | undefined): ReadonlySet<string> | null {
  return text === undefined ? null : new Set(JSON.parse(text) as string[]);
}

const studyFields = ({ id, name, created_ms, start_ms, end_ms, cells }: GraphStudy): Record<string, unknown> => ({
  id,
  name,
  type: 'SPLIT_TEST',
  created_time: graphTime(created_ms),
  start_time: graphTime(start_ms),
  end_time: graphTime(end_ms),
  cells: {
    data: cells.map(({ id: cell, treatment_percentage, adset_id }) => ({
      id: cell,
      treatment_percentage,
      adsets: { data: [{ id: adset_id }] },
    })),
  },
});

function tokenFacts({ world }: State, { params }: Request): Record<string, unknown> {
  const tenant = world.tenants.find(({ token }) => token === params['input_token']);
  if (tenant === undefined) return { is_valid: false };
  const { expires_ms } = tenant;
  return {
    app_id: world.app_id,
    type: 'SYSTEM_USER',
    is_valid: expires_ms === null || expires_ms > world.now_ms,
    expires_at: expires_ms === null ? 0 : Math.floor(expires_ms / 1_000),
    scopes: ['ads_read', 'ads_management'],
  };
}
