// Publishes the lines of a file with our client: checked before they leave, each with its own result.
//   BROKERS=127.0.0.1:9092 REGISTRY=http://127.0.0.1:8081/apis/ccompat/v7 node --import tsx publish.ts metrics.ndjson
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { openProducer } from 'ad-flywheel/producer';

const { BROKERS = '127.0.0.1:9092', REGISTRY, TOPIC_PREFIX = '' } = process.env;
const [file = 'metrics.ndjson'] = process.argv.slice(2);

const producer = await openProducer({
  brokers: BROKERS.split(','),
  topic_prefix: TOPIC_PREFIX,
  ...(REGISTRY !== undefined && { registry: { url: REGISTRY } }),
  // With a source and positions, publishing the file again changes nothing: readers drop what they have seen.
  source: { id: `file:${file}` },
});

let line = 0;
const results: Promise<void>[] = [];
for await (const text of createInterface({ input: createReadStream(file) })) {
  const position = ++line;
  await producer.ready();
  results.push(
    producer.sendJson('ad.metrics', JSON.parse(text), { position }).then(
      ({ partition, offset }) => console.log(`line ${position}: partition ${partition}, offset ${offset}`),
      (error: unknown) => {
        process.exitCode = 1;
        console.error(`line ${position}: ${error instanceof Error ? error.message : String(error)}`);
      },
    ),
  );
}
await producer.flush();
await Promise.all(results);
await producer.close();
