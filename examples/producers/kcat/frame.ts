// Writes each event of a file as a framed Avro record, which kcat sends as it is: NNNNNN.<key>.avro in a folder.
//   REGISTRY=http://127.0.0.1:8081/apis/ccompat/v7 node --import tsx frame.ts ad.metrics ../metrics.ndjson FOLDER
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEncoder } from 'ad-flywheel/producer';

const { REGISTRY, TOPIC_PREFIX = '' } = process.env;
const [topic = 'ad.metrics', file = 'metrics.ndjson', folder = '.'] = process.argv.slice(2);

const encode = await openEncoder({
  topic_prefix: TOPIC_PREFIX,
  ...(REGISTRY !== undefined && { registry: { url: REGISTRY } }),
});
const lines = readFileSync(file, 'utf8').trim().split('\n');
for (const [i, line] of lines.entries()) {
  const { key, value } = encode(topic, JSON.parse(line));
  writeFileSync(join(folder, `${String(i).padStart(6, '0')}.${key}.avro`), value);
}
