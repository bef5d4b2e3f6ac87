/** `npm run faults -- money --engine kafka`: rounds of two instances on a real broker, one of them killed while it writes. */
import { generator } from '../../../engine/commit-path/seed.ts';
import type { Measure } from '../../measures.ts';
import { startServers } from '../kafka/servers.ts';
import { kafkaRound } from './on-kafka.ts';
import type { MoneyFaultOptions } from './suite.ts';

export async function moneyOnKafka({
  seed: first,
  rounds,
  onProgress,
}: Omit<MoneyFaultOptions, 'platform'>): Promise<{ readonly measures: readonly Measure[]; readonly ok: boolean }> {
  const random = generator(first);
  const counts = { rounds: 0, budget_writes: 0, kills: 0, unsafe_writes: 0, unintended_states: 0, overlaps: 0 };
  const servers = await startServers();
  try {
    while (counts.rounds < rounds) {
      const seed = Math.floor(random() * 2 ** 31);
      const reached = { brokers: servers.kafka.brokers, redis_url: servers.redis.url };
      const { unsafe, unintended, overlaps, writes, kills } = await kafkaRound(reached, seed);
      counts.rounds++;
      counts.budget_writes += writes;
      counts.kills += kills;
      counts.unsafe_writes += unsafe.length;
      counts.unintended_states += unintended.length;
      counts.overlaps += overlaps.length;
      const wrong = [...unsafe, ...unintended, ...overlaps];
      onProgress?.(`round ${counts.rounds}, seed ${seed}: ${wrong.length === 0 ? 'nothing wrong' : wrong.join('; ')}`);
    }
  } finally {
    await servers.stop();
  }
  const { rounds: n, ...found } = counts;
  const wrong = counts.unsafe_writes + counts.unintended_states + counts.overlaps;
  const labels = { platform: 'graph', engine: 'kafka' };
  const units = {
    budget_writes: 'writes',
    kills: 'kills',
    unsafe_writes: 'writes',
    unintended_states: 'budgets',
    overlaps: 'changes',
  };
  return {
    // A round in which nobody died or nothing was written shows nothing.
    ok: wrong === 0 && counts.kills > 0 && counts.budget_writes > 0,
    measures: Object.entries(found).map(([name, value]): Measure => {
      const unit = units[name as keyof typeof units];
      return { name, labels, value, unit, n };
    }),
  };
}
