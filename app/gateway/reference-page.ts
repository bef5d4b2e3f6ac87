/** The API as a page: made here, without a script, so that nothing is loaded and everything is found by the browser's search. */
import { z } from 'zod';

const schema = z.looseObject({});
const operation = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()),
  summary: z.string(),
  'x-role': z.string(),
  'x-account': z.string(),
  'x-limit': z.string(),
  'x-weight': z.number(),
  parameters: z.array(
    z.looseObject({ name: z.string().optional(), in: z.string().optional(), required: z.boolean().optional() }),
  ),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({})) }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
});
const document = z.looseObject({
  info: z.looseObject({ title: z.string(), version: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), schema) }),
});

type Operation = z.output<typeof operation>;

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
const code = (text: string): string => `<code>${escape(text)}</code>`;
/** Backquotes as code. */
const prose = (text: string): string => escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
const json = (value: unknown): string => `<pre tabindex="0">${escape(JSON.stringify(value, null, 2))}</pre>`;

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere; }
h2 { margin-top: 2.5rem; } details { border-top: 1px solid #8886; padding: .5rem 0; }
summary { cursor: pointer; } summary b { display: inline-block; min-width: 4.5rem; }
pre { overflow-x: auto; padding: .75rem; background: #8881; border-radius: .25rem; font-size: .85rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .5rem; vertical-align: top; }
th { font-weight: 600; } tr + tr { border-top: 1px solid #8883; } code { font-size: .9em; }
nav ul { columns: 16rem; padding-left: 1rem; }
`;

export const referenceStyle = style;

function parametersOf({ parameters }: Operation): string {
  const named = parameters.filter(({ name }) => name !== undefined);
  if (named.length === 0) return '';
  const rows = named.map(
    ({ name, in: where, required, schema: of }) =>
      `<tr><td>${code(name ?? '')}</td><td>${escape(where ?? '')}${required === true ? '' : ', optional'}</td><td>${code(JSON.stringify(of))}</td></tr>`,
  );
  return `<table><thead><tr><th>Field</th><th>Where</th><th>Schema</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const contentOf = (content: unknown): string =>
  Object.entries(z.record(z.string(), z.looseObject({})).catch({}).parse(content))
    .map(([type, { schema: of, example }]) => {
      const shown = example === undefined ? '' : `<p>Example</p>${json(example)}`;
      return `<p>${code(type)}</p>${json(of)}${shown}`;
    })
    .join('');

function responsesOf({ responses }: Operation): string {
  return Object.entries(responses)
    .map(([status, of]) => {
      const reference = typeof of['$ref'] === 'string' ? 'a problem document' : (of.description ?? '');
      return `<h4>${escape(status)}: ${escape(reference)}</h4>${contentOf(of['content'])}`;
    })
    .join('');
}

function operationOf(method: string, path: string, of: Operation): string {
  const body = of.requestBody === undefined ? '' : `<h4>Body</h4>${contentOf(of.requestBody.content)}`;
  const about = `Role ${code(of['x-role'])}, accounts ${code(of['x-account'])}, limit ${code(of['x-limit'])}, costs ${of['x-weight']}.`;
  return `<details id="${escape(of.operationId)}"><summary><b>${escape(method.toUpperCase())}</b> ${code(path)}</summary><p>${prose(of.summary)}</p><p>${about}</p>${parametersOf(of)}${body}<h4>Answers</h4>${responsesOf(of)}</details>`;
}

/** The whole page, of a document that `openApiDocument` made. */
export function referencePage(made: unknown): string {
  const { info, tags, paths, components } = document.parse(made);
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, of]) => ({ method, path, of })),
  );
  const idOf = (tag: string): string => `tag-${tag.toLowerCase().replaceAll(/\W+/g, '-')}`;
  const sections = tags.map(({ name }) => {
    const own = all.filter(({ of }) => of.tags.includes(name));
    return `<section><h2 id="${idOf(name)}">${escape(name)}</h2>${own.map(({ method, path, of }) => operationOf(method, path, of)).join('')}</section>`;
  });
  const shapes = Object.entries(components.schemas).map(
    ([name, of]) => `<details id="schema-${escape(name)}"><summary>${code(name)}</summary>${json(of)}</details>`,
  );
  const contents = tags.map(({ name }) => `<li><a href="#${idOf(name)}">${escape(name)}</a></li>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Flywheel API ${escape(info.version)}</title><link rel="stylesheet" href="/docs.css"></head>
<body><main><h1>Flywheel API ${escape(info.version)}</h1>
${info.description
  .split('\n\n')
  .map((paragraph) => `<p>${prose(paragraph)}</p>`)
  .join('')}
<p>The same as a document: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav aria-label="Sections"><ul>${contents}<li><a href="#schemas">Schemas</a></li></ul></nav>
${sections.join('')}
<section><h2 id="schemas">Schemas</h2>${shapes.join('')}</section></main></body></html>
`;
}
