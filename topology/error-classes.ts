/** How errors end: the classes that every code belongs to. */

/** How an error ends: the exit code of a command (sysexits.h) and the status of an HTTP answer. */
export interface ErrorClass {
  readonly exit: number;
  readonly status: number;
  readonly description: string;
}

export const errorClasses = {
  usage: { exit: 64, status: 400, description: 'The command or request was written wrongly.' },
  data: { exit: 65, status: 422, description: 'Data given to the program break a rule.' },
  denied: { exit: 77, status: 401, description: 'Who asks may not.' },
  missing: { exit: 66, status: 404, description: 'What was asked for does not exist.' },
  unavailable: { exit: 69, status: 503, description: 'Something outside is not there; try again when it is.' },
  internal: { exit: 70, status: 500, description: 'A defect of this program.' },
  store: { exit: 74, status: 503, description: 'The data folder cannot be read or written.' },
  busy: { exit: 75, status: 409, description: 'Another process or state of affairs is in the way.' },
  config: { exit: 78, status: 500, description: 'The configuration is wrong.' },
} as const satisfies Record<string, ErrorClass>;

export interface ErrorEntry {
  readonly class: keyof typeof errorClasses;
  /** HTTP status where HTTP has a more telling one than that of the class. */
  readonly status?: number;
  /** What happened; `{name}` stands for a parameter. */
  readonly message: string;
  /** What to do about it; may name the same parameters. */
  readonly remedy: string;
}
