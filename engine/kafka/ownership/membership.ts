/**
 * A group's membership: a Kafka consumer that never reads, by which the brokers know who lives and the members who has
 * which partitions. Records are read by offset elsewhere; whoever lost a partition without noticing is refused by its
 * epoch, so nothing depends on how fast a rebalance is seen.
 */
import { AssignerProtocol, type Consumer, type Kafka, type PartitionAssigner } from 'kafkajs';
import { z } from 'zod';
import { pack, unpack } from '../../state/codec.ts';
import { assigned, type Member } from './assignment.ts';
import { isPassing } from '../client/passing.ts';
import { insist, patient } from '../client/patient.ts';

export interface MembershipOptions {
  readonly kafka: Pick<Kafka, 'consumer'>;
  readonly group: string;
  /** Topics that the group reads, by their names on the brokers. */
  readonly topics: readonly string[];
  readonly partitions: number;
  /** Time without a heartbeat after which a member is taken for dead, milliseconds. */
  readonly session_ms: number;
  /** Called with the partitions that this member has from now on. */
  readonly onAssigned: (partitions: readonly number[]) => void;
  /** The brokers could not be asked and are asked again. */
  readonly onTrouble: (error: unknown) => void;
  /** The consumer ended by an error that it does not recover from. */
  readonly onFailure: (error: unknown) => void;
}

const owned = z.array(z.number());

/** Partitions that a member says it has; none where it says something else. */
function ownedBy(userData: Buffer): readonly number[] {
  try {
    return owned.parse(unpack(userData));
  } catch {
    return [];
  }
}

const assigner_name = 'flywheel-sticky';

/** kafkajs's form of our assignment; `mine` gives what this member has when it joins. */
const assignerOf =
  (partitions: number, mine: () => readonly number[]): PartitionAssigner =>
  () => ({
    name: assigner_name,
    version: 1,
    protocol: ({ topics }) => ({
      name: assigner_name,
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: 1,
        topics,
        userData: Buffer.from(pack([...mine()])),
      }),
    }),
    assign: ({ members, topics }) => {
      const known = members.map(({ memberId, memberMetadata }): Member => {
        const decoded = AssignerProtocol.MemberMetadata.decode(memberMetadata);
        return { id: memberId, owned: decoded === null ? [] : ownedBy(decoded.userData) };
      });
      const shares = assigned(known, partitions);
      return Promise.resolve(
        members.map(({ memberId }) => {
          const share = [...(shares.get(memberId) ?? [])];
          const assignment = Object.fromEntries(topics.map((topic) => [topic, share]));
          const memberAssignment = AssignerProtocol.MemberAssignment.encode({
            version: 1,
            assignment,
            userData: Buffer.alloc(0),
          });
          return { memberId, memberAssignment };
        }),
      );
    },
  });

export class Membership {
  readonly #options: MembershipOptions;
  #consumer: Consumer;
  #owned: readonly number[] = [];
  #joining: Promise<void> | undefined;
  #leaving = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#consumer = this.#created();
  }

  #created(): Consumer {
    const { kafka, group, partitions, session_ms } = this.#options;
    return kafka.consumer({
      groupId: group,
      sessionTimeout: session_ms,
      heartbeatInterval: Math.floor(session_ms / 5),
      rebalanceTimeout: session_ms,
      // It reads nothing: this is how often it looks whether it is still a member.
      maxWaitTimeInMs: Math.floor(session_ms / 10),
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: (error) => Promise.resolve(!this.#leaving && isPassing(error)) },
      partitionAssigners: [assignerOf(partitions, () => this.#owned)],
    });
  }

  join(): Promise<void> {
    this.#joining ??= this.#join();
    return this.#joining;
  }

  async #join(): Promise<void> {
    const consumer = this.#consumer;
    const { GROUP_JOIN, CRASH } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => this.#joined(payload.memberAssignment));
    consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart && !this.#leaving) this.#crashed(payload.error);
    });
    await consumer.connect();
    // A broker may not have heard yet of a topic that was just made.
    await patient(() => consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true }));
    await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
  }

  /**
   * By itself the client gives up where no coordinator of the group is found, which brokers that start again may not have
   * for a while: whatever passes, the group is joined anew.
   */
  #crashed(error: unknown): void {
    const { onTrouble, onFailure } = this.#options;
    if (!isPassing(error)) return onFailure(error);
    onTrouble(error);
    const anew = async (): Promise<void> => {
      if (this.#leaving) return;
      this.#consumer = this.#created();
      await this.#join();
    };
    this.#joining = insist(anew, { onTrouble, goesOn: () => !this.#leaving });
    this.#joining.catch((late: unknown) => {
      if (!this.#leaving) onFailure(late);
    });
  }

  /** Runs before the first fetch after a join, so nothing is ever fetched. */
  #joined(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.#consumer.pause(
      Object.entries(assignment).map(([topic, partitions]) => ({ topic, partitions: [...partitions] })),
    );
    this.#owned = Object.values(assignment)[0] ?? [];
    this.#options.onAssigned(this.#owned);
  }

  /** Notes how far the group is where Kafka's own tools look for it; nothing is read back from there. */
  async note(
    offsets: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[],
  ): Promise<void> {
    if (offsets.length > 0)
      await this.#consumer.commitOffsets(offsets.map((one) => ({ ...one, offset: String(one.offset) })));
  }

  /** Brokers let new members of a group wait for each other (`group.initial.rebalance.delay.ms`), by default 3 s. */
  static readonly leave_within_ms = 6_000;

  async leave(): Promise<void> {
    this.#leaving = true;
    // Told to leave while it joins, the client would say nothing to the brokers, and join afterwards.
    await this.#joining?.catch(() => undefined);
    await this.#consumer.disconnect();
  }
}
