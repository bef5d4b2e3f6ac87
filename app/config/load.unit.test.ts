import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { httpEmbeddingSettings } from './embeddings.ts';
import { loadConfig, type ConfigInputs } from './load.ts';
import { printedConfig } from './print.ts';
import { defaultConfig } from './settings.ts';

const topics = ['ad.metrics', 'ad.created'];
const load = (inputs: Partial<ConfigInputs>) =>
  loadConfig({ flags: {}, environment: {}, file: null, topics, ...inputs });

function refused(inputs: Partial<ConfigInputs>): ConfigError {
  try {
    load(inputs);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function settingsFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'flywheel-config-')), 'settings.yaml');
  writeFileSync(file, text);
  return file;
}

describe('configuration', () => {
  it('is the defaults where nothing is set', () => {
    expect(load({}).config).toEqual(defaultConfig);
    expect(load({}).origins.port).toBe('default');
  });

  it('lets a flag win over the environment, and that over the file', () => {
    const file = settingsFile('port: 1001\nseed: 1001\npartitions: 2\n');
    const { config, origins } = load({
      flags: { port: '1003' },
      environment: { FLYWHEEL_PORT: '1002', FLYWHEEL_SEED: '1002' },
      file,
    });
    expect(config).toMatchObject({ port: 1003, seed: 1002, partitions: 2 });
    expect(origins).toMatchObject({ port: '--port', seed: 'FLYWHEEL_SEED', partitions: `${file}: partitions` });
  });

  it('names the flag, the value and the rule when a value is out of range', () => {
    const { what, remedy } = refused({ flags: { port: '99999' } });
    expect(what).toBe('--port: 99999 is not a value that port can have');
    expect(remedy).toContain('0 to 65535');
  });

  it.each([
    [{ flags: { port: 'http' } }, '--port', '"http"'],
    [{ flags: { speed: '-1' } }, '--speed', '-1'],
    [{ environment: { FLYWHEEL_PARTITIONS: '1.5' } }, 'FLYWHEEL_PARTITIONS', '1.5'],
    [{ flags: { host: '0.0.0.0' } }, '--host', '"0.0.0.0"'],
    [{ environment: { FLYWHEEL_LOG_LEVEL: 'loud' } }, 'FLYWHEEL_LOG_LEVEL', '"loud"'],
  ])('refuses %j by the place it came from', (inputs, origin, value) => {
    const error = refused(inputs);
    expect(error.origin).toBe(origin);
    expect(error.message).toContain(value);
  });

  it('refuses an unknown key of the file and proposes the one that was meant', () => {
    const file = settingsFile('prot: 4747\n');
    expect(refused({ file })).toMatchObject({ origin: `${file}: prot`, remedy: 'did you mean port?' });
  });

  it('refuses a misspelt variable of its prefix', () => {
    expect(refused({ environment: { FLYWHEEL_PROT: '1' } }).remedy).toBe('did you mean FLYWHEEL_PORT?');
  });

  it('names the line of a file that is not YAML', () => {
    const file = settingsFile('port: 1\nseed: [1\n');
    expect(refused({ file }).message).toContain(`${file}:`);
  });

  it('refuses a named file that does not exist, but not the optional one', () => {
    expect(refused({ file: '/nowhere/settings.yaml' }).message).toContain('there is no such file');
    expect(load({ file: null }).config.port).toBe(defaultConfig.port);
  });

  it('takes a file to replay as the source, as fast as it can unless a speed is given', () => {
    expect(load({ flags: { replay_file: 'tests.csv' } }).config).toMatchObject({ source: 'replay', speed: 'max' });
    expect(load({ flags: { replay_file: 'tests.csv', speed: '60' } }).config.speed).toBe(60);
  });

  it('refuses a replay without a file and a file without a replay', () => {
    expect(refused({ flags: { source: 'replay' } }).remedy).toBe('add --replay FILE');
    expect(refused({ flags: { source: 'none', replay_file: 'tests.csv' } }).message).toContain('tests.csv');
  });

  it('takes retention of known topics only, no shorter than reports are restated', () => {
    expect(load({ environment: { FLYWHEEL_RETENTION_DAYS: 'ad.metrics=60' } }).config.retention_days).toEqual({
      'ad.metrics': 60,
    });
    expect(refused({ environment: { FLYWHEEL_RETENTION_DAYS: 'ad.metric=60' } }).remedy).toBe(
      'did you mean ad.metrics?',
    );
    expect(refused({ environment: { FLYWHEEL_RETENTION_DAYS: 'ad.metrics=7' } }).message).toContain(
      '7 days is too short',
    );
  });

  it('prints every setting with where it came from', () => {
    const printed = printedConfig(load({ flags: { port: '1' } }));
    expect(printed.find(({ key }) => key === 'port')).toMatchObject({ value: '1', origin: '--port' });
    expect(printed).toHaveLength(Object.keys(defaultConfig).length);
  });
});

describe('a server of embeddings', () => {
  const server = {
    FLYWHEEL_EMBEDDINGS_PROVIDER: 'http',
    FLYWHEEL_EMBEDDINGS_BASE_URL: 'https://embeddings.example/v1',
    FLYWHEEL_EMBEDDINGS_MODEL: 'words',
    FLYWHEEL_EMBEDDINGS_DIMENSIONS: '512',
  };
  const key = 'sk-very-secret';

  it('is set by the environment, its key never printed', () => {
    const loaded = load({ environment: { ...server, FLYWHEEL_EMBEDDINGS_KEY: key } });
    expect(httpEmbeddingSettings(loaded.config)).toEqual({
      base_url: 'https://embeddings.example/v1',
      model: 'words',
      dimensions: 512,
      key,
      batch: 128,
    });
    expect(JSON.stringify(printedConfig(loaded))).not.toContain(key);
    expect(printedConfig(loaded).find(({ key: name }) => name === 'embeddings_key')?.value).toBe('(hidden)');
    expect(printedConfig(load({})).find(({ key: name }) => name === 'embeddings_key')?.value).toBe('-');
  });

  it('may have its key in a file', () => {
    const file = settingsFile(`${key}\nnothing else\n`);
    const loaded = load({ environment: { ...server, FLYWHEEL_EMBEDDINGS_KEY_FILE: file } });
    expect(httpEmbeddingSettings(loaded.config)?.key).toBe(key);
    const of = (path: string) => load({ environment: { ...server, FLYWHEEL_EMBEDDINGS_KEY_FILE: path } }).config;
    expect(() => httpEmbeddingSettings(of('/nowhere/key'))).toThrow('/nowhere/key cannot be read (ENOENT)');
    expect(() => httpEmbeddingSettings(of(settingsFile('\n')))).toThrow('is empty');
  });

  it('is nobody where nothing is set', () => {
    expect(httpEmbeddingSettings(load({}).config)).toBeNull();
  });

  it.each([
    [{ FLYWHEEL_EMBEDDINGS_MODEL: undefined }, 'FLYWHEEL_EMBEDDINGS_PROVIDER', 'embeddings_model is not set'],
    [{ FLYWHEEL_EMBEDDINGS_PROVIDER: undefined }, 'FLYWHEEL_EMBEDDINGS_BASE_URL', 'embeddings_provider is hashed'],
    [{ FLYWHEEL_EMBEDDINGS_BASE_URL: 'ftp://x' }, 'FLYWHEEL_EMBEDDINGS_BASE_URL', '"ftp://x"'],
    [{ FLYWHEEL_EMBEDDINGS_DIMENSIONS: 'many' }, 'FLYWHEEL_EMBEDDINGS_DIMENSIONS', '"many"'],
    [
      { FLYWHEEL_EMBEDDINGS_BASE_URL: 'https://me:word@embeddings.example/v1' },
      'FLYWHEEL_EMBEDDINGS_BASE_URL',
      'holds a name or password',
    ],
    [
      { FLYWHEEL_EMBEDDINGS_BASE_URL: 'http://embeddings.example/v1', FLYWHEEL_EMBEDDINGS_KEY: key },
      'FLYWHEEL_EMBEDDINGS_BASE_URL',
      'without encryption',
    ],
    [
      { FLYWHEEL_EMBEDDINGS_KEY: key, FLYWHEEL_EMBEDDINGS_KEY_FILE: 'key.txt' },
      'FLYWHEEL_EMBEDDINGS_KEY_FILE',
      'given twice',
    ],
  ])('with %j is refused by the place it came from, without its key', (change, origin, words) => {
    const error = refused({ environment: { ...server, ...change } });
    expect(error.origin).toBe(origin);
    expect(error.message).toContain(words);
    expect(`${error.message} ${error.remedy}`).not.toContain(key);
  });
});
