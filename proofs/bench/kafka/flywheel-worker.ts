/** One instance of our group, as a process: it joins, works until its input ends, and leaves. */
import { z } from 'zod';
import { connectRedis } from '../../../engine/kafka/redis/redis.ts';
import { answer, inRound, totals } from '../totals.ts';
import { say } from './program.ts';
import { openBenchOnKafka, settingShape } from './setting.ts';

const shape = z.object({
  setting: settingShape,
  namespace: z.string(),
  processor: z.enum(['totals', 'answer']),
  round: z.number(),
  session_ms: z.number(),
  batch_records: z.number().optional(),
  /** Between reports of how far it is, milliseconds; null: none. */
  report_ms: z.number().nullable(),
});
export type FlywheelTask = z.infer<typeof shape>;

const task = shape.parse(JSON.parse(process.argv[2] ?? ''));
const { setting, namespace, processor, round, session_ms, batch_records, report_ms } = task;
const group = inRound(processor === 'totals' ? totals : answer, round);
let begun = false;

const { engine, start, stop, owned } = await openBenchOnKafka(setting, {
  processors: [group],
  namespace,
  sharing: { session_ms },
  ...(batch_records === undefined ? {} : { limits: { batch_records } }),
  faults: (step) => {
    if (begun || step !== 'read') return;
    begun = true;
    say('begun');
  },
});
await start();
say('started');

async function redisKeys(): Promise<number> {
  const redis = connectRedis(setting.redis_url);
  await redis.connect();
  const keys = await redis.dbsize();
  redis.disconnect();
  return keys;
}

if (report_ms !== null)
  setInterval(() => {
    const [status] = engine.groups();
    const { events_total = 0, lag = 0, outbox_bytes = 0 } = status ?? {};
    const rss_mb = process.memoryUsage().rss / 1e6;
    say('progress', { events: events_total, lag, outbox_bytes, rss_mb, owned: owned(group.wiring.group) });
  }, report_ms).unref();

process.stdin.resume();
process.stdin.on('end', () => {
  void stop().then(
    async () => {
      say('stopped', { redis_keys: await redisKeys() });
      process.exit(0);
    },
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
