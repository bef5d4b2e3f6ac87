/** kafkajs's own consumer as a process: reads all events and decodes them, and does nothing with them. */
import { z } from 'zod';
import { kafkaOf } from '../../../engine/kafka/client/connection.ts';
import { createCodec } from '../../../schemas/codec.ts';
import { adMetrics } from '../../../schemas/index.ts';
import { say } from './program.ts';
import { inputOf, settingShape, topics } from './setting.ts';

const task = z.object({ setting: settingShape, group: z.string(), events: z.number() });
const { setting, group, events } = task.parse(JSON.parse(process.argv[2] ?? ''));
const codec = createCodec({ topics });

const consumer = kafkaOf({ ...setting, client_id: group }).consumer({
  groupId: group,
  allowAutoTopicCreation: false,
  maxBytesPerPartition: 8 * 1024 * 1024,
  maxBytes: 16 * 1024 * 1024,
});
await consumer.connect();
await consumer.subscribe({ topics: [inputOf(setting)], fromBeginning: true });
let read = 0;
await consumer.run({
  autoCommit: false,
  eachBatch: ({ batch }) => {
    if (read === 0) say('begun');
    for (const { value, timestamp } of batch.messages) {
      const decoded = codec.decode(adMetrics.name, value ?? new Uint8Array(), Number(timestamp));
      if (!decoded.ok) throw new Error(decoded.message);
      read++;
    }
    if (read === events) say('done');
    return Promise.resolve();
  },
});
process.stdin.resume();
process.stdin.on('end', () => void consumer.disconnect().then(() => process.exit(0)));
