/**
 * Every error a person or a program can meet, by code: what it says, what to do, and how a process or an HTTP answer
 * ends with it. `docs/errors.md` is made from this list; a code that is not here does not compile.
 */
import { inputErrors, recordErrors } from './event-errors.ts';
import { producerErrors } from './producer-errors.ts';
import { engineErrors, nameErrors } from './program-errors.ts';
import { requestErrors } from './request-errors.ts';
import { programErrors } from './start-errors.ts';

export { errorClasses, type ErrorClass, type ErrorEntry } from './error-classes.ts';

export const errors = {
  ...recordErrors,
  ...inputErrors,
  ...nameErrors,
  ...engineErrors,
  ...programErrors,
  ...requestErrors,
  ...producerErrors,
};

/** The registry in sections, for the documentation. */
export const errorSections = [
  { title: 'Records that were refused (dead letters)', entries: recordErrors },
  { title: 'Events, lines and policies given to the program', entries: inputErrors },
  { title: 'Names that do not exist', entries: nameErrors },
  { title: 'Store, log and groups', entries: engineErrors },
  { title: 'Starting and asking the program', entries: programErrors },
  { title: 'Requests to the page and API', entries: requestErrors },
  { title: 'Publishing with our client', entries: producerErrors },
] as const;
