/** Any failure as a person should meet it: code, what happened, what to do. */
import { z } from 'zod';
import { RemoteError } from '../../operations/remote.ts';

export interface Failure {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof RemoteError && error.code === 'engine.unreachable')
    return {
      code: error.code,
      what: 'The engine does not answer.',
      remedy: 'Look whether its process still runs; if not, run npm start again. This page tries again by itself.',
    };
  if (error instanceof RemoteError) return { code: error.code, what: error.message, remedy: error.remedy };
  if (error instanceof z.ZodError)
    return {
      code: 'page.unreadable_answer',
      what: `The engine's answer is not what this page expects: ${z.prettifyError(error)}`,
      remedy: 'Reload the page; if it stays, page and engine are of different versions: build and start them together.',
    };
  const what = error instanceof Error ? error.message : String(error);
  return { code: 'page.defect', what, remedy: 'Reload the page; if it stays, report it with what you did.' };
}
