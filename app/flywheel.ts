/** A running Flywheel as the command line sees it. The composition root makes it; nobody else constructs. */
import type { RecordedHistory } from '../engine/backtest/recorded.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { EmbeddingProvider } from '../ports/embeddings/port.ts';
import type { Topic } from '../topology/topic.ts';
import type { Topology } from '../topology/topology.ts';
import type { LoadedConfig } from './config/load.ts';
import type { Config } from './config/settings.ts';
import type { ProvisionItem } from './open/provision.ts';
import type { DecisionFeed } from './operations/decisions/feed.ts';
import type { LocalOperations } from './operations/local.ts';
import type { SourceControl } from './operations/context.ts';

export interface Flywheel {
  readonly engine: Runtime;
  readonly operations: LocalOperations;
  readonly decisions: DecisionFeed;
  readonly source: SourceControl;
  /** Runs `work` while no instance works on a group, this one included: it is not started. @throws `group.elsewhere` */
  hold<T>(group: string, work: () => Promise<T>): Promise<T>;
  /** Starts groups and opens what operations need; the source waits for `play`. */
  start(): Promise<void>;
  /** Serves the page and API and says so in the folder's lock; returns the address. */
  serve(): Promise<{ readonly url: string }>;
  /** Lets the source run; resolves when it ends, which a simulated account never does. Rejects when it fails. */
  play(): Promise<void>;
  /** Resolves when all that was appended is handled and delivered. */
  drain(): Promise<void>;
  /** Resolves with the reason when the engine cannot go on: the process must end. */
  readonly failed: Promise<Error>;
  /** Ends the source, finishes the batches under way, closes page and stores. Safe to call twice. */
  stop(): Promise<void>;
}

/** How a Flywheel is opened: with its source and page, or for one command. */
export interface OpenOptions {
  readonly source: boolean;
}

/** What the composition root gives the command line. */
export interface Root {
  readonly version: string;
  readonly topics: readonly Topic[];
  /** All groups with their topics. */
  topology(): Promise<Topology>;
  /** Opens the data folder. Throws `EngineError` (`store.*`) where that cannot be. */
  open(config: Config, options: OpenOptions): Promise<Flywheel>;
  /** What the servers must hold; with `apply` it is made. */
  provision(config: Config, apply: boolean): Promise<readonly ProvisionItem[]>;
  /** Who turns creatives into vectors under this configuration. Rejects with `ConfigError` where its key cannot be read. */
  embeddings(config: Config): Promise<EmbeddingProvider>;
  /** Opens the log of a data folder, or of the brokers, to read, whoever works on it. Throws `EngineError` (`store.*`) where that cannot be. */
  history(config: Config): Promise<RecordedHistory>;
}

export type { LoadedConfig };
