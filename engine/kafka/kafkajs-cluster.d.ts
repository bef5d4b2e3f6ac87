/**
 * The part of kafkajs's cluster that is used, which its own types leave out. Its consumer takes partitions only as a
 * member of a group, commits an offset by itself when one is out of range, and stops where a handler throws; a log that
 * is read by offset needs none of it (docs/decisions/019-kafka.md). Version 2.2.4, pinned.
 */
declare module 'kafkajs/src/cluster/index.js' {
  /** A request and how its answer is read; `decode` gets the answer's bytes. */
  export interface Protocol<T> {
    readonly request: unknown;
    readonly response: { decode(bytes: Buffer): Promise<T>; parse(decoded: T): Promise<T> };
    readonly requestTimeout?: number;
  }

  export interface Broker {
    /** The newest of the versions that the broker has too, as `protocol` makes it. */
    lookupRequest(
      apiKey: number,
      definition: {
        readonly versions: readonly number[];
        protocol(chosen: { readonly version: number }): { readonly version: number };
      },
    ): { readonly version: number };
    readonly connectionPool: { send<T>(protocol: Protocol<T>): Promise<T> };
    disconnect(): Promise<void>;
  }

  export interface TopicMetadata {
    readonly partitionId: number;
    readonly leader: number;
  }

  export default interface Cluster {
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    addTargetTopic(topic: string): Promise<void>;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    refreshMetadata(): Promise<void>;
    findTopicPartitionMetadata(topic: string): readonly TopicMetadata[];
    findBroker(node: { readonly nodeId: string }): Promise<Broker>;
    fetchTopicsOffset(
      topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number }[];
        readonly fromBeginning: boolean;
      }[],
    ): Promise<
      readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
      }[]
    >;
  }
}

/** One connection to a broker, of which `mended.ts` replaces some methods. */
declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net';
  import type { ISocketFactory } from 'kafkajs';
  import type { Protocol } from 'kafkajs/src/cluster/index.js';

  export default class Connection {
    constructor(options: {
      readonly host: string;
      readonly port: number;
      readonly logger: { namespace(name: string): Readonly<Record<string, () => void>> };
      readonly socketFactory: ISocketFactory;
      readonly requestTimeout: number;
      readonly connectionTimeout: number;
    });
    send<T>(protocol: Protocol<T>): Promise<T>;
    /** Of an answer that is not whole yet: what has come, and how much of it must be there. */
    chunks: Buffer[];
    bytesBuffered: number;
    bytesNeeded: number;
    readonly host: string;
    readonly port: number;
    readonly socketFactory: ISocketFactory;
    /** The newest; none before the first. */
    socket: Socket | undefined;
    isConnected(): boolean;
    connect: (this: Connection) => Promise<boolean>;
    disconnect: (this: Connection) => Promise<boolean>;
  }
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests: (this: RequestQueue) => void;
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';

  export default function socketFactory(): ISocketFactory;
}

/** One broker as the client sees it, of which `mended.ts` replaces how it sends records. */
declare module 'kafkajs/src/broker/index.js' {
  import type { Message } from 'kafkajs';
  import type { Broker as BaseBroker } from 'kafkajs/src/cluster/index.js';

  export interface Produce {
    readonly acks?: number;
    readonly timeout?: number;
    readonly compression?: number;
    readonly transactionalId?: string;
    readonly topicData: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly messages: readonly Message[] }[];
    }[];
  }

  export default class Broker implements BaseBroker {
    lookupRequest: BaseBroker['lookupRequest'];
    readonly connectionPool: BaseBroker['connectionPool'];
    disconnect(): Promise<void>;
    produce: (this: Broker, records: Produce) => Promise<unknown>;
  }
}

/** Bytes of a request as the client's connection takes them. */
declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    constructor(initial_bytes: number);
    writeInt16(value: number): Encoder;
    writeInt32(value: number): Encoder;
    writeString(value: string | null): Encoder;
    writeBufferInternal(bytes: Buffer): void;
    readonly buffer: Buffer;
  }
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C/index.js' {
  export default function crc32C(bytes: Uint8Array): number;
}

/** The client's own produce request and its answer, version 7. */
declare module 'kafkajs/src/protocol/requests/produce/v7/request.js' {
  import type { Produce } from 'kafkajs/src/broker/index.js';
  export default function produceRequest(records: Produce): { encode(): Promise<{ readonly buffer: Buffer }> };
}

declare module 'kafkajs/src/protocol/requests/produce/v7/response.js' {
  export function decode(bytes: Buffer): Promise<unknown>;
  export function parse(decoded: unknown): Promise<unknown>;
}

/** The client's errors, which it does not export to modules. */
declare module 'kafkajs/src/errors.js' {
  import type { KafkaJSConnectionError, KafkaJSNonRetriableError } from 'kafkajs';

  const errors: {
    readonly KafkaJSConnectionError: typeof KafkaJSConnectionError;
    readonly KafkaJSNonRetriableError: typeof KafkaJSNonRetriableError;
  };
  export default errors;
}

/** The encoder of a fetch request, version 11. */
declare module 'kafkajs/src/protocol/requests/fetch/v11/request.js' {
  export default function fetchRequest(question: {
    readonly replicaId: number;
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }): unknown;
}

/** What kafkajs's producer writes, for tests of what reads it. */
declare module 'kafkajs/src/protocol/recordBatch/v0/index.js' {
  interface Encoder {
    readonly buffer: Buffer;
  }
  export function RecordBatch(batch: {
    readonly firstOffset: bigint;
    readonly firstTimestamp: number;
    readonly maxTimestamp: number;
    readonly lastOffsetDelta: number;
    readonly records: readonly Encoder[];
  }): Promise<Encoder>;
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  export default function Record(record: {
    readonly offsetDelta: number;
    readonly timestampDelta: number;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, Buffer>>;
  }): { readonly buffer: Buffer };
}
