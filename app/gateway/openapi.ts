/** The OpenAPI 3.1 document of the API, made from the routes. */
import { z } from 'zod';
import { version } from '../version.ts';
import { allRoutes } from './all-routes.ts';
import { problemShape } from './problem-shape.ts';
import type { Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Schemas that others refer to, by name, as they are come across. */
class Components {
  readonly schemas = new Map<string, unknown>();

  /** A schema whose definitions stand in the components of the document. */
  of(shape: z.ZodType, name: string): unknown {
    const made: Json = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
    const { $schema: _, $defs, ...schema } = made;
    const names = new Map(Object.keys($defs ?? {}).map((key) => [key, key.startsWith('__') ? `${name}${key}` : key]));
    for (const [key, value] of Object.entries(isJson($defs) ? $defs : {}))
      this.schemas.set(names.get(key) ?? key, moved(value, names));
    // One that holds itself refers to its root, which it no longer is.
    const own = new Map([...names, ['#', name]]);
    const found = moved(schema, own);
    if (!JSON.stringify(found).includes(`"#/components/schemas/${name}"`)) return found;
    this.schemas.set(name, found);
    return { $ref: `#/components/schemas/${name}` };
  }
}

/** The same schema with what it refers to in the components. `id` is zod's, for which JSON Schema has other words. */
function moved(schema: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(schema)) return schema.map((one) => moved(one, names));
  if (!isJson(schema)) return schema;
  const entries = Object.entries(schema)
    .filter(([key, value]) => !(key === 'id' && typeof value === 'string'))
    .map(([key, value]): [string, unknown] => {
      if (key !== '$ref' || typeof value !== 'string') return [key, moved(value, names)];
      const found = value.replace('#/$defs/', '');
      return [key, `#/components/schemas/${names.get(found) ?? found}`];
    });
  return Object.fromEntries(entries);
}

const property = z.object({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()).optional() });

const inPath = (path: string): readonly string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');

/** Fields by where they come: path and query as parameters, the rest as a body. */
function inputOf(route: Route, components: Components): Json {
  const schema = components.of(route.takes, route.id);
  const { properties, required: needed = [] } = property.parse(schema);
  // Who may see one account alone need not name it.
  const required = needed.filter((name) => name !== 'account_id' || route.account === 'none');
  const named = inPath(route.path);
  const names = Object.keys(properties);
  const asBody = route.method === 'POST' && route.bodies === undefined;
  const parameters = names
    .filter((name) => named.includes(name) || !asBody)
    .map((name) => ({
      name,
      in: named.includes(name) ? 'path' : 'query',
      required: named.includes(name) || required.includes(name),
      schema: properties[name],
      ...(name in route.example ? { example: route.example[name] } : {}),
    }));
  const keyed = route.changes && route.secret !== true ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [];
  const implied = isJson(schema) ? { ...schema, required } : schema;
  return { parameters: [...parameters, ...keyed], ...bodyOf(route, implied, named) };
}

function bodyOf({ method, bodies, example }: Route, schema: unknown, named: readonly string[]): Json {
  if (method !== 'POST') return {};
  if (bodies !== undefined) {
    const content = Object.entries(bodies).map(([type, description]) => [type, { schema: { description } }]);
    return { requestBody: { required: true, content: Object.fromEntries(content) } };
  }
  const given = Object.fromEntries(Object.entries(example).filter(([name]) => !named.includes(name)));
  const left = isJson(schema) ? without(schema, named) : schema;
  return { requestBody: { content: { 'application/json': { schema: left, example: given } } } };
}

function without(schema: Json, names: readonly string[]): Json {
  const { properties, required = [] } = property.parse(schema);
  const left = Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
  return { ...schema, properties: left, required: required.filter((name) => !names.includes(name)) };
}

const reasons: Readonly<Record<number, string>> = {
  200: 'The answer',
  202: 'Begun, and not done yet: `status_url` tells how far it is',
  207: 'Done in part: what was refused is listed',
  304: 'As it was: nothing is sent',
  400: 'Something about the request is wrong',
  401: 'Nobody is known to ask',
  403: 'Who asks may not',
  404: 'There is no such thing',
  409: 'Something is in the way',
  413: 'The body is too large',
  422: 'What was sent breaks a rule',
  429: 'Too many requests: `Retry-After` says how long to wait',
  503: 'Something that is needed is away: `Retry-After` says when to try again',
};

function answersOf(route: Route, components: Components): Json {
  const good = Object.entries(route.answers).map(([status, shape]) => {
    const type = route.answers_as ?? 'application/json';
    const schema = components.of(shape, `${route.id}${status === '200' ? '' : status}`);
    return [status, { description: reasons[Number(status)] ?? 'The answer', content: { [type]: { schema } } }];
  });
  const found = inPath(route.path).length > 0 ? [404] : [];
  const changing = route.changes ? [409, 422] : [];
  const problems = [...new Set([400, 401, 403, 429, 503, ...found, ...changing, ...(route.problems ?? [])])].sort();
  const unchanged = route.method === 'GET' && route.answers_as === undefined ? [304] : [];
  return Object.fromEntries([
    ...good,
    ...unchanged.map((status) => [status, { description: reasons[status] }]),
    ...problems.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
  ]);
}

const operationOf = (route: Route, components: Components): Json => ({
  operationId: route.id,
  tags: [route.tag],
  summary: route.words,
  'x-role': route.role,
  'x-account': route.account,
  'x-limit': route.limit,
  'x-weight': route.weight ?? 1,
  ...inputOf(route, components),
  responses: answersOf(route, components),
});

function pathsOf(components: Components): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of allRoutes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, components) };
  return paths;
}

const problemStatuses = [400, 401, 403, 404, 409, 413, 422, 429, 503];

const about = `Every answer is JSON; an error is a problem document (RFC 9457) with a code, the field, its value and the remedy. An infinite number is null.

Who asks shows \`Authorization: Bearer\` with a key (\`flywheel keys create\`), a token of the issuer that is configured, or the token of the data folder. Each route says which role it needs (\`x-role\`: viewer, operator, admin, each may do what those before it may) and whose accounts it is about (\`x-account\`). A caller of some accounts sees nothing of the others.

A POST that changes something takes an \`Idempotency-Key\`: the same request under the same key is done once, and answered alike for a day.

Paths have no version. A field is only ever added; a route or field that is to go is marked \`deprecated\` here for one release before.`;

/** The whole document. */
export function openApiDocument(): Json {
  const components = new Components();
  const paths = pathsOf(components);
  components.of(z.object({ problem: problemShape }), 'holder');
  const responses = problemStatuses.map((status) => [
    `Problem${status}`,
    {
      description: reasons[status],
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ]);
  return {
    openapi: '3.1.1',
    info: { title: 'Flywheel', version, description: about },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [...new Set(allRoutes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description: 'Names this request: tried again under the same key it is done once',
          schema: { type: 'string', minLength: 1, maxLength: 200 },
        },
      },
      responses: Object.fromEntries(responses),
      schemas: Object.fromEntries([...components.schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}
