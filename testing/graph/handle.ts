/** One request from its token to its answer, without the wire. */
import { createHmac } from 'node:crypto';
import { usageHeaders } from './limits.ts';
import { GraphError, invalid } from './errors.ts';
import type { Fault } from './faults.ts';
import { emptyPage } from './pages.ts';
import { beginReport, read } from './reads.ts';
import type { Answer, Request, State } from './state.ts';
import { find, type GraphAccount, type GraphTenant } from './world.ts';
import { changedByHuman, written, type Done } from './writes.ts';

export interface Asked {
  readonly method: string;
  readonly version: string;
  readonly path: readonly string[];
  readonly params: Readonly<Record<string, string>>;
  readonly base: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** @param fault one of those that change what is done or said */
export function handled(state: State, asked: Asked, fault: Fault | undefined): Answered {
  state.settle();
  const account = accountOf(state, asked);
  let answered: Answered;
  try {
    answered = answer(state, asked, fault);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const minutes = fault?.kind === 'error' ? fault.regain_minutes : undefined;
    answered = {
      status: error.status,
      headers: headersOf(state, account, useCaseOf(asked), minutes),
      body: error.body(),
    };
  }
  const tenant = state.world.tenants.findIndex(({ token }) => token === asked.params['access_token']);
  const path = asked.path.join('/');
  const { method } = asked;
  const warning = state.world.version_warnings?.[asked.version];
  if (warning !== undefined)
    answered = { ...answered, headers: { ...answered.headers, 'x-ad-api-version-warning': warning } };
  const call = { at_ms: state.now_ms, method, path, account_id: account?.id ?? null, tenant };
  state.seen.calls.push({ ...call, status: answered.status });
  return answered;
}

const useCaseOf = ({ path }: Asked): 'ads_insights' | 'ads_management' =>
  path.includes('insights') ? 'ads_insights' : 'ads_management';

function accountOf({ world, reports }: State, { path }: Asked): GraphAccount | undefined {
  const [id = ''] = path;
  return find(world, reports.find(id)?.account_id ?? id)?.account;
}

function answer(state: State, asked: Asked, fault: Fault | undefined): Answered {
  const { world } = state;
  if (!world.versions.includes(asked.version))
    throw new GraphError({ code: 2635, message: `(#2635) You are calling a deprecated version of the Ads API.` });
  const tenant = authenticated(state, asked);
  if (fault?.kind === 'error') throw new GraphError(fault.error);
  if (fault?.kind === 'error_in_200') return { status: 200, headers: {}, body: new GraphError(fault.error).body() };
  if (fault?.kind === 'cursor_dies' && asked.params['after'] !== undefined) state.dead.add(asked.params['after']);
  const request: Request = { ...asked, tenant };
  const counted = accountOf(state, asked);
  if (counted !== undefined)
    state.limits.take(counted, useCaseOf(asked), asked.method === 'POST' ? 'write' : 'read', state.now_ms);
  const said = fault?.kind === 'empty_page' ? { body: emptyPage(request) } : done(state, request, fault);
  const body = fault?.kind === 'number_as_string' ? swapped(said.body) : said.body;
  return { status: 200, headers: headersOf(state, counted ?? said.account, useCaseOf(asked)), body: objectOf(body) };
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

function done(state: State, request: Request, fault: Fault | undefined): Answer {
  if (request.method === 'GET') return read(state, request, fault?.kind === 'stale_read');
  if (request.method !== 'POST') throw invalid('Unsupported method');
  if (request.path[1] === 'insights')
    return beginReport(state, request, fault?.kind === 'report' ? fault.ends : 'completed');
  const [id = ''] = request.path;
  if (fault?.kind === 'changed_before') changedByHuman(state, id, { daily_budget: fault.minor });
  const answer = written(state, request, doneOf(fault));
  if (fault?.kind === 'changed_after') changedByHuman(state, id, { daily_budget: fault.minor });
  return answer;
}

function doneOf(fault: Fault | undefined): Done {
  if (fault?.kind === 'in_process') return { after_ms: fault.for_ms, shown: true };
  if (fault?.kind === 'done_later') return { after_ms: fault.for_ms, shown: false };
  return fault?.kind !== 'not_applied';
}

/** Whose token it is. @throws GraphError, and notes it where the thing is another tenant's */
function authenticated({ world, seen, reports, now_ms }: State, { params, path }: Asked): GraphTenant {
  const token = params['access_token'];
  const tenant = world.tenants.find((one) => one.token === token);
  // A token may be asked about by the app itself.
  const of_app = path[0] === 'debug_token' && token === `${world.app_id}|${world.app_secret ?? ''}`;
  const known = of_app ? world.tenants.find((one) => one.token === params['input_token']) : tenant;
  if (known === undefined) throw new GraphError({ code: 190, message: 'Invalid OAuth access token.' });
  if ((tenant?.expires_ms ?? Infinity) <= now_ms)
    throw new GraphError({ code: 190, subcode: 463, message: 'Error validating access token: Session has expired.' });
  checkProof(world.app_secret, token ?? '', params['appsecret_proof']);
  const [id = ''] = path;
  const run = reports.find(id);
  const owner = run?.tenant ?? find(world, id)?.tenant;
  if (owner === undefined || owner === known) return known;
  seen.violations.push(`${id} was asked for with the token of another tenant`);
  throw new GraphError({
    code: 200,
    message: '(#200) Ad account owner has NOT grant ads_management or ads_read permission',
  });
}

function checkProof(secret: string | null, token: string, proof: string | undefined): void {
  if (secret === null) return;
  const right = createHmac('sha256', secret).update(token).digest('hex');
  if (proof !== right) throw invalid('Invalid appsecret_proof provided in the API argument');
}

function headersOf(
  state: State,
  account: GraphAccount | undefined,
  use_case: 'ads_insights' | 'ads_management',
  regain_minutes?: number,
): Record<string, string> {
  const date = { date: new Date(state.now_ms).toUTCString() };
  if (account === undefined) return date;
  const usage = state.limits.usage(account, use_case, state.now_ms);
  return { ...date, ...usageHeaders(account, { ...usage, regain_minutes: regain_minutes ?? usage.regain_minutes }) };
}

/** Numbers as text, and text of digits as numbers where that loses nothing; ids stay. */
function swapped(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => swapped(item));
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return /(^|_)id$/.test(name) || !/^(0|[1-9]\d{0,14})$/.test(value) ? value : Number(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, swapped(inner, key)]));
}
