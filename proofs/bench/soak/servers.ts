/** Where a soak runs: servers of its own, which may be killed and paused, or those of the environment, which may not. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '../../../testing/services/kafka.ts';
import type { Program } from '../../../testing/services/program.ts';
import { startRedis } from '../../../testing/services/redis.ts';
import { onServers } from '../kafka/kafka.ts';
import type { Setting } from '../kafka/setting.ts';

export interface SoakServers {
  readonly setting: Setting;
  /** Undefined where they are not ours. */
  readonly own?: { readonly kafka: Program; readonly redis: Program; readonly folder: string };
}

/** Logs are cut by size: what groups and oracle have read need not be kept, and 20 million events take 5 GB. */
const properties = {
  'log.retention.bytes': 256 * 1024 * 1024,
  'log.segment.bytes': 64 * 1024 * 1024,
  'log.retention.check.interval.ms': 20_000,
  'log.initial.task.delay.ms': 20_000,
  'group.initial.rebalance.delay.ms': 1_000,
};

export async function onSoakServers<T>(work: (servers: SoakServers) => Promise<T>): Promise<T> {
  if (process.env['TEST_KAFKA'] !== undefined && process.env['TEST_REDIS'] !== undefined)
    return onServers((setting) => work({ setting }));
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-soak-'));
  const programs: Program[] = [];
  try {
    const kafka = await startKafka(join(folder, 'kafka'), { properties });
    programs.push(kafka.program);
    const redis = await startRedis(join(folder, 'redis'));
    programs.push(redis.program);
    const setting = { brokers: [...kafka.brokers], redis_url: redis.url, topic_prefix: 'soak.' };
    return await work({ setting, own: { kafka: kafka.program, redis: redis.program, folder } });
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes of all files in a folder; NaN where folders went away while it looked. */
export function bytesIn(folder: string): number {
  try {
    const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
    return files.reduce((bytes, { parentPath, name }) => bytes + bytesOf(join(parentPath, name)), 0);
  } catch {
    return NaN;
  }
}

/** Of an index the broker reserves more than it writes: blocks count, not length. */
function bytesOf(file: string): number {
  try {
    return statSync(file).blocks * 512;
  } catch {
    return 0;
  }
}
