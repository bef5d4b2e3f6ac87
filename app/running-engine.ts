/** An engine with what surrounds it, as the app runs it: embedded in a folder, or on Kafka beside other instances. */
import type { KeptTexts } from '../engine/embedded/kept-texts.ts';
import type { Trimmed } from '../engine/embedded/retention.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Part } from './sources/shared-source.ts';

/** A server that the engine needs, as it answers now. */
export interface ServerStanding {
  readonly name: string;
  readonly ok: boolean;
  /** Version or address, or why it does not answer. */
  readonly said: string;
  /** Nothing can be handled without it; without the others effects wait in the outbox. */
  readonly needed: boolean;
}

export interface RunningEngine {
  readonly kind: 'embedded' | 'kafka';
  readonly engine: Runtime;
  /** From now on groups handle what the log has. */
  start(): Promise<void>;
  /** Finishes the batches under way, gives up what it has and closes it. */
  stop(): Promise<void>;
  /** Tells commands of this user on the same folder where page and API are. */
  announce(url: string, token: string): void;
  /** Cuts the log to what its topics keep; left out where the log does so itself. */
  trim?(): Promise<readonly Trimmed[]>;
  /** Texts that outlive the process; left out where instances share what they keep. */
  readonly kept?: KeptTexts;
  /** A part that one instance plays at a time; left out where there is one instance. */
  lease?(part: string, for_ms: number): Part;
  /** Runs `work` while nobody works on a group; left out where there is one instance, which is not started. @throws `group.elsewhere` */
  hold?<T>(group: string, work: () => Promise<T>): Promise<T>;
  /** Partitions of a group that this instance has. */
  owned(group: string): readonly number[];
  /** Servers as they answer now. */
  servers(): Promise<readonly ServerStanding[]>;
  /** Resolves with the reason when the engine cannot go on: the process must end, so that it is started again. */
  readonly failed: Promise<Error>;
}
