/**
 * The engine that the configuration asks for, with its source. What only some ask for is loaded when it is: the clients
 * of brokers, of Redis and of the platform take long to load.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineOptions } from '../../engine/options.ts';
import type { RunningSource } from '../assemble.ts';
import { agreedNoiseKey, noiseKey } from '../config/noise-key.ts';
import { redisSettings } from '../config/servers.ts';
import type { Config } from '../config/settings.ts';
import type { Logger } from '../observe/logger.ts';
import type { Measures } from '../observe/measures.ts';
import type { RunningEngine } from '../running-engine.ts';
import { openSource } from '../sources/open-source.ts';
import { sharedSource } from '../sources/shared-source.ts';
import type { SettableClock } from '../sources/source-clock.ts';
import { openFolder } from './embedded.ts';
import type { OpenKafkaOptions } from './kafka.ts';

export interface OpenEngineOptions extends EngineOptions {
  readonly config: Config;
  readonly clock: SettableClock;
  readonly logger: Logger;
  /** Whether groups are worked on, or a command only looks. */
  readonly working: boolean;
  readonly learn?: OpenKafkaOptions['learn'];
  readonly measures: Measures;
}

/** Opens it without starting it. Rejects where the folder is taken, or a server does not answer or fit. */
export async function openEngine(whole: OpenEngineOptions): Promise<RunningEngine> {
  const given = { ...whole, observe: whole.measures.step };
  const { config, logger, working: _working, learn: _learn, measures: _measures, ...options } = given;
  if (config.engine === 'kafka') return (await import('./kafka.ts')).openOnKafka(given);
  return openFolder({
    ...options,
    folder: config.data_folder,
    onFailure: (error, task) => logger.error({ ...task, error: String(error) }, 'group stopped'),
  });
}

/** The key of the noise: the folder's own, or what all instances on Kafka have agreed on. */
export async function noiseKeyOf(config: Config): Promise<string> {
  if (config.engine === 'embedded') return noiseKey(config.data_folder);
  const { url, ...secrets } = redisSettings(config);
  const { agreedAt } = await import('../../engine/kafka/ownership/agreed.ts');
  const at = { url, secrets, namespace: config.namespace };
  return agreedNoiseKey(config.data_folder, (offered) => agreedAt(at, 'noise key', offered));
}

/** How long a part stays with an instance that no longer renews it, and how often it is renewed. */
const part_ms = 15_000;
const look_ms = 5_000;

/** The source that the configuration asks for; of several instances one plays it. */
export function sourceOf(
  { config, clock, logger }: Pick<OpenEngineOptions, 'config' | 'clock' | 'logger'>,
  running: RunningEngine,
  now_ms: () => number,
): Promise<RunningSource> {
  const { engine } = running;
  const openMeta = async (): Promise<RunningSource> =>
    (await import('./meta.ts')).metaSource({ config, engine, logger, now_ms });
  const open = (): Promise<RunningSource> => openSource(config, { engine, clock, now_ms, openMeta });
  const part = running.lease?.('source', part_ms);
  return part === undefined ? open() : sharedSource({ part, open, logger, look_ms });
}

/** Does what one instance is to do before the others. */
export async function oneByOne(running: RunningEngine, what: string, work: () => Promise<void>): Promise<void> {
  const part = running.lease?.(what, part_ms);
  if (part === undefined) return work();
  while (!(await part.take())) await sleep(wait_ms);
  try {
    await work();
  } finally {
    await part.giveUp();
  }
}

const wait_ms = 200;
