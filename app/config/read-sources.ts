/** Where settings come from: a file, the environment, flags. Each value keeps its origin, so that an error can name it. */
import { existsSync, readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { nearest } from '../../topology/nearest.ts';
import { ConfigError, type Origin } from './config-error.ts';
import { config_keys, environmentName, settings, type ConfigKey } from './settings.ts';

export interface Found {
  readonly value: unknown;
  readonly origin: Origin;
}

export type FoundSettings = ReadonlyMap<ConfigKey, Found>;

/** The optional settings file that is looked for in the working folder. */
export const default_file = 'flywheel.config.yaml';

/** Environment variables of the prefix that are not settings. */
const other_variables = new Set(['FLYWHEEL_CONFIG']);

const isKey = (name: string): name is ConfigKey => config_keys.some((key) => key === name);

/** Settings of a YAML file; empty when the file is the optional one and does not exist. */
export function fromFile(file: string, required: boolean): FoundSettings {
  if (!existsSync(file)) {
    if (!required) return new Map();
    throw new ConfigError(file, 'there is no such file', 'name an existing file with --config, or leave it out');
  }
  const document = parseYaml(file);
  if (document === null) return new Map();
  if (typeof document !== 'object' || Array.isArray(document))
    throw new ConfigError(file, 'must be a mapping of settings to values', 'write lines such as `port: 4747`');
  const found = new Map<ConfigKey, Found>();
  for (const [key, value] of Object.entries(document)) {
    if (!isKey(key)) throw unknown(`${file}: ${key}`, key, config_keys);
    found.set(key, { value, origin: `${file}: ${key}` });
  }
  return found;
}

function parseYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line;
    throw new ConfigError(
      line === undefined ? file : `${file}:${line}`,
      error.message.split('\n')[0] ?? 'not YAML',
      'repair the line',
    );
  }
}

/** Settings named `FLYWHEEL_...`; a variable of that prefix that is no setting is refused, it is a misspelling. */
export function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): FoundSettings {
  const keys = new Map(config_keys.map((key) => [environmentName(key), key]));
  const found = new Map<ConfigKey, Found>();
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('FLYWHEEL_') || text === undefined || other_variables.has(name)) continue;
    const key = keys.get(name);
    if (key === undefined) throw unknown(name, name, [...keys.keys()]);
    found.set(key, { value: fromText(key, text), origin: name });
  }
  return found;
}

/** Settings given as flags, by setting; undefined where the flag was not given. */
export function fromFlags(flags: Readonly<Partial<Record<ConfigKey, string | undefined>>>): FoundSettings {
  const found = new Map<ConfigKey, Found>();
  for (const key of config_keys) {
    const text = flags[key];
    if (text !== undefined) found.set(key, { value: fromText(key, text), origin: settings[key].flag ?? key });
  }
  return found;
}

const numeric: ReadonlySet<ConfigKey> = new Set([
  'port',
  'partitions',
  'speed',
  'seed',
  'embeddings_dimensions',
  'embeddings_batch',
  'kafka_replication',
  'kafka_session_ms',
  'meta_poll_minutes',
  'meta_stale_minutes',
  'meta_backfill_days',
]);
const truths: ReadonlySet<ConfigKey> = new Set(['kafka_tls', 'redis_may_forget']);
const lists: ReadonlySet<ConfigKey> = new Set([
  'groups',
  'kafka_brokers',
  'api_origins',
  'meta_accounts',
  'meta_attribution_windows',
  'notify_email_to',
]);

/** Text of the environment or a flag as the setting's kind of value; text that is none stays text, for the error. */
function fromText(key: ConfigKey, text: string): unknown {
  if (numeric.has(key)) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (truths.has(key)) return text === 'true' ? true : text === 'false' ? false : text;
  if (lists.has(key)) return text.split(',').map((part) => part.trim());
  if (key === 'meta_conversion_actions') return Object.fromEntries(pairsIn(text));
  if (key !== 'retention_days') return text;
  return Object.fromEntries(pairsIn(text).map(([topic, days]) => [topic, Number(days)]));
}

/** `a=1,b=2` as pairs. */
const pairsIn = (text: string): [name: string, value: string][] =>
  text.split(',').map((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return [name.trim(), value.trim()];
  });

function unknown(origin: Origin, name: string, known: readonly string[]): ConfigError {
  const meant = nearest(name, known);
  const remedy = meant === undefined ? `use one of ${known.join(', ')}` : `did you mean ${meant}?`;
  return new ConfigError(origin, 'there is no such setting', remedy);
}
