/**
 * Every setting of the program: one list from which the schema, the environment's names, the command line's flags
 * and the printed table are made, so that they cannot drift apart.
 */
import { z } from 'zod';
import { hosts } from './hosts.ts';
import { metaDefaults, metaSettings, metaShape } from './meta-settings.ts';
import { notifyDefaults, notifySettings, notifyShape } from './notify-settings.ts';
import { serverDefaults, serverSettings, serverShape } from './server-settings.ts';

/** Speed of a source's clock: 0 pauses, 1 is real time, `max` is as fast as it can. */
export const speed = z.union([z.literal('max'), z.number().min(0).max(1_000_000)]);

export const source_kinds = ['simulated', 'replay', 'meta', 'none'] as const;
export const log_levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const embedding_providers = ['hashed', 'http'] as const;

/** Days the log must reach back at least: a platform restates its reports for 28. */
export const restatement_days = 28;

export const configSchema = z.strictObject({
  data_folder: z.string().min(1),
  host: z.enum(hosts),
  /** 0 takes any free port. */
  port: z.int().min(0).max(65_535),
  /** Fixed once a data folder exists. */
  partitions: z.int().min(1).max(256),
  source: z.enum(source_kinds),
  replay_file: z.string().min(1).nullable(),
  speed,
  /** Null: the folder's own, or 1 in a new one. */
  seed: z.int().min(0).max(0xffff_ffff).nullable(),
  /** Days that a topic's records stay in the log, by topic, where its own value is not wanted. */
  retention_days: z.record(z.string(), z.number().positive().max(36_500)),
  log_level: z.enum(log_levels),
  embeddings_provider: z.enum(embedding_providers),
  /** Address before `/embeddings`. */
  embeddings_base_url: z.url({ protocol: /^https?$/ }).nullable(),
  embeddings_model: z.string().trim().min(1).max(128).nullable(),
  /** Numbers of each vector of the model. */
  embeddings_dimensions: z.int().min(1).max(65_536).nullable(),
  /** Creatives in one request at most. */
  embeddings_batch: z.int().min(1).max(2_048),
  embeddings_key: z.string().min(1).nullable(),
  embeddings_key_file: z.string().min(1).nullable(),
  ...metaShape,
  ...notifyShape,
  ...serverShape,
});

export type Config = z.infer<typeof configSchema>;
export type ConfigKey = keyof Config;

export const defaultConfig: Config = {
  data_folder: './data',
  host: '127.0.0.1',
  port: 4747,
  partitions: 4,
  source: 'simulated',
  replay_file: null,
  speed: 21_600,
  seed: null,
  retention_days: {},
  log_level: 'info',
  embeddings_provider: 'hashed',
  embeddings_base_url: null,
  embeddings_model: null,
  embeddings_dimensions: null,
  embeddings_batch: 128,
  embeddings_key: null,
  embeddings_key_file: null,
  ...metaDefaults,
  ...notifyDefaults,
  ...serverDefaults,
};

export interface Setting {
  /** The flag that sets it; null where only the environment and the file can. */
  readonly flag: string | null;
  readonly meaning: string;
  /** Never printed. */
  readonly secret: boolean;
}

const setting = (flag: string | null, meaning: string): Setting => ({ flag, meaning, secret: false });

export const settings: Readonly<Record<ConfigKey, Setting>> = {
  data_folder: setting('--data', 'folder of the log, state and analytics'),
  host: setting('--host', 'address of the page and API, this machine only (container: all of a container)'),
  port: setting('--port', 'port of the page and API; 0 takes any free one'),
  partitions: setting('--partitions', 'partitions of each topic, fixed once the data folder exists'),
  source: setting('--source', 'where events come from: simulated, replay, meta or none'),
  replay_file: setting('--replay', 'CSV of recorded A/B tests to play'),
  speed: setting('--speed', "the source's clock: 0 pauses, 1 is real time, max is as fast as it can"),
  seed: setting('--seed', "seed of the simulated accounts and of a replay (the folder's own; 1 in a new one)"),
  retention_days: setting(null, 'days a topic is kept in the log, by topic'),
  log_level: setting('--log-level', 'least severe line that goes to the log file'),
  embeddings_provider: setting(null, 'who turns creatives into vectors: hashed (by itself) or http (a server)'),
  embeddings_base_url: setting(null, 'address of the server before /embeddings, with the OpenAI protocol'),
  embeddings_model: setting(null, 'model that the server is asked for'),
  embeddings_dimensions: setting(null, 'numbers of each vector of that model'),
  embeddings_batch: setting(null, 'creatives in one request to the server at most'),
  embeddings_key: { ...setting(null, "the server's key, sent as bearer"), secret: true },
  embeddings_key_file: setting(null, 'file whose first line is that key'),
  ...metaSettings,
  ...notifySettings,
  ...serverSettings,
};

export const config_keys: readonly ConfigKey[] = configSchema.keyof().options;

/** `FLYWHEEL_PORT` for `port`. */
export const environmentName = (key: ConfigKey): string => `FLYWHEEL_${key.toUpperCase()}`;
