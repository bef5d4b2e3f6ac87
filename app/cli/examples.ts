/** The one valid example of each topic, shared by tests, documentation and `publish --example`. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FlywheelError } from '../../topology/errors.ts';

/** The example of a topic as one line of JSON. */
export function exampleOf(topic: string): string {
  const file = fileURLToPath(new URL(`../../schemas/${topic}/example.json`, import.meta.url));
  if (!existsSync(file)) throw new FlywheelError('file.missing', { path: file });
  return JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
}
