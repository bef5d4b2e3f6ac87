/** Reads a list page by page; a cursor that dies begins it again. */
import { z } from 'zod';
import { MetaError } from './errors.ts';
import type { MetaClient } from './client.ts';
import type { Params } from './transport.ts';

const pageShape = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() })
    .optional(),
});

/** Whoever reads one page. */
export type Reader = Pick<MetaClient, 'get'>;

/** How often a list is begun again because its cursor died. */
const most_restarts = 3;
/** Pages of one list: a cursor that leads in a circle must end somewhere. */
const most_pages = 10_000;

/**
 * All items of a list. Its link to the next page holds the token and lacks the proof of the app's secret, so that only
 * its cursor is used.
 * @throws MetaError, and where an answer is no page
 */
export async function listed(
  client: Reader,
  account_id: string | null,
  path: string,
  params: Params,
): Promise<readonly unknown[]> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await once(client, account_id, path, params);
    } catch (error) {
      if (!(error instanceof DeadCursor) || restarts >= most_restarts) throw unwrapped(error);
    }
  }
}

/** A page after the first was refused for what was asked: all else of it was taken before, so it is the cursor. */
class DeadCursor extends Error {
  readonly refusal: MetaError;

  constructor(refusal: MetaError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

const unwrapped = (error: unknown): unknown => (error instanceof DeadCursor ? error.refusal : error);

async function once(
  client: Reader,
  account_id: string | null,
  path: string,
  params: Params,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let after: string | undefined;
  for (let page = 0; page < most_pages; page++) {
    const body = await pageAt(client, account_id, path, after === undefined ? params : { ...params, after });
    // A page may be empty with others behind it.
    items.push(...body.data);
    const next = cursorOf(body);
    if (next === undefined) return items;
    if (next === after && body.data.length > 0) throw new Error(`GET ${path}: its cursor leads to itself`);
    after = next;
  }
  throw new Error(`GET ${path}: more than ${most_pages} pages`);
}

type Page = z.infer<typeof pageShape>;

/** The cursor of the next page; undefined on the last one. Its `cursors` stand on the last page too. */
function cursorOf({ paging }: Page): string | undefined {
  if (paging?.next === undefined) return undefined;
  const query = paging.next.slice(paging.next.indexOf('?') + 1);
  return new URLSearchParams(query).get('after') ?? paging.cursors?.after;
}

async function pageAt(client: Reader, account_id: string | null, path: string, params: Params): Promise<Page> {
  try {
    return pageShape.parse(await client.get(account_id, path, params));
  } catch (error) {
    if (params['after'] !== undefined && error instanceof MetaError && error.kind === 'invalid')
      throw new DeadCursor(error);
    throw error;
  }
}
