/** The program's log: pino JSON lines in the data folder, so that the terminal stays readable. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Names whose values are never written, wherever they appear. */
const secrets = ['token', 'secret', 'password', 'access_token', 'authorization', 'cookie', 'embeddings_key'];

/** What JSON lets stand and a terminal or a reader of lines takes for a command or an end of a line. */
const steering = /[\u007f-\u009f\u2028\u2029]/g;
const escaped = (text: string): string =>
  text.replaceAll(steering, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const logFile = (data_folder: string): string => join(data_folder, 'flywheel.log');

/**
 * Opens the log. Lines carry `account_id`, `group` and coordinates where they are about an event; call
 * `flushSync` on exit, lines are written without waiting.
 */
export function openLogger({ data_folder, level }: { readonly data_folder: string; readonly level: string }): Logger {
  mkdirSync(data_folder, { recursive: true });
  const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths, censor: '(hidden)' },
    hooks: { streamWrite: escaped },
  };
  return pino(options, destination({ dest: logFile(data_folder), sync: true, append: true }));
}
