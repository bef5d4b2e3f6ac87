/** The keys of the API: kept from their topic, so that every instance knows of a new or revoked one at once. */
import type { LogRecord } from '../../engine/ports.ts';
import { readRange } from '../../engine/read-range.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { apiKeyChanged, type ApiKeyChanged } from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import { FlywheelError } from '../../topology/errors.ts';
import { z } from 'zod';
import { digestOf, isSecret, newKey, parseKey, printKey } from './key-text.ts';
import { roles, type Principal, type Role } from './principal.ts';

const shape: z.ZodType<ApiKeyChanged> = z.object({
  key_id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  accounts: z.array(z.string()),
  secret_sha256: z.string(),
  created_ms: z.number(),
  expires_ms: z.number().nullable(),
  revoked_ms: z.number().nullable(),
  changed_by: z.string(),
});

/** A key as it is shown: without anything that it could be guessed by. */
export interface KeyView extends Omit<ApiKeyChanged, 'secret_sha256'> {
  readonly status: 'active' | 'expired' | 'revoked';
}

export interface NewKey {
  readonly name: string;
  readonly role: Role;
  /** Left out: all accounts. */
  readonly accounts?: readonly string[];
  /** 90 where left out; null: it does not end. */
  readonly days?: number | null;
  readonly by: string;
}

const usual_days = 90;

export class KeyRing {
  readonly #keys = new Map<string, ApiKeyChanged>();
  readonly #now_ms: () => number;
  #engine: Runtime | undefined;
  #stop: (() => void) | undefined;

  constructor(now_ms: () => number) {
    this.#now_ms = now_ms;
  }

  /** Reads what the log holds and then listens; the engine's log must be open. */
  async open(engine: Runtime): Promise<void> {
    this.#engine = engine;
    const take = (record: LogRecord): void => {
      if (record.topic === apiKeyChanged.name) this.#take(engine.decoded(record).value);
    };
    this.#stop = engine.log.onAppend((records) => records.forEach(take));
    if (!engine.topology.topics.some(({ name }) => name === apiKeyChanged.name)) return;
    for (let partition = 0; partition < engine.options.partitions; partition++) {
      const { start, end } = await engine.log.range(apiKeyChanged.name, partition);
      for await (const record of readRange(engine.log, apiKeyChanged.name, partition, start, end)) take(record);
    }
  }

  close(): void {
    this.#stop?.();
  }

  #take(value: unknown): void {
    const key = shape.safeParse(value);
    if (!key.success) return;
    // A key that was revoked stays so, whatever is read again.
    const before = this.#keys.get(key.data.key_id);
    if (before === undefined || before.revoked_ms === null) this.#keys.set(key.data.key_id, key.data);
  }

  /** All that ever were, newest first. */
  list(): readonly KeyView[] {
    return [...this.#keys.values()].sort((a, b) => b.created_ms - a.created_ms).map((key) => this.#shown(key));
  }

  /** Makes a key; its text is told here and never again. */
  async create({
    name,
    role,
    accounts = [],
    days = usual_days,
    by,
  }: NewKey): Promise<KeyView & { readonly key: string }> {
    const text = newKey();
    const created_ms = this.#now_ms();
    const value: ApiKeyChanged = {
      key_id: text.key_id,
      name,
      role,
      accounts: [...accounts],
      secret_sha256: digestOf(text.secret),
      created_ms,
      expires_ms: days === null ? null : created_ms + days * day_ms,
      revoked_ms: null,
      changed_by: by,
    };
    await this.#publish(value);
    return { ...this.#shown(value), key: printKey(text) };
  }

  /** Nobody gets in with it from now on. @throws FlywheelError `key.unknown` */
  async revoke(key_id: string, by: string): Promise<KeyView> {
    const key = this.#keys.get(key_id);
    if (key === undefined) throw new FlywheelError('key.unknown', { id: key_id });
    if (key.revoked_ms !== null) return this.#shown(key);
    const value = { ...key, revoked_ms: this.#now_ms(), changed_by: by };
    await this.#publish(value);
    return this.#shown(value);
  }

  async #publish(value: ApiKeyChanged): Promise<void> {
    const broken = apiKeyChanged.check(value, this.#now_ms());
    if (broken !== undefined)
      throw new FlywheelError('usage.invalid', {
        why: `${broken.field} is ${broken.value}: ${broken.rule}`,
        what_to_do: broken.remedy,
      });
    await this.#engine?.publish({ source: 'gateway', position: null, events: [apiKeyChanged.event(value)] });
    this.#take(value);
  }

  /** Who shows this key. @throws FlywheelError `request.credentials` */
  principalOf(text: string): Principal {
    const given = parseKey(text);
    const key = given === undefined ? undefined : this.#keys.get(given.key_id);
    const refuse = (why: string): FlywheelError => new FlywheelError('request.credentials', { kind: 'key', why });
    if (given === undefined || key === undefined || !isSecret(given.secret, key.secret_sha256))
      throw refuse('nobody made it');
    const { status } = this.#shown(key);
    if (status !== 'active') throw refuse(`it is ${status}`);
    return { id: `key:${key.key_id}`, role: key.role, accounts: key.accounts.length === 0 ? 'all' : key.accounts };
  }

  #shown({ secret_sha256: _, ...key }: ApiKeyChanged): KeyView {
    const ended = key.expires_ms !== null && key.expires_ms <= this.#now_ms();
    return { ...key, status: key.revoked_ms !== null ? 'revoked' : ended ? 'expired' : 'active' };
  }
}
