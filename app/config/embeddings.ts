/** The settings of a server of embeddings: what belongs together, and the key from wherever it is kept. */
import { readFileSync } from 'node:fs';
import type { HttpEmbeddingSettings } from '../../ports/embeddings/http/settings.ts';
import { ConfigError, type Origin } from './config-error.ts';
import type { Config, ConfigKey } from './settings.ts';

type Origins = Readonly<Record<ConfigKey, Origin>>;

const needed = ['embeddings_base_url', 'embeddings_model', 'embeddings_dimensions'] as const;
const only_http = [...needed, 'embeddings_key', 'embeddings_key_file'] as const;

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** @throws ConfigError */
export function checkEmbeddings(config: Config, origins: Origins): void {
  if (config.embeddings_provider === 'hashed') {
    const set = only_http.find((key) => config[key] !== null);
    if (set !== undefined)
      throw new ConfigError(
        origins[set],
        `${set} is set, but embeddings_provider is hashed (from ${origins.embeddings_provider}), which asks nobody`,
        'set embeddings_provider to http, or leave it out',
      );
    return;
  }
  const missing = needed.find((key) => config[key] === null);
  if (missing !== undefined)
    throw new ConfigError(
      origins.embeddings_provider,
      `embeddings_provider is http, but ${missing} is not set`,
      `set ${missing}`,
    );
  if (config.embeddings_key !== null && config.embeddings_key_file !== null)
    throw new ConfigError(
      origins.embeddings_key_file,
      'the key is given twice',
      'leave out embeddings_key or embeddings_key_file',
    );
  checkAddress(config, origins);
}

/** A key is never sent where others could read it, and never stands in an address, which is printed. */
function checkAddress({ embeddings_base_url, embeddings_key, embeddings_key_file }: Config, origins: Origins): void {
  if (embeddings_base_url === null) return;
  const { username, password, protocol, hostname } = new URL(embeddings_base_url);
  if (username !== '' || password !== '')
    throw new ConfigError(
      origins.embeddings_base_url,
      'the address holds a name or password',
      'give the key as embeddings_key',
    );
  const has_key = embeddings_key !== null || embeddings_key_file !== null;
  if (has_key && protocol === 'http:' && !loopback.has(hostname))
    throw new ConfigError(
      origins.embeddings_base_url,
      `a key would be sent to ${hostname} without encryption`,
      'use an address that begins with https://',
    );
}

/** The key of the server; null where none is set. Throws `ConfigError` where its file cannot be read or is empty. */
function embeddingsKey({ embeddings_key, embeddings_key_file }: Config): string | null {
  if (embeddings_key_file === null) return embeddings_key?.trim() ?? null;
  const key = firstLine(embeddings_key_file);
  if (key === '')
    throw new ConfigError(
      'embeddings_key_file',
      `${embeddings_key_file} is empty`,
      'write the key into its first line',
    );
  return key;
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split('\n')[0]?.trim() ?? '';
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    throw new ConfigError('embeddings_key_file', `${file} cannot be read (${why})`, 'check its path and rights');
  }
}

/** What the server is asked with; null where nobody is asked. Throws `ConfigError` where the key cannot be read. */
export function httpEmbeddingSettings(config: Config): Omit<HttpEmbeddingSettings, 'limits'> | null {
  const { embeddings_base_url, embeddings_model, embeddings_dimensions, embeddings_batch } = config;
  if (embeddings_base_url === null || embeddings_model === null || embeddings_dimensions === null) return null;
  return {
    base_url: embeddings_base_url,
    model: embeddings_model,
    dimensions: embeddings_dimensions,
    key: embeddingsKey(config),
    batch: embeddings_batch,
  };
}
