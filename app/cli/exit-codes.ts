/** How the program ends, for scripts. Listed in `flywheel --help`; those of errors are sysexits.h's. */
import { errorClasses, type ErrorClass } from '../../topology/errors.ts';

export const exit_codes = {
  ok: 0,
  /** The command worked and its answer is no: state differs, a check found something, lines were refused. */
  answer_is_no: 1,
  /** Ended by a second Ctrl-C. */
  interrupted: 130,
  usage: errorClasses.usage.exit,
  internal: errorClasses.internal.exit,
  unavailable: errorClasses.unavailable.exit,
} as const;

export const exit_code_help = [
  'Exit codes:',
  '    0  done',
  '    1  the answer is no: state differs, a check found something, lines were refused',
  ...Object.values<ErrorClass>(errorClasses)
    .sort((a, b) => a.exit - b.exit)
    .map(({ exit, description }) => `${String(exit).padStart(5)}  ${description}`),
  '  130  interrupted',
].join('\n');
