/** Puts the settings together: flags over environment over file over defaults, checked one by one and together. */
import { checkAccess } from './access-settings.ts';
import type { z } from 'zod';
import { nearest } from '../../topology/nearest.ts';
import { ConfigError } from './config-error.ts';
import { checkEmbeddings } from './embeddings.ts';
import { checkMemory } from './memory.ts';
import { checkMeta } from './meta.ts';
import { metaSettings, type MetaKey } from './meta-settings.ts';
import { checkNotify } from './notify.ts';
import { notifySettings, type NotifyKey } from './notify-settings.ts';
import { checkServers } from './servers.ts';
import { serverSettings, type ServerKey } from './server-settings.ts';
import { default_file, fromEnvironment, fromFile, fromFlags, type Found } from './read-sources.ts';
import {
  config_keys,
  configSchema,
  defaultConfig,
  restatement_days,
  settings,
  type Config,
  type ConfigKey,
} from './settings.ts';

export interface ConfigInputs {
  readonly flags: Readonly<Partial<Record<ConfigKey, string | undefined>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A settings file that must exist; null: `flywheel.config.yaml` where there is one. */
  readonly file: string | null;
  /** Topics that exist: `retention_days` may name no other. */
  readonly topics: readonly string[];
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each value came from; `default` where it was not set. */
  readonly origins: Readonly<Record<ConfigKey, string>>;
}

/** @throws ConfigError that names the place, the value and the repair. */
export function loadConfig({ flags, environment, file, topics }: ConfigInputs): LoadedConfig {
  const path = file ?? environment['FLYWHEEL_CONFIG'] ?? default_file;
  const layers = [
    fromFile(path, file !== null || environment['FLYWHEEL_CONFIG'] !== undefined),
    fromEnvironment(environment),
    fromFlags(flags),
  ];
  const found = new Map<ConfigKey, Found>(layers.flatMap((layer) => [...layer]));
  impliedSource(found);
  noImpliedSource(found);
  const origins = originsOf(found);
  const values: Record<string, unknown> = { ...defaultConfig };
  for (const [key, { value }] of found) values[key] = value;
  const parsed = configSchema.safeParse(values);
  if (!parsed.success) throw refusal(parsed.error.issues[0], values, origins);
  checkTogether(parsed.data, origins, topics);
  return { config: parsed.data, origins };
}

/** `--replay FILE` alone says where events come from, and a recorded test need not wait for its clock. */
function impliedSource(found: Map<ConfigKey, Found>): void {
  const replay = found.get('replay_file');
  if (replay === undefined || replay.value === null) return;
  if (!found.has('source')) found.set('source', { value: 'replay', origin: replay.origin });
  if (!found.has('speed')) found.set('speed', { value: 'max', origin: replay.origin });
}

/** Brokers are shared: made-up accounts go to them only where they are asked for. */
function noImpliedSource(found: Map<ConfigKey, Found>): void {
  const engine = found.get('engine');
  if (engine?.value === 'kafka' && !found.has('source')) found.set('source', { value: 'none', origin: engine.origin });
}

function originsOf(found: ReadonlyMap<ConfigKey, Found>): Record<ConfigKey, string> {
  const origins = {} as Record<ConfigKey, string>;
  for (const key of config_keys) origins[key] = found.get(key)?.origin ?? 'default';
  return origins;
}

type Issue = z.core.$ZodIssue;

function refusal(
  issue: Issue | undefined,
  values: Readonly<Record<string, unknown>>,
  origins: Record<ConfigKey, string>,
): ConfigError {
  const key = config_keys.find((name) => name === issue?.path[0]);
  if (issue === undefined || key === undefined)
    return new ConfigError('configuration', issue?.message ?? 'is invalid', 'see flywheel doctor');
  const inner = issue.path.slice(1).join('.');
  const origin = inner === '' ? origins[key] : `${origins[key]}.${inner}`;
  return new ConfigError(
    origin,
    `${settings[key].secret ? 'what is set' : JSON.stringify(values[key])} is not a value that ${key} can have`,
    `${settings[key].meaning}: ${ruleOf(key)}`,
  );
}

const rules: Readonly<Record<Exclude<ConfigKey, ServerKey | MetaKey | NotifyKey>, string>> = {
  data_folder: 'a path, for example ./data',
  host: '127.0.0.1, localhost or ::1, and container inside of one; the page is for this machine only',
  port: 'a whole number from 0 to 65535, for example 4747',
  partitions: 'a whole number from 1 to 256',
  source: 'simulated, replay, meta or none',
  replay_file: 'the path of a CSV file',
  speed: 'a number from 0 to 1000000, or max',
  seed: 'a whole number from 0 to 4294967295',
  retention_days: 'topic names with a number of days each, for example ad.metrics=90',
  log_level: 'trace, debug, info, warn, error, fatal or silent',
  embeddings_provider: 'hashed or http',
  embeddings_base_url: 'an address that begins with http:// or https://, for example https://api.openai.com/v1',
  embeddings_model: 'the name of a model, up to 128 characters',
  embeddings_dimensions: 'a whole number from 1 to 65536, as the model has it',
  embeddings_batch: 'a whole number from 1 to 2048',
  embeddings_key: 'a text',
  embeddings_key_file: 'the path of a file',
};

const isOfServer = (key: ConfigKey): key is ServerKey => key in serverSettings;

const isOfNotify = (key: ConfigKey): key is NotifyKey => key in notifySettings;

const isOfMeta = (key: ConfigKey): key is MetaKey => key in metaSettings;

function ruleOf(key: ConfigKey): string {
  if (isOfServer(key)) return serverSettings[key].rule;
  if (isOfNotify(key)) return notifySettings[key].rule;
  return isOfMeta(key) ? metaSettings[key].rule : rules[key];
}

/** Rules that hold between settings. */
function checkTogether(config: Config, origins: Record<ConfigKey, string>, topics: readonly string[]): void {
  const { source, replay_file, retention_days } = config;
  if (source === 'replay' && replay_file === null)
    throw new ConfigError(origins.source, 'source is replay but no file is named', 'add --replay FILE');
  if (source !== 'replay' && replay_file !== null)
    throw new ConfigError(
      origins.replay_file,
      `a file is to be replayed (${replay_file}) but source is ${source} (from ${origins.source})`,
      'leave out one of the two',
    );
  for (const [topic, days] of Object.entries(retention_days)) checkRetention(topic, days, origins, topics);
  checkEmbeddings(config, origins);
  checkMeta(config, origins);
  checkNotify(config, origins);
  checkServers(config, origins);
  checkMemory(config, origins);
  checkAccess(config, origins);
}

function checkRetention(
  topic: string,
  days: number,
  origins: Record<ConfigKey, string>,
  topics: readonly string[],
): void {
  const origin = `${origins.retention_days}.${topic}`;
  if (!topics.includes(topic)) {
    const meant = nearest(topic, topics);
    throw new ConfigError(
      origin,
      `there is no topic ${topic}`,
      meant === undefined ? `use one of ${topics.join(', ')}` : `did you mean ${meant}?`,
    );
  }
  if (days < restatement_days)
    throw new ConfigError(
      origin,
      `${days} days is too short: reports are restated for ${restatement_days} days`,
      `use at least ${restatement_days}`,
    );
}
