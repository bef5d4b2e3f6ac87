/**
 * Ids of schemas as a registry gives them, kept in a file: an id never changes what it stands for, so that the registry
 * may be away at the start and during work. Ids that nobody here knows are looked up once, and those that the registry
 * does not know either are not asked for again for a while.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import pLimit from 'p-limit';
import { z } from 'zod';
import { checkedInIds, schemaFile, type SchemaIds, type WriterSchema } from '../../schemas/ids.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { RegistryClient } from './client.ts';

const keptShape = z.object({
  url: z.string(),
  prefix: z.string(),
  /** Topic → version → id. */
  ids: z.record(z.string(), z.record(z.string(), z.int())),
  /** Schemas of other producers by id. */
  others: z.record(z.string(), z.object({ topic: z.string(), version: z.int(), schema: z.unknown() })),
});
type Kept = z.infer<typeof keptShape>;

export interface RegistryIdsOptions {
  readonly client: Pick<RegistryClient, 'url' | 'idOf' | 'schemaOf'>;
  /** Before the names of topics on the brokers, and so of subjects. */
  readonly prefix: string;
  /** Where they are kept. */
  readonly file: string;
  /** Topics with the newest version that is needed of each. */
  readonly topics: readonly { readonly name: string; readonly version: number }[];
  readonly now_ms: () => number;
  /** How long an id that the registry does not know, or did not answer about, is not asked for again. */
  readonly unknown_for_ms?: number;
}

export const subjectOf = (prefix: string, topic: string): string => `${prefix}${topic}-value`;

const usual_unknown_ms = 60_000;
const calls_at_once = 8;
/** Of what the ids before the Avro bytes are read. */
const frame_bytes = 5;

export class RegistryIds implements SchemaIds {
  readonly #options: RegistryIdsOptions;
  readonly #kept: Kept;
  readonly #writers = new Map<number, WriterSchema>();
  /** Until when an id is not asked for again. */
  readonly #unknown = new Map<number, number>();
  readonly #asking = new Map<number, Promise<void>>();

  private constructor(options: RegistryIdsOptions, kept: Kept) {
    this.#options = options;
    this.#kept = kept;
    for (const [topic, versions] of Object.entries(kept.ids))
      for (const [version, id] of Object.entries(versions)) {
        const schema = schemaFile(topic, Number(version));
        if (schema !== undefined) this.#writers.set(id, { topic, version: Number(version), schema });
      }
    for (const [id, writer] of Object.entries(kept.others)) this.#writers.set(Number(id), writer);
  }

  /**
   * Asks only for what is not kept. @throws `registry.away` where that cannot be asked, `registry.missing` where a schema
   * is not registered.
   */
  static async open(options: RegistryIdsOptions): Promise<RegistryIds> {
    const kept = read(options);
    const before = JSON.stringify(kept);
    const limit = pLimit(calls_at_once);
    await Promise.all(
      options.topics.flatMap(({ name, version: newest }) =>
        Array.from({ length: newest }, (_, i) => limit(() => ask(options, kept, name, i + 1))),
      ),
    );
    if (JSON.stringify(kept) !== before) write(options.file, kept);
    return new RegistryIds(options, kept);
  }

  idOf(topic: string, version: number): number | undefined {
    return this.#kept.ids[topic]?.[String(version)];
  }

  /** What was written before there was a registry keeps its ids. */
  schemaOf(id: number): WriterSchema | undefined {
    return this.#writers.get(id) ?? checkedInIds.schemaOf(id);
  }

  /** Looks up the ids of records that nobody here knows; undefined where all are known. Never rejects. */
  learn(records: readonly { readonly topic: string; readonly value: Uint8Array }[]): Promise<void> | undefined {
    let asked: Promise<void>[] | undefined;
    for (const { topic, value } of records) {
      if (value.length < frame_bytes || value[0] !== 0) continue;
      const id = ((value[1] ?? 0) << 24) | ((value[2] ?? 0) << 16) | ((value[3] ?? 0) << 8) | (value[4] ?? 0);
      if (this.schemaOf(id) !== undefined) continue;
      if ((this.#unknown.get(id) ?? 0) > this.#options.now_ms()) continue;
      (asked ??= []).push(this.#lookUp(id, topic));
    }
    return asked === undefined ? undefined : Promise.all(asked).then(() => undefined);
  }

  /** One call for an id, however many records wait for it. */
  #lookUp(id: number, topic: string): Promise<void> {
    let asking = this.#asking.get(id);
    if (asking === undefined) {
      asking = this.#ask(id, topic).finally(() => this.#asking.delete(id));
      this.#asking.set(id, asking);
    }
    return asking;
  }

  async #ask(id: number, topic: string): Promise<void> {
    const { client, now_ms, unknown_for_ms = usual_unknown_ms, file } = this.#options;
    const schema = await client.schemaOf(id).catch(() => null);
    if (schema === null) {
      if (this.#unknown.size > most_unknown) this.#unknown.clear();
      this.#unknown.set(id, now_ms() + unknown_for_ms);
      return;
    }
    const writer = { topic: this.#topicOf(schema) ?? topic, version: 0, schema };
    this.#writers.set(id, writer);
    this.#kept.others[String(id)] = writer;
    write(file, this.#kept);
  }

  /** The topic whose records have the name of this one: a schema does not say where it belongs. */
  #topicOf(schema: unknown): string | undefined {
    const name = fullName(schema);
    return this.#options.topics.find((topic) => fullName(schemaFile(topic.name, topic.version)) === name)?.name;
  }
}

/** Unknown ids that are remembered at most: whoever sends more of them is asked about again. */
const most_unknown = 10_000;

const named = z.object({ name: z.string(), namespace: z.string().optional() });

function fullName(schema: unknown): string {
  const parsed = named.safeParse(schema);
  if (!parsed.success) return '';
  const { name, namespace } = parsed.data;
  return namespace === undefined || name.includes('.') ? name : `${namespace}.${name}`;
}

async function ask({ client, prefix }: RegistryIdsOptions, kept: Kept, topic: string, version: number): Promise<void> {
  if (kept.ids[topic]?.[String(version)] !== undefined) return;
  const schema = schemaFile(topic, version);
  if (schema === undefined) return;
  const subject = subjectOf(prefix, topic);
  const id = await client.idOf(subject, schema);
  if (id === null) throw new FlywheelError('registry.missing', { url: client.url, subject, version });
  (kept.ids[topic] ??= {})[String(version)] = id;
}

/** What was kept of this registry; of another one, nothing. */
function read({ file, client, prefix }: RegistryIdsOptions): Kept {
  const none: Kept = { url: client.url, prefix, ids: {}, others: {} };
  if (!existsSync(file)) return none;
  try {
    const kept = keptShape.parse(JSON.parse(readFileSync(file, 'utf8')));
    return kept.url === client.url && kept.prefix === prefix ? kept : none;
  } catch {
    // Half written by a process that was killed: it is asked for again.
    return none;
  }
}

function write(file: string, kept: Kept): void {
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, JSON.stringify(kept));
  renameSync(beside, file);
}
