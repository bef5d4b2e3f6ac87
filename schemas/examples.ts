/** One valid event per topic (`<topic>/example.json`), shared by tests, documentation and `publish --example`. */
import { readFileSync } from 'node:fs';
import { parseSchema } from './avro/schema.ts';
import { fit } from './fit.ts';
import { newestVersion, schemaFile } from './ids.ts';

/** The example of a topic as its file is laid out. */
export const exampleFile = (topic: string): string =>
  readFileSync(new URL(`./${topic}/example.json`, import.meta.url), 'utf8');

/** The example of a topic as one line of JSON, ready to be published. */
export const exampleText = (topic: string): string => JSON.stringify(JSON.parse(exampleFile(topic)));

/** The example of a topic as a value of its schema. Throws where the file does not fit. */
export function exampleOf(topic: string): { readonly [field: string]: unknown } {
  const fitted = fit(JSON.parse(exampleText(topic)), parseSchema(schemaFile(topic, newestVersion(topic))));
  if (fitted.ok) return fitted.value;
  const problems = fitted.problems.map(({ field, value, rule }) => `${field} is ${value}: ${rule}`);
  throw new Error(`schemas/${topic}/example.json: ${problems.join('; ')}`);
}
