/** Walks back from a decision: the record that caused it, the state it met, and the same decision made again. */
import { isDeepStrictEqual } from 'node:util';
import { decodeRecord, wasTaken, type DecodeContext } from '../commit-path/decode-batch.ts';
import { Decider, type BatchItem, type DeciderState } from '../commit-path/decider.ts';
import type { MemoryTaskLedger } from '../driver/memory-ledger.ts';
import { effectsOf, type Effects } from '../commit-path/effects.ts';
import type { EngineEvent } from '../engine.ts';
import { allLines } from '../commit-path/journal.ts';
import { separator, type TaskHead } from '../ledger.ts';
import { policyFor, type Versioned } from '../options.ts';
import type { CauseName, LogRecord, NewRecord } from '../ports.ts';
import { readRange } from '../read-range.ts';
import { isDiscarded, redrivenKey, schemaTopicOf } from '../dead-letters/sent-back.ts';
import type { Runtime } from '../runtime.ts';
import { ActiveKeys, byBytes, StateCache } from '../state/cache.ts';
import { stateCodec } from '../state/codec.ts';
import { Watermarks } from '../commit-path/watermarks.ts';

export interface Explained {
  readonly decision: EngineEvent;
  readonly cause: EngineEvent;
  readonly stateKey: string;
  /** State and sub-records that the handler met; undefined where there was none yet. */
  readonly state_before: unknown;
  readonly parts_before: ReadonlyMap<string, unknown>;
  /** Versions of both, so that a case that is kept can be met by later code. */
  readonly state_version: number;
  readonly part_version: number;
  /** The one that held for its record key. */
  readonly policy: Versioned;
  /** Events of the same state key up to the cause, newest first, at most `inputs_limit`. */
  readonly inputs: readonly EngineEvent[];
  readonly inputs_total: number;
  /** Deciding again gave the same bytes. */
  readonly reproduced: boolean;
}

const inputs_limit = 100;

/** One record key's state of a group, folded again from the log. */
class Replay {
  readonly #runtime: Runtime;
  readonly #decider: Decider;
  readonly #cache: DeciderState;
  readonly #key: string;
  readonly #group: string;
  readonly #run: number;
  readonly #ledger: MemoryTaskLedger;
  readonly #decoding: DecodeContext;
  readonly #tick: TaskHead['tick'];
  /** Next offset by topic: a tick stands in the journal once per chunk of its visit, and is visited whole here. */
  readonly #next = new Map<string, number>();
  /** Events of a key that wait or failed. */
  readonly #parked: Map<string, number>;
  #policy: Versioned;
  readonly taken = new Map<string, LogRecord[]>();

  constructor(runtime: Runtime, name: CauseName, key: string, ledger: MemoryTaskLedger, head: TaskHead) {
    const processor = runtime.processor(name.group);
    const { wiring } = processor;
    const cacheOf = (kind: 'state' | 'part', spec: typeof wiring.state): StateCache =>
      new StateCache(kind, ledger, stateCodec(name.group, spec), Infinity);
    this.#runtime = runtime;
    this.#decider = new Decider(processor);
    this.#cache = {
      states: cacheOf('state', wiring.state),
      parts: cacheOf('part', wiring.part ?? wiring.state),
      active: new ActiveKeys(),
    };
    this.#decoding = {
      group: name.group,
      partition: name.partition,
      codec: runtime.options.codec,
      topics: new Map(runtime.topology.topics.map((topic) => [topic.name, topic])),
      partitionOf: runtime.partitionOf,
      seen: new Watermarks(head.watermarks),
      resumed: () => head.tick,
      decider: this.#decider,
      policyTopic: runtime.options.policy.topic,
      schemaTopic: schemaTopicOf,
      refuse: () => undefined,
    };
    this.#key = key;
    this.#group = name.group;
    this.#run = name.run;
    this.#ledger = ledger;
    this.#tick = head.tick;
    this.#parked = new Map(Object.entries(head.parked));
    this.#policy = head.policy === null ? runtime.options.policy.initial : runtime.options.policy.parse(head.policy);
  }

  /** The policy that the next event of its record key meets. */
  policyInForce(): Versioned {
    return policyFor(this.#policy, this.#runtime.processor(this.#group).wiring.partitionBy, this.#key);
  }

  /** Versions of the group's states and parts. */
  get versions(): Pick<Explained, 'state_version' | 'part_version'> {
    const { state, part = state } = this.#runtime.processor(this.#group).wiring;
    return { state_version: state.version, part_version: part.version };
  }

  /** Reads which keys ticks visit at the beginning. */
  begin(): Promise<void> {
    return this.#cache.active.load(this.#ledger);
  }

  /** The record as an event of the account; undefined when it is another's, was taken before or was refused. */
  item(record: LogRecord): BatchItem | undefined {
    if (record.offset < (this.#next.get(record.topic) ?? 0)) return undefined;
    this.#next.set(record.topic, record.offset + 1);
    if (wasTaken(record, this.#decoding)) return undefined;
    if (record.key !== '' && record.key !== this.#key) return undefined;
    const item = decodeRecord(record, this.#decoding);
    if (item === undefined || isDiscarded(record) || item.topic !== this.#runtime.options.policy.topic) return item;
    try {
      this.#policy = this.#runtime.options.policy.parse(item.value);
    } catch {
      return undefined; // a dead letter then
    }
    return this.#decider.handles(item.topic) ? item : undefined;
  }

  keysOf({ key, record }: BatchItem): readonly string[] {
    if (key !== null) return [key];
    if (isDiscarded(record)) return [];
    const prefix = this.#key + separator;
    const target = redrivenKey(record);
    if (target !== undefined) return target.startsWith(prefix) ? [target] : [];
    const resumed = this.#tick?.topic === record.topic && this.#tick.offset === record.offset ? this.#tick : null;
    // After the bare record key: the state key may be empty, and its place is then the prefix itself.
    const after = resumed !== null && byBytes(resumed.after_key, this.#key) > 0 ? resumed.after_key : this.#key;
    return this.#cache.active.after(after, Infinity).filter((active) => active.startsWith(prefix));
  }

  /** Decides; a handler that threw then throws now, and its event was a dead letter then. */
  async decide(item: BatchItem, key: string, effects: Effects = this.effects()): Promise<void> {
    const redriven = redrivenKey(item.record) !== undefined;
    const { onError = 'park' } = this.#runtime.processor(this.#group).wiring;
    const waiting = this.#parked.get(key) ?? 0;
    if (isDiscarded(item.record)) {
      this.#parked.set(key, Math.max(0, waiting - 1));
      return;
    }
    if (waiting > 0 && !redriven) {
      this.#parked.set(key, waiting + 1);
      return;
    }
    const taken = this.taken.get(key) ?? [];
    if (item.key !== null) taken.push(item.record);
    this.taken.set(key, taken);
    try {
      await this.#decider.decide(item, key, this.#cache, this.#policy, effects, 0);
      if (redriven && waiting > 0) this.#parked.set(key, waiting - 1);
    } catch {
      // Its state is as it was: what a handler throws at is not stored.
      if (onError === 'park' && !redriven) this.#parked.set(key, waiting + 1);
    }
  }

  /** A copy of what the handler would meet, through the codec, so that deciding cannot change it. */
  async before(
    item: BatchItem,
    key: string,
  ): Promise<{ readonly state: unknown; readonly parts: ReadonlyMap<string, unknown> }> {
    await this.#decider.prepare(item, key, this.#cache);
    const { wiring } = this.#runtime.processor(this.#group);
    const copy = (spec: typeof wiring.state, value: unknown): unknown => {
      const codec = stateCodec(this.#group, spec);
      return value === undefined ? undefined : codec.decode(codec.encode(value));
    };
    const parts = new Map<string, unknown>();
    const prefix = key + separator;
    for (const part of this.#cache.parts.changedWith(prefix))
      parts.set(part.slice(prefix.length), copy(wiring.part ?? wiring.state, this.#cache.parts.get(part)));
    return { state: copy(wiring.state, this.#cache.states.get(key)), parts };
  }

  effects(): Effects {
    return effectsOf(this.#group, this.#run, this.#runtime);
  }
}

const isCause = (record: LogRecord, name: CauseName): boolean =>
  record.topic === name.topic && record.partition === name.partition && record.offset === name.offset;

interface Keyed {
  readonly key: string;
  readonly value: object | null | undefined;
}

/**
 * The record key that a decision was made for. A group may emit under another key than it reads by: its input says which
 * it was, and where that went to every partition, the field of the decision that the group reads by.
 */
export function keyDecided(partitionBy: string, decision: Keyed, cause: Pick<Keyed, 'key'>): string {
  if (cause.key !== '') return cause.key;
  const own: unknown = Reflect.get(decision.value ?? {}, partitionBy);
  return typeof own === 'string' ? own : decision.key;
}

/** Explains the event of this name in `topic`; undefined when it or its cause is no longer kept. */
export async function explain(runtime: Runtime, topic: string, name: CauseName): Promise<Explained | undefined> {
  const decision = await runtime.find(topic, name);
  const cause = await runtime.event(name.topic, name.partition, name.offset);
  if (decision === undefined || cause === undefined) return undefined;
  const ledger = runtime.beginning(name.group, name.partition, name.run);
  const head = await ledger.head();
  const { partitionBy } = runtime.processor(name.group).wiring;
  const key = keyDecided(partitionBy, { key: decision.record.key, value: decision.value }, cause.record);
  const replay = new Replay(runtime, name, key, ledger, head);
  await replay.begin();
  for await (const line of allLines(runtime.log, name.group, name.partition)) {
    if (line.run !== name.run || line.seq <= head.seq) continue;
    for (const [from, start, end] of line.ranges) {
      for await (const record of readRange(runtime.log, from, name.partition, start, end)) {
        const item = replay.item(record);
        if (item === undefined) continue;
        if (isCause(record, name)) return again(runtime, replay, item, decision, cause);
        for (const key of replay.keysOf(item)) await replay.decide(item, key);
      }
    }
  }
  return undefined;
}

/**
 * Decides the cause again. A tick visits every state key of the account: the one that gives the decision's bytes made
 * it; where none does, since the code has changed, the one whose decision is most like it.
 */
async function again(
  runtime: Runtime,
  replay: Replay,
  item: BatchItem,
  decision: EngineEvent,
  cause: EngineEvent,
): Promise<Explained | undefined> {
  let best: Explained | undefined;
  let most = -1;
  for (const key of replay.keysOf(item)) {
    const before = await replay.before(item, key);
    const effects = replay.effects();
    await replay.decide(item, key, effects);
    const made = effects.records.filter(({ topic }) => topic === decision.record.topic);
    const reproduced = made.some(({ value }) => Buffer.compare(value, decision.record.value) === 0);
    const stateKey = key.slice(key.indexOf(separator) + 1);
    const alike = reproduced ? Infinity : likeness(runtime, decision, made, stateKey);
    if (alike <= most) continue;
    most = alike;
    const taken = replay.taken.get(key) ?? [];
    best = {
      decision,
      cause,
      stateKey,
      state_before: before.state,
      parts_before: before.parts,
      ...replay.versions,
      policy: replay.policyInForce(),
      inputs: taken
        .slice(-inputs_limit)
        .reverse()
        .map((record) => runtime.decoded(record)),
      inputs_total: taken.length,
      reproduced,
    };
    if (reproduced) return best;
  }
  return best;
}

/** In how many fields one of the events `made` is the decision; a field that names the state key counts by itself. */
function likeness(runtime: Runtime, decision: EngineEvent, made: readonly NewRecord[], stateKey: string): number {
  const fields = Object.entries(decision.value ?? {});
  const named = fields.filter(([, value]) => value === stateKey).length;
  const equal = made.map(({ topic, value: bytes }) => {
    const decoded = runtime.options.codec.decode(topic, bytes, decision.record.appended_ms);
    if (!decoded.ok) return 0;
    const { value } = decoded;
    return fields.filter(([name, field]) => isDeepStrictEqual(Reflect.get(value, name), field)).length;
  });
  return named + Math.max(0, ...equal);
}
