import { describe, expect, it } from 'vitest';
import { EngineError } from '../../errors.ts';
import { Ownership } from './ownership.ts';
import type { RedisLedger } from '../redis/ledger.ts';

interface Given {
  readonly take?: (partition: number) => void;
  readonly giveUp?: () => void;
}

/** An ownership with a ledger that always can be claimed, and what came of it. */
function ownershipOf({ take, giveUp }: Given): {
  ownership: Ownership;
  log: string[];
  disconnect: () => void;
  takeAway: (partition: number) => void;
} {
  const log: string[] = [];
  let connection = 0;
  const claimed = new Map<number, number>();
  const others = new Set<number>();
  const ledger = {
    task: (_group: string, partition: number) => ({
      take: () => Promise.resolve(void (others.delete(partition), claimed.set(partition, connection))),
      handOver: () => Promise.resolve(void claimed.delete(partition)),
      isOwner: () => Promise.resolve(!others.has(partition)),
      get isClaimed() {
        return claimed.get(partition) === connection;
      },
    }),
  } as unknown as RedisLedger;
  const ownership = new Ownership({
    group: 'g',
    ledger,
    take: async (_group, partition) => {
      await Promise.resolve();
      take?.(partition);
      log.push(`took ${partition}`);
    },
    giveUp: async (_group, partition) => {
      await Promise.resolve();
      log.push(`gave up ${partition}`);
      giveUp?.();
    },
    onTrouble: (error) => log.push(String(error)),
    onFailure: (error, partition) => log.push(`failed ${partition}: ${String(error)}`),
    pause_ms: 1,
    check_ms: 10,
  });
  const disconnect = (): void => {
    connection++;
    ownership.disconnected();
  };
  return { ownership, log, disconnect, takeAway: (partition) => others.add(partition) };
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

describe('the partitions of a group', () => {
  it('that cannot be taken for what the log is are not tried again and again: it is said, and there is a choice', async () => {
    const { ownership, log } = ownershipOf({
      take: (partition) => {
        if (partition === 1) throw new EngineError('log.out_of_range', 'the log starts at 5', 'reset the group');
      },
    });
    ownership.want([0, 1, 2]);
    await soon();
    expect(log).toEqual(['took 0', 'took 2', 'failed 1: EngineError: the log starts at 5; reset the group']);
    expect(ownership.owned).toEqual([0, 2]);
  });

  it('are tried again where the error passes', async () => {
    let tries = 0;
    const { ownership, log } = ownershipOf({
      take: () => {
        if (tries++ < 2) throw new Error('Connection is closed.');
      },
    });
    ownership.want([0]);
    await soon();
    expect(log).toEqual(['Error: Connection is closed.', 'Error: Connection is closed.', 'took 0']);
  });

  it('are given up, each of them, also where one cannot finish what is under way', async () => {
    const { ownership, log } = ownershipOf({
      giveUp: () => {
        throw new Error('Connection is closed.');
      },
    });
    ownership.want([0, 1]);
    await soon();
    ownership.want([1, 2]);
    await soon();
    expect(ownership.owned).toEqual([1, 2]);
    await ownership.stop();
    expect(ownership.owned).toEqual([]);
    expect(log.filter((one) => one.startsWith('gave up'))).toEqual(['gave up 0', 'gave up 1', 'gave up 2']);
  });

  it('are not taken once more where the brokers deal them out while it stops', async () => {
    const { ownership, log } = ownershipOf({ giveUp: () => ownership.want([0, 1]) });
    ownership.want([0]);
    await soon();
    await ownership.stop();
    ownership.want([0, 1]);
    await soon();
    expect([ownership.owned, log]).toEqual([[], ['took 0', 'gave up 0']]);
  });

  it('are claimed anew on a new connection, behind which the claims may be forgotten', async () => {
    const { ownership, log, disconnect } = ownershipOf({});
    ownership.want([0, 1]);
    await soon();
    disconnect();
    await soon();
    expect(log).toEqual(['took 0', 'took 1', 'gave up 0', 'gave up 1', 'took 0', 'took 1']);
  });

  it('are taken again where another had one meanwhile: nothing is to be committed that would show it', async () => {
    const { ownership, log, takeAway } = ownershipOf({});
    ownership.want([0, 1]);
    await soon();
    takeAway(1);
    await soon();
    expect(log).toEqual(['took 0', 'took 1', 'gave up 1', 'took 1']);
    await ownership.stop();
  });

  it('are claimed anew where the connection ended while they were opened', async () => {
    let left = 1;
    const { ownership, log, disconnect } = ownershipOf({
      take: () => {
        if (left-- > 0) disconnect();
      },
    });
    ownership.want([0]);
    await soon();
    expect(log).toEqual(['took 0', 'gave up 0', 'took 0']);
  });
});
