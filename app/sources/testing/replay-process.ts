/**
 * A process that plays a replay on the embedded engine and kills itself on the way. Arguments: CSV, data folder, dump,
 * appends to the log (of source and groups) after which it dies.
 */
import { writeFileSync } from 'node:fs';
import { openEmbedded } from '../../../engine/embedded/embedded.ts';
import type { Engine } from '../../../engine/engine.ts';
import { nameOf } from '../../../topology/coordinates.ts';
import { defaultConfig } from '../../config/settings.ts';
import { declarePolicy } from '../../declare-policy.ts';
import { engineOptions } from '../../engine-options.ts';
import { openReplay } from '../replay.ts';
import { SourceClock } from '../source-clock.ts';
import { few } from './few.ts';

const read_records = 10_000;

/** Every event in its order, journals apart; what a group sent again is left out, as every reader leaves it out. */
async function eventsOf({ log, topology: { topics } }: Engine): Promise<readonly string[]> {
  const events: string[] = [];
  for (const { name: topic } of topics)
    for (let partition = 0; partition < log.partitions; partition++) {
      const names = new Set<string>();
      let at = (await log.range(topic, partition)).start;
      for (;;) {
        const records = await log.read(topic, partition, at, read_records);
        if (records.length === 0) break;
        for (const { name, key, value, appended_ms, offset } of records) {
          at = offset + 1;
          if (name !== undefined && names.size === names.add(nameOf(name)).size) continue;
          events.push([topic, partition, key, appended_ms, Buffer.from(value).toString('base64')].join(' '));
        }
      }
    }
  return events;
}

const [file = '', folder = '', dump = '', dies_after = 'Infinity'] = process.argv.slice(2);
const clock = new SourceClock();
const options = engineOptions({ ...defaultConfig, data_folder: folder }, few, 'test');
const { engine } = openEmbedded({ ...options, clock, folder });
const now_ms = (): number => Date.now();
const source = await openReplay({ file, seed: 1, speed: 'max', engine, clock, now_ms });
await declarePolicy(engine, clock.now_ms(), source.policy);
let appends = 0;
engine.log.onAppend(() => {
  if (++appends === Number(dies_after)) process.kill(process.pid, 'SIGKILL');
});
await engine.start();
process.stdout.write(`${source.status().events_total}\n`);
await source.play();
await engine.drain();
writeFileSync(dump, (await eventsOf(engine)).join('\n'));
await engine.stop();
