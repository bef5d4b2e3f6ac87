import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadConfig, type LoadedConfig } from './load.ts';
import { appSecret, tenantSettings } from './meta.ts';
import { printedConfig } from './print.ts';

const load = (environment: Readonly<Record<string, string>>, file: string | null = null): LoadedConfig =>
  loadConfig({ flags: { source: 'meta' }, environment, file, topics: [] });

const folder = mkdtempSync(join(tmpdir(), 'flywheel-meta-'));
function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function refused(environment: Readonly<Record<string, string>>, file: string | null = null): string {
  try {
    load(environment, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const token = { FLYWHEEL_META_TOKEN: 'EAAsecret' };

describe('the settings of Meta', () => {
  it('name accounts, what counts as a conversion, and windows', () => {
    const { config } = load({
      ...token,
      FLYWHEEL_META_ACCOUNTS: 'act_1, 2',
      FLYWHEEL_META_CONVERSION_ACTIONS: 'sales=purchase,leads=onsite_conversion.lead_grouped',
      FLYWHEEL_META_ATTRIBUTION_WINDOWS: '7d_click,1d_view',
      FLYWHEEL_META_POLL_MINUTES: '30',
    });
    expect(config).toMatchObject({
      meta_accounts: ['act_1', '2'],
      meta_conversion_actions: { sales: 'purchase', leads: 'onsite_conversion.lead_grouped' },
      meta_attribution_windows: ['7d_click', '1d_view'],
      meta_poll_minutes: 30,
      meta_access: 'limited',
    });
    expect(tenantSettings(config).map(({ name, accounts, token: of }) => [name, accounts, of()])).toEqual([
      ['the account', ['act_1', '2'], 'EAAsecret'],
    ]);
  });

  it('never print a token or the secret of the app', () => {
    const printed = printedConfig(load({ ...token, FLYWHEEL_META_APP_SECRET: 'hush' }));
    expect(JSON.stringify(printed)).not.toMatch(/EAAsecret|hush/);
    expect(printed.find(({ key }) => key === 'meta_token')?.value).toBe('(hidden)');
  });

  it('read a token from its file, and again when the file was changed', () => {
    const file = written('token', 'EAAfirst\n');
    const [tenant] = tenantSettings(load({ FLYWHEEL_META_TOKEN_FILE: file }).config);
    expect(tenant?.token()).toBe('EAAfirst');
    writeFileSync(file, 'EAAsecond\n');
    utimesSync(file, new Date(), new Date(Date.now() + 5_000));
    expect(tenant?.token()).toBe('EAAsecond');
    const secret = written('secret', 'hush\nnot this');
    expect(appSecret(load({ ...token, FLYWHEEL_META_APP_SECRET_FILE: secret }).config)).toBe('hush');
  });

  it('give each of several tenants its token and accounts', () => {
    const [a, b] = [written('a', 'EAAa'), written('b', 'EAAb')];
    const settings = written(
      'settings.yaml',
      `meta_tenants:\n  - { name: one, token_file: ${a}, accounts: [act_1] }\n  - { name: two, token_file: ${b} }\n`,
    );
    const tenants = tenantSettings(load({}, settings).config);
    expect(tenants.map(({ name, accounts, token: of }) => [name, accounts, of()])).toEqual([
      ['one', ['act_1'], 'EAAa'],
      ['two', null, 'EAAb'],
    ]);
  });

  it.each([
    [{}, 'source is meta, but no token is set'],
    [{ ...token, FLYWHEEL_META_TOKEN_FILE: '/x' }, 'tokens are given twice'],
    [{ ...token, FLYWHEEL_META_ACCOUNTS: 'mine' }, 'is not a value that meta_accounts can have'],
    [{ ...token, FLYWHEEL_META_BASE_URL: 'http://graph.example' }, 'sent to graph.example without encryption'],
    [{ ...token, FLYWHEEL_META_BASE_URL: 'https://me:word@graph.example' }, 'holds a name, password or query'],
    [{ ...token, FLYWHEEL_META_API_VERSION: '26' }, 'is not a value that meta_api_version can have'],
    [{ ...token, FLYWHEEL_META_ATTRIBUTION_WINDOWS: '1d_click,7d_click' }, 'would count twice'],
    [
      { ...token, FLYWHEEL_META_ATTRIBUTION_WINDOWS: '7d_view' },
      'is not a value that meta_attribution_windows can have',
    ],
    [{ ...token, FLYWHEEL_META_CONVERSION_ACTIONS: 'traffic=link_click' }, 'meta_conversion_actions'],
  ])('%j are refused: %s', (environment, said) => {
    expect(refused(environment)).toContain(said);
  });

  it('say which file holds no token', () => {
    const { config } = load({ FLYWHEEL_META_TOKEN_FILE: join(folder, 'none') });
    expect(() => tenantSettings(config)).toThrow('cannot be read (ENOENT)');
    const empty = load({ FLYWHEEL_META_TOKEN_FILE: written('empty', '\n') }).config;
    expect(() => tenantSettings(empty)).toThrow('is empty');
  });
});
