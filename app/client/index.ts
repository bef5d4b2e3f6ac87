/**
 * A typed client of the API, for programs in TypeScript or JavaScript: paths, fields and answers are those of the OpenAPI
 * document, from which its types are made (`npm run docs`). An answer is `data`, a problem document `error`.
 */
import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './api.ts';

export type { components, operations, paths } from './api.ts';

export interface ClientOptions {
  /** For example http://127.0.0.1:4747. */
  readonly url: string;
  /** A key of `flywheel keys create`, or a token of the issuer that the server takes. */
  readonly key: string;
}

export type FlywheelClient = Client<paths>;

export const flywheelClient = ({ url, key }: ClientOptions): FlywheelClient =>
  createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${key}` } });
