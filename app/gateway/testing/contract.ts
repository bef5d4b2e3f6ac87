/** The document of a running gateway, held against its answers. */
import Ajv2020 from 'ajv/dist/2020.js';
import { z } from 'zod';
import type { Given } from '../route.ts';

const content = z.record(z.string(), z.object({ schema: z.unknown() }));
const reference = z.object({ $ref: z.string() });
const response = z.union([reference, z.object({ content: content.optional() })]);
const parameter = z.union([reference, z.looseObject({ name: z.string(), in: z.enum(['path', 'query', 'header']) })]);
const operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  'x-role': z.enum(['viewer', 'operator', 'admin']),
  'x-account': z.enum(['required', 'optional', 'whole', 'own', 'none']),
  parameters: z.array(parameter),
  requestBody: z
    .object({ content: z.record(z.string(), z.looseObject({ example: z.unknown().optional() })) })
    .optional(),
  responses: z.record(z.string(), response),
});
const document = z.looseObject({
  openapi: z.literal('3.1.1'),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ responses: z.record(z.string(), response) }),
});

export interface DocumentedRoute {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  readonly account: string;
  /** What it takes in the path, and whether the rest comes in the query. */
  readonly example: Given;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly text: string;
}

export class Contract {
  readonly routes: readonly DocumentedRoute[];
  readonly #url: string;
  readonly #document: z.infer<typeof document>;
  readonly #ajv: Ajv2020.default;

  private constructor(url: string, made: unknown) {
    this.#url = url;
    this.#document = document.parse(made);
    this.#ajv = new Ajv2020.default({ strict: false, validateFormats: false });
    this.#ajv.addSchema(made as object, 'openapi');
    this.routes = Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, of]) => ({
        id: of.operationId,
        method: method.toUpperCase(),
        path,
        role: of['x-role'],
        account: of['x-account'],
        example: exampleIn(of),
      })),
    );
  }

  static async of(url: string): Promise<Contract> {
    return new Contract(url, await (await fetch(`${url}/openapi.json`)).json());
  }

  route(id: string): DocumentedRoute {
    const found = this.routes.find((one) => one.id === id);
    if (found === undefined) throw new Error(`the document has no operation ${id}`);
    return found;
  }

  /** Asks a route with these fields, wherever they belong. */
  async ask(id: string, given: Given, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const { method, path } = this.route(id);
    const left = new Map(Object.entries(given));
    const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = left.get(name);
      left.delete(name);
      return encodeURIComponent(String(value));
    });
    const asBody = method === 'POST';
    const query = asBody
      ? ''
      : `?${new URLSearchParams([...left].map(([k, v]): [string, string] => [k, String(v)])).toString()}`;
    const json = asBody ? { 'content-type': 'application/json' } : {};
    const response = await fetch(`${this.#url}${named}${query}`, {
      method,
      headers: { ...headers, ...json },
      ...(asBody ? { body: JSON.stringify(Object.fromEntries(left)) } : {}),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const isJson = type.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : type.startsWith('text/') ? text : null,
    };
  }

  /** What about an answer is not as the document says; empty where nothing is. */
  breaches(id: string, { status, headers, body }: Answer): readonly string[] {
    const { method, path } = this.route(id);
    const place = ['paths', path, method.toLowerCase(), 'responses', String(status)];
    const told = this.#document.paths[path]?.[method.toLowerCase()]?.responses[status];
    if (told === undefined) return [`status ${status} is not documented`];
    const at = '$ref' in told ? told.$ref.replace('#/', '').split('/') : place;
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    const pointer = ['#', ...[...at, 'content', type, 'schema'].map(escaped)].join('/');
    const validate = this.#ajv.getSchema(`openapi${pointer}`);
    if (validate === undefined) return [`${type} is not documented for ${status}`];
    if (validate(body) === true) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  }
}

const escaped = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

function exampleIn({ parameters, requestBody }: z.infer<typeof operation>): Given {
  const named = parameters.flatMap((one) => {
    const example: unknown = Reflect.get(one, 'example');
    return 'name' in one && example !== undefined ? [[one.name, example] as const] : [];
  });
  const body = requestBody?.content['application/json']?.example;
  return { ...Object.fromEntries(named), ...(typeof body === 'object' && body !== null ? body : {}) };
}
