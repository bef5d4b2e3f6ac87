/**
 * A process that reads an account of Meta back on the embedded engine until it is done, and may be killed on the way.
 * Arguments: address of the fake Graph API, data folder, file for what it ends with, access that the app has. Its clock
 * is the server's: waits move it, so that limits hold and hours pass in seconds.
 */
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { metaSource } from '../../../app/open/meta.ts';
import { defaultConfig } from '../../../app/config/settings.ts';
import { engineOptions } from '../../../app/engine-options.ts';
import { openLogger } from '../../../app/observe/logger.ts';
import { openEmbedded } from '../../../engine/embedded/embedded.ts';
import type { Engine } from '../../../engine/engine.ts';
import { readRange } from '../../../engine/read-range.ts';
import { topology } from '../../../processors/index.ts';

const clockShape = z.object({ now_ms: z.number() });

class ServerClock {
  readonly #address: string;
  #now_ms = 0;

  constructor(base_url: string) {
    this.#address = `${base_url}/_clock`;
  }

  now_ms(): number {
    return this.#now_ms;
  }

  async move(ms: number): Promise<void> {
    const answer = await fetch(`${this.#address}?ms=${Math.ceil(ms)}`, { method: 'POST' });
    this.#now_ms = clockShape.parse(await answer.json()).now_ms;
  }
}

/** Every event of the source, when it was true left out: a restart reads the same a little later. */
async function eventsOf({ log, topology: { topics } }: Engine): Promise<readonly string[]> {
  const events: string[] = [];
  for (const topic of topics)
    for (let partition = 0; partition < log.partitions; partition++) {
      const { start, end } = await log.range(topic.name, partition);
      for await (const record of readRange(log, topic.name, partition, start, end)) {
        const decoded = options.codec.decode(topic.name, record.value, record.appended_ms);
        if (!decoded.ok) throw new Error(decoded.message);
        const { as_of_ms: _, ...said } = z.looseObject({}).parse(decoded.value);
        if (topic.name !== 'tick.hourly') events.push(`${topic.name} ${JSON.stringify(said)}`);
      }
    }
  return events.sort();
}

const [base_url = '', folder = '', dump = '', access = 'full'] = process.argv.slice(2);
const config = {
  ...defaultConfig,
  data_folder: folder,
  source: 'meta' as const,
  meta_base_url: base_url,
  meta_token: 'EAAbench',
  meta_access: z.enum(['limited', 'full']).parse(access),
};
const clock = new ServerClock(base_url);
await clock.move(0);
const options = engineOptions(config, { ...topology, processors: [] }, 'bench');
const { engine } = openEmbedded({ ...options, clock, folder });
const logger = openLogger({ data_folder: folder, level: 'warn' });
const now_ms = (): number => clock.now_ms();
const source = await metaSource({ config, engine, logger, now_ms, sleep: (ms) => moved(ms) });

/** Done when the history is read: then the source waits for what is new. */
async function moved(ms: number): Promise<void> {
  await clock.move(ms);
  const { accounts } = source.status();
  if (accounts.length > 0 && accounts.every(({ state }) => state === 'fresh')) void source.stop();
}

await engine.start();
await source.play();
writeFileSync(dump, (await eventsOf(engine)).join('\n'));
await engine.stop();
