/** Events in: one, or a stream of JSON lines that is taken as it arrives. Each is checked by itself. */
import type { SourceEvent } from '../../../engine/engine.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { readNdjson, type NdjsonBatch } from '../../../ports/sources/ndjson/ndjson.ts';
import { seesAccount, type Principal } from '../../access/principal.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Topic } from '../../../topology/topic.ts';
import type { OperationsContext } from '../context.ts';
import { ownWriterOf } from './publish.ts';

export interface Rejected {
  readonly line: number;
  readonly field: string | null;
  readonly message: string;
}

export interface IntakeReport {
  readonly accepted: number;
  readonly rejected_total: number;
  /** The first of them. */
  readonly rejected: readonly Rejected[];
}

/** Refusals that an answer lists. */
const most_listed = 100;
/** Names in a record who sent it. */
const by_header = 'flywheel-by';

/** The topic, where this caller may append to it. @throws FlywheelError `topic.unknown`, `topic.ours`, `request.all_accounts` */
export function topicFor({ engine }: OperationsContext, name: string, { accounts }: Principal): Topic {
  const { topics } = engine.topology;
  const topic = topics.find((one) => one.name === name);
  if (topic === undefined)
    throw new FlywheelError('topic.unknown', {
      topic: name.slice(0, 120),
      known: topics.map((one) => one.name).join(', '),
    });
  const writer = ownWriterOf(engine, name);
  if (writer !== undefined) throw new FlywheelError('topic.ours', { topic: name, writer });
  // What a person decides has routes that say who decided.
  if (topic.writtenBy === 'the operator')
    throw new FlywheelError('topic.ours', { topic: name, writer: 'whoever decides, by its own route' });
  // What belongs to no account concerns all of them.
  if (topic.partitionKey !== 'account_id' && accounts !== 'all')
    throw new FlywheelError('request.all_accounts', { operation: `publishing to ${name}` });
  return topic;
}

const accountOf = (value: object): string => String(Reflect.get(value, 'account_id'));

/** Events that may wait while others are appended. */
const most_waiting = 2_000;

/** Appends one batch while the next is read: what came meanwhile is one append, however small the pieces were. */
class Appends {
  readonly #engine: Runtime;
  #waiting: SourceEvent[] = [];
  #under_way: Promise<void> | undefined;

  constructor(engine: Runtime) {
    this.#engine = engine;
  }

  /** Resolves when there is room for more. Rejects where an append failed: nothing more is taken then. */
  async add(events: readonly SourceEvent[]): Promise<void> {
    for (const event of events) this.#waiting.push(event);
    if (this.#under_way !== undefined && this.#waiting.length < most_waiting) return;
    await this.#under_way;
    this.#begin();
  }

  /** Resolves when all is appended. */
  async end(): Promise<void> {
    await this.#under_way;
    this.#begin();
    await this.#under_way;
  }

  #begin(): void {
    const events = this.#waiting;
    this.#waiting = [];
    if (events.length === 0) return;
    const append = this.#engine.publish({ source: 'gateway', position: null, events }).then(() => {
      if (this.#under_way === append) this.#under_way = undefined;
    });
    // Whoever waits for it is told.
    append.catch(() => undefined);
    this.#under_way = append;
  }
}

/** Takes lines as they come: what a batch appended stays, whatever becomes of the rest of the stream. */
export async function takeLines(
  context: OperationsContext,
  principal: Principal,
  { topic: name, stream }: { readonly topic: string; readonly stream: AsyncIterable<Uint8Array> },
): Promise<IntakeReport> {
  const topic = topicFor(context, name, principal);
  const { engine, now_ms } = context;
  const headers = { [by_header]: Buffer.from(principal.id) };
  const found: Rejected[] = [];
  let [accepted, rejected_total] = [0, 0];
  const appends = new Appends(engine);
  for await (const batch of readNdjson(stream, { topic, now_ms, batch_bytes })) {
    const { events, rejected } = allowed(batch, principal, accepted + rejected_total);
    rejected_total += rejected.length;
    if (found.length < most_listed) found.push(...rejected.slice(0, most_listed - found.length));
    accepted += events.length;
    await appends.add(events.map((event) => ({ ...event, headers })));
  }
  await appends.end();
  return { accepted, rejected_total, rejected: found };
}

const batch_bytes = 1024 * 1024;

function allowed(
  { events, rejected }: Pick<NdjsonBatch, 'events' | 'rejected'>,
  principal: Principal,
  before: number,
): { readonly events: readonly SourceEvent[]; readonly rejected: readonly Rejected[] } {
  const told = rejected.map(({ line, field, message }) => ({ line, field, message }));
  if (principal.accounts === 'all') return { events, rejected: told };
  const own = events.filter(({ value }) => seesAccount(principal, accountOf(value)));
  const others = events.flatMap(({ value }, i) =>
    seesAccount(principal, accountOf(value))
      ? []
      : [{ line: before + i + 1, field: 'account_id', message: 'is not an account that whoever asks may see' }],
  );
  return { events: own, rejected: [...told, ...others] };
}

/** Takes one event. @throws FlywheelError `request.event`, `request.account` */
export async function takeEvent(
  context: OperationsContext,
  principal: Principal,
  { topic: name, value }: { readonly topic: string; readonly value: object },
): Promise<Topic> {
  const topic = topicFor(context, name, principal);
  if (topic.partitionKey === 'account_id' && !seesAccount(principal, accountOf(value)))
    throw new FlywheelError('request.account', { field: 'account_id', value: accountOf(value).slice(0, 120) });
  const headers = { [by_header]: Buffer.from(principal.id) };
  await context.engine.publish({ source: 'gateway', position: null, events: [{ topic: name, value, headers }] });
  return topic;
}

/** The value of one Avro record, framed as the topics have it. @throws FlywheelError `request.event` */
export function avroValue({ engine, now_ms }: OperationsContext, topic: string, bytes: Uint8Array): object {
  const decoded = engine.options.codec.decode(topic, bytes, now_ms());
  if (decoded.ok) return decoded.value;
  throw new FlywheelError('request.event', {
    topic,
    field: decoded.field ?? 'the record',
    value: `${bytes.length} bytes`,
    rule: decoded.message,
    what_to_do: 'write a zero byte, the schema id (int32, big-endian), then the Avro body',
  });
}
