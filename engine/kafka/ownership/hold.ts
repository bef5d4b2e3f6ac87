/** Holds a group still in all instances at once, to change its state at rest: nobody else works on it meanwhile. */
import type { Admin } from 'kafkajs';
import { EngineError } from '../../errors.ts';
import type { Lease } from './agreed.ts';
import { patient } from '../client/patient.ts';
import type { RedisTaskLedger } from '../redis/ledger.ts';

export interface HoldOptions {
  readonly admin: Admin;
  /** The group, and its name on the brokers. */
  readonly group: string;
  readonly consumer_group: string;
  /** One of its kind at a time. */
  readonly lease: Lease;
  readonly renew_ms: number;
  /** Its partitions. */
  readonly ledgers: readonly RedisTaskLedger[];
}

/**
 * Runs `work` with all partitions of a group claimed, so that it may change what is stored. An instance that starts
 * meanwhile claims them for itself: what `work` changes then is refused, and it rejects.
 *
 * @throws EngineError `group.elsewhere` where instances work on the group, or somebody else holds it.
 */
export async function whileHeld<T>(options: HoldOptions, work: () => Promise<T>): Promise<T> {
  const { lease, renew_ms, ledgers, group } = options;
  if (!(await patient(() => lease.take())))
    throw elsewhere(group, 'its state is being made again or reset by somebody else');
  const renewing = setInterval(() => void lease.renew().catch(() => undefined), renew_ms);
  try {
    await refuseMembers(options);
    await Promise.all(ledgers.map((ledger) => ledger.take()));
    return await work();
  } finally {
    clearInterval(renewing);
    await Promise.all(ledgers.map((ledger) => ledger.handOver()));
    await lease.giveUp().catch(() => undefined);
  }
}

async function refuseMembers({ admin, group, consumer_group }: HoldOptions): Promise<void> {
  const { groups } = await patient(() => admin.describeGroups([consumer_group]));
  const members = groups.flatMap((one) => one.members);
  if (members.length === 0) return;
  const hosts = [
    ...new Set(members.map(({ clientId, clientHost }) => `${clientId} on ${clientHost.replace(/^\//, '')}`)),
  ];
  throw elsewhere(
    group,
    `${members.length} ${members.length === 1 ? 'instance works' : 'instances work'} on it (${hosts.join(', ')})`,
  );
}

const elsewhere = (group: string, why: string): EngineError =>
  new EngineError(
    'group.elsewhere',
    `group ${group} does not stand still: ${why}`,
    'stop the instances that work on it, or start them without it (--group), and try again',
  );
