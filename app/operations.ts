/**
 * What people and programs can ask of a running (or stopped) Flywheel. The command line and the page both speak
 * this interface: in process where the engine runs, over HTTP from another process.
 */
import type { CauseName } from '../topology/coordinates.ts';

export interface GroupStatus {
  readonly group: string;
  readonly reads: readonly string[];
  readonly emits: readonly string[];
  readonly writes: readonly string[];
  readonly state: 'running' | 'idle' | 'waiting' | 'stopped';
  /** Why it waits or stopped, in words. */
  readonly reason: string | null;
  /** Records not yet handled, over all inputs and partitions. */
  readonly lag: number;
  readonly events_total: number;
  readonly events_per_s: number;
  readonly emitted_total: number;
  readonly dead_letters_total: number;
  readonly outbox_bytes: number;
  readonly last_event_ms: number | null;
}

export interface TopicStatus {
  readonly topic: string;
  readonly records: number;
  readonly records_per_s: number;
  readonly bytes: number;
}

/** An event as shown to people: its coordinates, its name if it is ours, and its value (or why there is none). */
export interface EventView {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly appended_ms: number;
  readonly key: string;
  readonly name: CauseName | null;
  /** `nameOf(name)`; the decision id. */
  readonly id: string | null;
  readonly value: object | null;
  readonly error: string | null;
}
