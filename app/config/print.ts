/** The configuration as people read it, secrets hidden. */
import type { LoadedConfig } from './load.ts';
import { config_keys, settings } from './settings.ts';

export interface PrintedSetting {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
  readonly meaning: string;
}

/** One line per setting: name, value (or that it is hidden), where it came from. */
export const printedConfig = ({ config, origins }: LoadedConfig): readonly PrintedSetting[] =>
  config_keys.map((key) => ({
    key,
    value: settings[key].secret && config[key] !== null ? '(hidden)' : shown(config[key]),
    origin: origins[key],
    meaning: settings[key].meaning,
  }));

function shown(value: unknown): string {
  if (value === null) return '-';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.join(', ');
  const pairs = Object.entries(value).map(([key, inner]) => `${key}=${String(inner)}`);
  return pairs.length === 0 ? '-' : pairs.join(', ');
}
