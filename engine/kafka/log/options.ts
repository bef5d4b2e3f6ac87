/** What a log on Kafka is opened with. */
import type { LogRecord } from '../../ports.ts';
import type { BrokerOptions } from '../client/connection.ts';
import type { Positions } from '../source-appends.ts';

export interface KafkaLogOptions extends BrokerOptions {
  readonly partitions: number;
  readonly positions: Positions;
  /** Topics that exist, whatever a broker says that has not heard of them yet. */
  readonly topics?: readonly string[];
  /** The time that records get; null where the broker gives it. */
  readonly stamp: (() => number) | null;
  /** What must be known before records are handed on, such as the schemas that they name; undefined where all is. */
  readonly learn?: (records: readonly LogRecord[]) => Promise<void> | undefined;
  /** A server did not answer and is asked again. */
  readonly onTrouble?: (error: unknown) => void;
}
