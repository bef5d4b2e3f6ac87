/** The ids by which a schema registry knows our schemas. Nothing is registered: that is `flywheel provision`. */
import { z } from 'zod';
import { schemaFile, type SchemaIds, type WriterSchema } from '../../schemas/ids.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { Topic } from '../../topology/topic.ts';

export interface RegistryAccess {
  /** Where `/subjects` begins, for example `http://127.0.0.1:8081/apis/ccompat/v7`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

const answer = z.object({ id: z.int() });
const within_ms = 10_000;

/** Asks for the schema of each topic that this release writes. Rejects where one is not registered. */
export async function registryIds(
  registry: RegistryAccess,
  topics: readonly Topic[],
  topic_prefix = '',
): Promise<SchemaIds> {
  const ids = new Map<string, number>();
  const byId = new Map<number, WriterSchema>();
  const asked = topics.map(async ({ name: topic, version }) => {
    const id = await idOf(registry, `${topic_prefix}${topic}-value`, topic, version);
    ids.set(`${topic} ${version}`, id);
    byId.set(id, { topic, version, schema: schemaFile(topic, version) });
  });
  await Promise.all(asked);
  return { idOf: (topic, version) => ids.get(`${topic} ${version}`), schemaOf: (id) => byId.get(id) };
}

async function idOf(registry: RegistryAccess, subject: string, topic: string, version: number): Promise<number> {
  const url = registry.url.replace(/\/$/, '');
  const response = await asked(registry, url, subject, JSON.stringify(schemaFile(topic, version)));
  if (response.status === 404) throw new FlywheelError('producer.schema', { url, topic, version, subject });
  if (!response.ok) throw away(url, subject, `it answers ${response.status}`);
  const parsed = answer.safeParse(await response.json().catch(() => null));
  if (!parsed.success) throw away(url, subject, 'its answer has no id');
  return parsed.data.id;
}

async function asked(registry: RegistryAccess, url: string, subject: string, schema: string): Promise<Response> {
  const { username, password = '' } = registry;
  const login = username === undefined ? undefined : Buffer.from(`${username}:${password}`).toString('base64');
  try {
    return await fetch(`${url}/subjects/${encodeURIComponent(subject)}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/vnd.schemaregistry.v1+json',
        ...(login !== undefined && { authorization: `Basic ${login}` }),
      },
      body: JSON.stringify({ schema }),
      signal: AbortSignal.timeout(within_ms),
    });
  } catch (error) {
    const why = error instanceof Error ? String(error.cause ?? error.message) : String(error);
    throw away(url, subject, why, error);
  }
}

const away = (url: string, subject: string, why: string, cause?: unknown): FlywheelError =>
  new FlywheelError('producer.registry', { url, subject, why }, { cause });
