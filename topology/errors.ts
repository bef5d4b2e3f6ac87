/** Errors by code, with what they are about: see `error-codes.ts` for the list. */
import { errorClasses, errors, type ErrorClass, type ErrorEntry } from './error-codes.ts';
import { anchorOf } from './error-docs.ts';

export { errorClasses, errors, errorSections, type ErrorClass, type ErrorEntry } from './error-codes.ts';

export type ErrorCode = keyof typeof errors;

type NamesIn<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The parameters that a code's texts name. */
export type ErrorParameters<C extends ErrorCode> = {
  readonly [Name in NamesIn<(typeof errors)[C]['message']> | NamesIn<(typeof errors)[C]['remedy']>]: string | number;
};

/** Replaces each `{name}` by its parameter. */
const render = (template: string, parameters: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));

/** What a code says of these parameters: what happened, and what to do. */
export function describeError<C extends ErrorCode>(
  code: C,
  parameters: ErrorParameters<C>,
): { readonly what: string; readonly remedy: string; readonly message: string } {
  const entry: ErrorEntry = errors[code];
  const what = render(entry.message, parameters);
  const remedy = render(entry.remedy, parameters);
  return { what, remedy, message: `${what}; ${remedy}` };
}

/** Where an error is explained, relative to the repository. */
export const docsOf = (code: ErrorCode): string => `docs/errors.md#${anchorOf(code)}`;

/** How an error of this kind ends. */
export function endingOf({ class: kind, status }: ErrorEntry): ErrorClass {
  const ending: ErrorClass = errorClasses[kind];
  return status === undefined ? ending : { ...ending, status };
}

/** An error of the registry, with what it is about. */
export class FlywheelError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'FlywheelError';
  readonly code: C;
  readonly parameters: ErrorParameters<C>;
  /** What happened, without the remedy. */
  readonly what: string;
  readonly remedy: string;

  constructor(code: C, parameters: ErrorParameters<C>, options?: ErrorOptions) {
    const { what, remedy, message } = describeError(code, parameters);
    super(message, options);
    this.code = code;
    this.parameters = parameters;
    this.what = what;
    this.remedy = remedy;
  }

  /** The field it is about, null where it is about none. */
  get field(): string | null {
    const field: unknown = Reflect.get(this.parameters, 'field');
    return typeof field === 'string' ? field : null;
  }

  /** The value found, printed; null where there is none. */
  get value(): string | null {
    const value: unknown = Reflect.get(this.parameters, 'value');
    return value === undefined ? null : String(value);
  }

  get ending(): ErrorClass {
    return endingOf(errors[this.code]);
  }
}
