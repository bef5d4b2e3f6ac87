/**
 * A schema registry with Confluent's API, as far as it is needed: seven calls, each with a deadline
 * (docs/decisions/024-registry.md says why not through a package).
 */
import { z } from 'zod';
import { FlywheelError } from '../../topology/errors.ts';

export interface RegistryOptions {
  /** Address before `/subjects`. */
  readonly url: string;
  readonly auth?: { readonly username: string; readonly password: string };
  /** How long one call may take, milliseconds. */
  readonly within_ms?: number;
}

export type Compatibility = 'FULL_TRANSITIVE';

const idShape = z.object({ id: z.int() });
const schemaShape = z.object({ schema: z.string() });
const levelShape = z.object({ compatibilityLevel: z.string() });
const fitShape = z.object({ is_compatible: z.boolean(), messages: z.array(z.string()).optional() });
const errorShape = z.object({ message: z.string() });
const namesShape = z.array(z.string());

const media_type = 'application/vnd.schemaregistry.v1+json';
const usual_within_ms = 5_000;

/** What it answers where it refuses; null where there is nothing of that name. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class RegistryClient {
  readonly #options: RegistryOptions;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get url(): string {
    return this.#options.url;
  }

  async subjects(): Promise<readonly string[]> {
    return namesShape.parse(this.#taken(await this.#ask('GET', '/subjects'), 'the list of subjects'));
  }

  /** The id under which a subject has this schema; null where it has not. */
  async idOf(subject: string, schema: unknown): Promise<number | null> {
    const answer = await this.#ask('POST', `/subjects/${encodeURIComponent(subject)}`, bodyOf(schema));
    return answer.status === 404 ? null : idShape.parse(this.#taken(answer, subject)).id;
  }

  /** Registers a schema where it is new, and gives its id. @throws `registry.refused` where it does not fit the older. */
  async register(subject: string, schema: unknown): Promise<number> {
    const answer = await this.#ask('POST', `/subjects/${encodeURIComponent(subject)}/versions`, bodyOf(schema));
    return idShape.parse(this.#taken(answer, subject)).id;
  }

  /** The schema of an id; null where the registry knows none. */
  async schemaOf(id: number): Promise<unknown> {
    const answer = await this.#ask('GET', `/schemas/ids/${id}`);
    if (answer.status === 404) return null;
    const parsed: unknown = JSON.parse(schemaShape.parse(this.#taken(answer, `schema ${id}`)).schema);
    return parsed;
  }

  /** How a subject's versions must fit each other; null where it has no rule of its own. */
  async compatibility(subject: string): Promise<string | null> {
    const answer = await this.#ask('GET', `/config/${encodeURIComponent(subject)}`);
    return answer.status === 404 ? null : levelShape.parse(this.#taken(answer, subject)).compatibilityLevel;
  }

  async setCompatibility(subject: string, compatibility: Compatibility): Promise<void> {
    const body = { compatibility };
    this.#taken(await this.#ask('PUT', `/config/${encodeURIComponent(subject)}`, body), subject);
  }

  /** Why a schema does not fit the versions that a subject has; null where it does. */
  async misfit(subject: string, schema: unknown): Promise<string | null> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions?verbose=true`;
    const answer = await this.#ask('POST', path, bodyOf(schema));
    if (answer.status === 404) return null;
    const { is_compatible, messages = [] } = fitShape.parse(this.#taken(answer, subject));
    return is_compatible ? null : messages.join('; ') || 'it does not fit older versions';
  }

  #taken({ status, body }: Answer, what: string): unknown {
    if (status < 300) return body;
    const said = errorShape.safeParse(body);
    const why = `${what}: ${said.success ? said.data.message : `status ${status}`}`;
    throw new FlywheelError(status >= 500 ? 'registry.away' : 'registry.refused', { url: this.#options.url, why });
  }

  async #ask(method: string, path: string, body?: object): Promise<Answer> {
    const { url, auth, within_ms = usual_within_ms } = this.#options;
    try {
      const answer = await fetch(`${url.replace(/\/$/, '')}${path}`, {
        method,
        signal: AbortSignal.timeout(within_ms),
        headers: {
          accept: media_type,
          ...(body === undefined ? {} : { 'content-type': media_type }),
          ...(auth === undefined ? {} : { authorization: `Basic ${btoa(`${auth.username}:${auth.password}`)}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new FlywheelError('registry.away', { url, why }, { cause: error });
    }
  }
}

const bodyOf = (schema: unknown): object => ({ schemaType: 'AVRO', schema: JSON.stringify(schema) });
