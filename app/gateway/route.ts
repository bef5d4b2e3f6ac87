/**
 * A route as a value: what it takes, what it answers, who may ask and what that costs. The server, the OpenAPI document,
 * docs/api.md and the tests that walk all routes are made from the same list.
 */
import type { z } from 'zod';
import type { Principal, Role } from '../access/principal.ts';
import type { OperationsContext } from '../operations/context.ts';
import type { LocalOperations } from '../operations/local.ts';
import { parsed } from './complaint.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** Classes that have a bucket of their own for each caller. */
export const limit_classes = ['read', 'write', 'heavy', 'events', 'live'] as const;
export type LimitClass = (typeof limit_classes)[number];

/**
 * Whose data a route is about. `required`: of the account that `account_id` names, or of the only one there is.
 * `optional`: of one, or of all that there are for who may see all. `whole`: of all accounts at once, for who may see all.
 * `own`: the handler looks at what it found. `none`: of no account.
 */
export type AccountRule = 'required' | 'optional' | 'whole' | 'own' | 'none';

/** What a handler works with. */
export interface Place {
  readonly context: OperationsContext;
  readonly operations: LocalOperations;
}

/** One request, beside what was given with it. */
export interface Call {
  readonly principal: Principal;
  readonly request_id: string;
  /** Names what the request commands: the same for every try under one Idempotency-Key. */
  readonly command_id: string;
  /** What came beside the fields, for a route that takes bodies of its own: a parsed JSON value, or a stream of bytes. */
  readonly body?: unknown;
  readonly content_type?: string;
}

/** An answer with a status of its own. */
export class Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export type Given = Readonly<Record<string, unknown>>;

export interface About {
  /** `operationId`: unique, in snake case. */
  readonly id: string;
  readonly method: Method;
  /** `{name}` stands for a field of `takes`; the others come in the query of a GET or DELETE and the body of a POST. */
  readonly path: string;
  readonly tag: string;
  /** What it does, in a line or two. */
  readonly words: string;
  readonly role: Role;
  readonly account: AccountRule;
  readonly limit: LimitClass;
  /** Tokens that a request costs; 1 where left out. */
  readonly weight?: number;
  /** Whether it changes something: it leaves an audit event. A POST that only asks does not. */
  readonly changes: boolean;
  /** Its answer holds a secret: it is not kept for another try. */
  readonly secret?: true;
  /** Statuses of problems that it may answer beside those of every route. */
  readonly problems?: readonly number[];
}

export interface Route extends About {
  readonly takes: z.ZodObject;
  /** Answers by status. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** Something that it takes, for the document and for tests. */
  readonly example: Given;
  /** The body that it takes by content type, where that is no JSON object; such a route is served by itself. */
  readonly bodies?: Readonly<Record<string, string>>;
  /** Content type of the answer where it is not JSON. */
  readonly answers_as?: string;
  /** The body of its `Reply` is an `AsyncIterable` of texts, sent as they come. */
  readonly streams?: true;
  run(place: Place, given: unknown, call: Call): Promise<Reply>;
}

interface Spec<S extends z.ZodObject, A extends z.ZodType> extends About {
  readonly takes: S;
  readonly answer: A;
  /** The status of `answer`: 200, or 202 of work that goes on. */
  readonly status?: 202;
  /** Further answers by status. */
  readonly also?: Readonly<Record<number, z.ZodType>>;
  readonly example: z.input<S>;
}

type Handle<S extends z.ZodObject, A extends z.ZodType> = (
  place: Place,
  given: z.output<S>,
  call: Call,
) => Promise<z.input<A> | Reply>;

/** Makes a route `by` a handler that gets what `takes` lets through. @throws FlywheelError `request.argument` from `run` */
export function route<S extends z.ZodObject, A extends z.ZodType>(
  spec: Spec<S, A>,
): { by(handle: Handle<S, A>): Route } {
  const { takes, answer, status = 200, also, example, ...about } = spec;
  return {
    by: (handle) => ({
      ...about,
      takes,
      answers: { [status]: answer, ...also },
      example: example as Given,
      run: async (place, given, call) => {
        const reply = await handle(place, parsed(about.id, takes, given), call);
        return reply instanceof Reply ? reply : new Reply(status, reply);
      },
    }),
  };
}
