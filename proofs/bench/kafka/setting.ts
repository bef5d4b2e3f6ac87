/** The topics and engines of the Kafka bench: one broker, one Redis, names of its own on both. */
import { openKafka, type KafkaEngine } from '../../../engine/kafka/kafka.ts';
import type { FaultPoints } from '../../../engine/commit-path/faults.ts';
import type { Limits } from '../../../engine/options.ts';
import { createCodec } from '../../../schemas/codec.ts';
import { adMetrics, deadLetter, policyChanged, winnerWithdrawn } from '../../../schemas/index.ts';
import type { AnyProcessor } from '../../../topology/processor.ts';
import type { Topic } from '../../../topology/topic.ts';
import { z } from 'zod';

export const partitions = 4;
export const topics: readonly Topic[] = [adMetrics, winnerWithdrawn, policyChanged, deadLetter];

export const settingShape = z.object({
  brokers: z.array(z.string()),
  redis_url: z.string(),
  /** Before the name of every topic. */
  topic_prefix: z.string(),
});
/** Where the bench runs. */
export type Setting = z.infer<typeof settingShape>;

/** A setting whose topics are its own: a group that begins has nothing to catch up with. */
export const partOf = (setting: Setting, name: string): Setting => ({
  ...setting,
  topic_prefix: `${setting.topic_prefix}${name}.`,
});

export const inputOf = ({ topic_prefix }: Setting): string => topic_prefix + adMetrics.name;
export const outputOf = ({ topic_prefix }: Setting): string => topic_prefix + winnerWithdrawn.name;

export interface OpenOptions {
  readonly processors: readonly AnyProcessor[];
  /** Sets its groups' state and memberships apart from those of others. */
  readonly namespace: string;
  readonly sharing: { readonly session_ms: number } | null;
  readonly limits?: Partial<Limits>;
  readonly faults?: FaultPoints;
  /** A server did not answer and is asked again; said on stderr where it is left out. */
  readonly onTrouble?: (error: unknown) => void;
}

const told = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);

const policy = { version: 'none' };

export function openBenchOnKafka(setting: Setting, options: OpenOptions): Promise<KafkaEngine> {
  const { brokers, redis_url, topic_prefix } = setting;
  const { processors, namespace, sharing, limits, faults, onTrouble = told } = options;
  return openKafka({
    kafka: { brokers, client_id: namespace, topic_prefix },
    redis_url,
    namespace,
    sharing,
    stamps: 'broker',
    topology: { topics, processors },
    codec: createCodec({ topics }),
    clock: { now_ms: () => Date.now() },
    partitions,
    code: 'bench',
    policy: { topic: policyChanged.name, parse: () => policy, initial: policy },
    deadLetters: {
      topic: deadLetter.name,
      event: ({ message, group }) => {
        throw new Error(`the workload must have no dead letters, group ${group} refused: ${message}`);
      },
    },
    ...(limits === undefined ? {} : { limits }),
    ...(faults === undefined ? {} : { faults }),
    onFailure: (error) => {
      throw error;
    },
    onTrouble,
  });
}
