/** The message of a dead letter as what happened and what to do: the registry of errors writes "what; remedy". */
import { errors, type ErrorEntry } from '../../../topology/errors.ts';

export interface Refusal {
  readonly what: string;
  /** Null where the message carries none. */
  readonly remedy: string | null;
}

const entries: Readonly<Record<string, ErrorEntry>> = errors;

export function refusalOf(code: string, message: string): Refusal {
  const fixed = entries[code]?.remedy.split('{')[0] ?? '';
  const at = message.lastIndexOf(`; ${fixed}`);
  if (entries[code] === undefined || at < 0) return { what: message, remedy: null };
  return { what: message.slice(0, at), remedy: message.slice(at + 2) };
}

/** Characters that cannot be seen, as their escapes. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
