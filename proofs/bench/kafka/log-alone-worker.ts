/** Answers each event as it comes, with neither state nor journal nor a commit between: what the log alone takes. */
import { z } from 'zod';
import { partitioner } from '../../../engine/partitioner.ts';
import type { LogRecord, NewRecord } from '../../../engine/ports.ts';
import { createCodec } from '../../../schemas/codec.ts';
import { adMetrics, winnerWithdrawn } from '../../../schemas/index.ts';
import { output } from '../totals.ts';
import { say } from './program.ts';
import { openBenchOnKafka, partitions, settingShape, topics } from './setting.ts';

const { setting } = z.object({ setting: settingShape }).parse(JSON.parse(process.argv[2] ?? ''));
const codec = createCodec({ topics });
const partitionOf = partitioner(partitions);

const read = z.object({
  account_id: z.string(),
  experiment_id: z.string().nullable(),
  ad_id: z.string(),
  spend_minor: z.number(),
});

const { engine, stop } = await openBenchOnKafka(setting, { processors: [], namespace: 'log-alone', sharing: null });

function answered({ topic, value, appended_ms }: LogRecord): NewRecord {
  const event = codec.decode(topic, value, appended_ms);
  if (!event.ok) throw new Error(event.message);
  const found = read.parse(event.value);
  const key = found.account_id;
  const bytes = codec.encode(winnerWithdrawn.name, output(found, 0, found.spend_minor, appended_ms));
  return { topic: winnerWithdrawn.name, key, partition: partitionOf(key), value: bytes };
}

engine.log.onAppend((appended) => {
  const answers = appended.filter(({ topic }) => topic === adMetrics.name).map(answered);
  void engine.log.append(answers);
});
await engine.log.follow?.([adMetrics.name]);
say('started');

process.stdin.resume();
process.stdin.on('end', () => void stop().then(() => process.exit(0)));
