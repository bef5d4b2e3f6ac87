/** Lists by cursor. A cursor belongs to the list that it was made for. */
import { invalid } from './errors.ts';
import type { Request, State } from './state.ts';

/** Each page makes cursors of its own: one that dies takes no other with it. */
let made = 0;
const cursorOf = (at: number, list: string): string => Buffer.from(`${at} ${++made}|${list}`).toString('base64url');

function placeOf(cursor: string, list: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  const bar = text.indexOf('|');
  if (bar < 0 || text.slice(bar + 1) !== list) throw invalid('Invalid cursors values');
  return Number(text.slice(0, bar).split(' ')[0]);
}

/** The page that is asked for, with the link to the next one where there is one. */
export function pageOf(
  state: State,
  request: Request,
  items: readonly Record<string, unknown>[],
): Record<string, unknown> {
  const { params, path } = request;
  const { page_rows, most_page_rows } = state.options;
  const limit = Math.min(Number(params['limit'] ?? page_rows), most_page_rows);
  if (!Number.isSafeInteger(limit) || limit < 1) throw invalid('limit must be a positive number');
  const list = path.join('/');
  const { after } = params;
  if (after !== undefined && state.dead.has(after)) throw invalid('Invalid cursors values');
  const from = after === undefined ? 0 : placeOf(after, list);
  const data = items.slice(from, from + limit);
  return linked(request, data, { from, to: from + data.length, of: items.length, list });
}

/** A page with nothing on it before the one that was asked for. */
export function emptyPage(request: Request): Record<string, unknown> {
  const list = request.path.join('/');
  const from = request.params['after'] === undefined ? 0 : placeOf(request.params['after'], list);
  return linked(request, [], { from, to: from, of: from + 1, list });
}

function linked(
  { params, path, base, version, tenant }: Request,
  data: readonly Record<string, unknown>[],
  { from, to, of, list }: { readonly from: number; readonly to: number; readonly of: number; readonly list: string },
): Record<string, unknown> {
  if (data.length === 0 && to >= of) return { data };
  const cursors = { before: cursorOf(from, list), after: cursorOf(to, list) };
  if (to >= of) return { data, paging: { cursors } };
  // The proof of the app's secret is left out of links, as on the platform.
  const { appsecret_proof: _, ...carried } = params;
  const query = new URLSearchParams({ ...carried, access_token: tenant.token, after: cursors.after });
  return { data, paging: { cursors, next: `${base}/${version}/${path.join('/')}?${query.toString()}` } };
}
