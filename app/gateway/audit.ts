/** Who asked for a change and what came of it, as an event. */
import type { Runtime } from '../../engine/runtime.ts';
import { auditRecorded, type AuditRecorded } from '../../schemas/index.ts';
import type { Logger } from '../observe/logger.ts';
import { problemOf } from './problem.ts';
import type { Call, Route } from './route.ts';

/** Fields whose values are nobody's to read later. */
const secret = /secret|token|password|authorization|^key$/i;
/** Characters of what was given that are kept. */
const most_given = 4_000;
/** Characters of a text in it: enough to know what it was. */
const most_text = 300;

const isKept = (name: string): boolean => !secret.test(name);

/** What was given as JSON without secrets, long texts cut. */
export function givenText(given: unknown): string {
  const text = JSON.stringify(given, (name, value: unknown) => {
    if (name !== '' && !isKept(name)) return '(left out)';
    return typeof value === 'string' && value.length > most_text ? `${value.slice(0, most_text)}…` : value;
  });
  // The rules of texts refuse characters that cannot be seen.
  return (text ?? '').slice(0, most_given).replaceAll(/[^\P{Cc}\n\r\t]|\uFFFD/gu, '?');
}

const accountOf = (given: unknown): string => {
  const id: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, 'account_id') : undefined;
  const fits = typeof id === 'string' && id.trim() === id && id.length > 0 && id.length <= 128 && !/\p{Cc}/u.test(id);
  return fits ? id : '*';
};

export class Audit {
  readonly #engine: Runtime;
  readonly #logger: Logger;
  readonly #now_ms: () => number;
  readonly #kept: boolean;

  constructor(engine: Runtime, logger: Logger, now_ms: () => number) {
    this.#engine = engine;
    this.#logger = logger;
    this.#now_ms = now_ms;
    this.#kept = engine.topology.topics.some(({ name }) => name === auditRecorded.name);
  }

  record(route: Route, given: unknown, call: Call, status: number): Promise<void> {
    return this.#write(this.#event(route, given, call, { status, code: null }));
  }

  failed(route: Route, given: unknown, call: Call, error: unknown): Promise<void> {
    const { status, code } = problemOf(error, 0);
    return this.#write(this.#event(route, given, call, { status, code }));
  }

  #event(
    { id }: Route,
    given: unknown,
    { principal, request_id, command_id }: Call,
    outcome: Pick<AuditRecorded, 'status' | 'code'>,
  ): AuditRecorded {
    return {
      account_id: accountOf(given),
      request_id,
      command_id,
      principal: principal.id.slice(0, 300),
      role: principal.role,
      operation: id,
      given: givenText(given),
      ...outcome,
      at_ms: this.#now_ms(),
    };
  }

  /** What was done is done: where the log does not take its record, the log file has it. */
  async #write(value: AuditRecorded): Promise<void> {
    try {
      if (this.#kept)
        await this.#engine.publish({ source: 'gateway', position: null, events: [auditRecorded.event(value)] });
    } catch (error) {
      this.#logger.error({ audit: value, error: String(error) }, 'a change could not be recorded');
    }
  }
}
