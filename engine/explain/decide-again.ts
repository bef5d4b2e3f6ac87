/** One decision made again from what it met: the pure handlers on a given event, state and policy. Nothing is written. */
import type { AnyProcessor, StateSpec } from '../../topology/processor.ts';
import type { Topic } from '../../topology/topic.ts';
import { Decider } from '../commit-path/decider.ts';
import { MemoryTaskLedger } from '../driver/memory-ledger.ts';
import { Effects } from '../commit-path/effects.ts';
import { keyDecided } from './explain.ts';
import { separator } from '../ledger.ts';
import type { Versioned } from '../options.ts';
import { ActiveKeys, StateCache } from '../state/cache.ts';
import { pack, stateCodec } from '../state/codec.ts';

/** What a decision met, and the decision itself, which says for which key it was made. */
export interface Met {
  readonly decision: { readonly key: string; readonly value: object | null };
  readonly cause: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly appended_ms: number;
    readonly key: string;
    readonly value: object;
  };
  readonly state_key: string;
  /** Null or undefined where there was none yet. */
  readonly state_before: unknown;
  readonly parts_before: Readonly<Record<string, unknown>>;
  /** Versions of both; left out where they are those of the code. */
  readonly state_version?: number | undefined;
  readonly part_version?: number | undefined;
  readonly policy: Versioned;
}

export interface Emitted {
  readonly topic: string;
  readonly value: object;
}

/**
 * Events that the processor emits when it meets this: with the record's coordinates its draws are the same.
 * Rejects as the handler throws.
 */
export async function decideAgain(
  processor: AnyProcessor,
  topics: readonly Topic[],
  { decision, cause, state_key, state_before, parts_before, state_version, part_version, policy }: Met,
): Promise<readonly Emitted[]> {
  const { wiring } = processor;
  const key = keyDecided(wiring.partitionBy, decision, cause) + separator + state_key;
  const ledger = new MemoryTaskLedger();
  const cacheOf = (kind: 'state' | 'part', spec: typeof wiring.state): StateCache =>
    new StateCache(kind, ledger, stateCodec(wiring.group, spec), Infinity);
  const states = cacheOf('state', wiring.state);
  const parts = cacheOf('part', wiring.part ?? wiring.state);
  // JSON has no undefined: a key that had no state yet is null.
  if (state_before !== null && state_before !== undefined)
    states.set(key, broughtUp(wiring.group, wiring.state, state_version, state_before));
  for (const [name, part] of Object.entries(parts_before))
    parts.set(key + separator + name, broughtUp(wiring.group, wiring.part ?? wiring.state, part_version, part));
  const emitted: Emitted[] = [];
  const effects = collecting(wiring.group, topics, emitted);
  const record = { ...cause, value: new Uint8Array() };
  const item = { record, topic: cause.topic, value: cause.value, key: cause.key === '' ? null : key };
  await new Decider(processor).decide(item, key, { states, parts, active: new ActiveKeys() }, policy, effects, 0);
  return emitted;
}

/** What was kept under a version, as the code has it today. */
const broughtUp = (group: string, spec: StateSpec<unknown>, version: number | undefined, value: unknown): unknown =>
  version === undefined || version === spec.version ? value : stateCodec(group, spec).decode(pack([version, value]));

/** Effects that go nowhere but into `emitted`. */
const collecting = (group: string, topics: readonly Topic[], emitted: Emitted[]): Effects =>
  new Effects({
    group,
    run: 0,
    partitions: 1,
    codec: {
      encode: (topic: string, value: object): Uint8Array => {
        emitted.push({ topic, value });
        return new Uint8Array();
      },
      decode: () => ({ ok: false, stage: 'decode', code: '', message: 'nothing is decoded here' }) as const,
    },
    partitionOf: () => 0,
    topics: new Map(topics.map((topic) => [topic.name, topic])),
    record_bytes: Infinity,
  });
