/**
 * One request to the Graph API by the SDK's raw `call`, and nothing else of it: the objects of the SDK send a token of
 * another account with report runs, drop updates that are written the obvious way, and keep changes that were sent.
 * What may come back is told apart here; an error of the SDK holds the token and goes no further.
 */
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import type { FacebookAdsApi } from 'facebook-nodejs-business-sdk';
import { z } from 'zod';

export type Method = 'GET' | 'POST';
export type Params = Readonly<Record<string, string>>;
export type Headers = Readonly<Record<string, string>>;

export const graphErrorShape = z.object({
  message: z.string().default('no message'),
  type: z.string().optional(),
  code: z.coerce.number(),
  error_subcode: z.coerce.number().optional(),
  is_transient: z.boolean().optional(),
  error_user_title: z.string().nullish(),
  error_user_msg: z.string().nullish(),
  fbtrace_id: z.string().optional(),
});
export type GraphErrorBody = z.infer<typeof graphErrorShape>;

export type Transported =
  | { readonly kind: 'answer'; readonly body: unknown; readonly headers: Headers }
  /** Graph says why not. */
  | { readonly kind: 'refused'; readonly status: number; readonly error: GraphErrorBody; readonly headers: Headers }
  /** No answer of Graph: whether what was asked for was done is not known. */
  | { readonly kind: 'no_answer'; readonly why: string };

export interface TransportOptions {
  /** Address before the version. */
  readonly base_url: string;
  /** `v26.0`. */
  readonly version: string;
  readonly token: string;
  /** Where it is set, each request proves that it knows it. */
  readonly app_secret: string | null;
  readonly deadline_ms: number;
}

/** Loaded on the first request: it takes a quarter of a second and 28 MB. */
let loading: Promise<typeof FacebookAdsApi> | undefined;

function sdk(): Promise<typeof FacebookAdsApi> {
  loading ??= import('facebook-nodejs-business-sdk').then(({ FacebookAdsApi: Api }) => {
    limitAxios();
    return Api;
  });
  return loading;
}

const axiosShape = z.object({ defaults: z.record(z.string(), z.unknown()) });

/**
 * The SDK's own axios waits for ever and follows redirects, which would take the token along: a socket is given up
 * after the longest deadline that anybody has.
 */
function limitAxios(): void {
  const here = createRequire(import.meta.url);
  const loaded: unknown = createRequire(here.resolve('facebook-nodejs-business-sdk'))('axios');
  const { defaults } = axiosShape.parse(
    typeof loaded === 'function' ? { defaults: Reflect.get(loaded, 'defaults') } : loaded,
  );
  defaults['timeout'] = longest_deadline_ms;
  defaults['maxRedirects'] = 0;
}

const longest_deadline_ms = 120_000;

export const proofOf = (token: string, app_secret: string): string =>
  createHmac('sha256', app_secret).update(token).digest('hex');

/** Never rejects. */
export async function transported(
  options: TransportOptions,
  method: Method,
  path: string,
  params: Params,
): Promise<Transported> {
  const { token, app_secret } = options;
  const Api = await sdk();
  const api = new Api(token, 'en_US', false).setShowHeader(true);
  const sent = app_secret === null ? params : { ...params, appsecret_proof: proofOf(token, app_secret) };
  const query = new URLSearchParams({ ...(method === 'GET' && sent), access_token: token });
  const address = `${options.base_url}/${options.version}/${path}?${query.toString()}`;
  const called = api.call(method, address, method === 'POST' ? { ...sent } : {}).then(answerOf, refusalOf);
  return within(called, Math.min(options.deadline_ms, longest_deadline_ms));
}

async function within(called: Promise<Transported>, deadline_ms: number): Promise<Transported> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Transported>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'no_answer', why: `no answer within ${deadline_ms} ms` }), deadline_ms);
  });
  try {
    return await Promise.race([called, late]);
  } finally {
    clearTimeout(timer);
  }
}

const recordShape = z.record(z.string(), z.unknown());

function headersIn(value: unknown): Headers {
  // Axios has a class of its own for them.
  const plain = typeof value === 'object' && value !== null ? { ...value } : {};
  const found: Record<string, string> = {};
  for (const [name, text] of Object.entries(plain)) if (typeof text === 'string') found[name.toLowerCase()] = text;
  return found;
}

function answerOf(said: unknown): Transported {
  if (Array.isArray(said)) return { kind: 'answer', body: [...(said as unknown[])], headers: {} };
  const parsed = recordShape.safeParse(said);
  if (!parsed.success) return { kind: 'no_answer', why: 'the answer is no JSON object' };
  const { headers, ...body } = parsed.data;
  const error = graphErrorShape.safeParse(body['error']);
  // An error may come with status 200, which the SDK takes for success.
  if (error.success) return { kind: 'refused', status: 200, error: error.data, headers: headersIn(headers) };
  return { kind: 'answer', body, headers: headersIn(headers) };
}

const refusalShape = z.object({
  name: z.string(),
  status: z.number().nullish(),
  response: z.unknown(),
  headers: z.unknown(),
});

function refusalOf(thrown: unknown): Transported {
  // A proxy's page instead of JSON: the SDK lets the parser's error out, without a status.
  if (thrown instanceof SyntaxError) return { kind: 'no_answer', why: 'the answer is no JSON (a page of a proxy?)' };
  const parsed = refusalShape.safeParse(thrown);
  if (!parsed.success || parsed.data.name !== 'FacebookRequestError')
    return { kind: 'no_answer', why: thrown instanceof Error ? thrown.name : 'an unknown error' };
  const { status, response, headers } = parsed.data;
  const error = graphErrorShape.safeParse(response);
  if (status === null || status === undefined)
    return { kind: 'no_answer', why: 'the connection ended without an answer' };
  if (!error.success) return { kind: 'no_answer', why: `status ${status} without an error of Graph` };
  return { kind: 'refused', status, error: error.data, headers: headersIn(headers) };
}
