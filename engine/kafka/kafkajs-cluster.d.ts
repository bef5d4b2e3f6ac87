/**
 * The part of kafkajs's cluster that is used, which its own types leave out. Its consumer takes partitions only as a
 * member of a group, commits an offset by itself when one is out of range, and stops where a handler throws; a log that
 * is read by offset needs none of it (docs/decisions/019-kafka.md). Version 2.2.4, pinned.
 */
declare module 'kafkajs/src/cluster/index.js' {
  export interface FetchedMessage {
    readonly offset: string;
    readonly timestamp: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, Buffer | readonly Buffer[] | undefined>>;
    readonly isControlRecord?: boolean;
  }

  export interface FetchedPartition {
    readonly partition: number;
    readonly errorCode: number;
    readonly highWatermark: string;
    /** Where the partition's log begins. */
    readonly lastStartOffset?: string;
    readonly messages: readonly FetchedMessage[];
  }

  export interface FetchRequest {
    readonly replicaId: number;
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: { readonly partition: number; readonly fetchOffset: string; readonly maxBytes: number }[];
    }[];
  }

  export interface FetchResponse {
    readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
  }

  export interface Broker {
    fetch(request: FetchRequest): Promise<FetchResponse>;
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
