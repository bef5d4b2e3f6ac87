/** The settings of Meta: what belongs together, where a token may go, and tokens from wherever they are kept. */
import { readFileSync, statSync } from 'node:fs';
import { ConfigError, type Origin } from './config-error.ts';
import type { Config, ConfigKey } from './settings.ts';

type Origins = Readonly<Record<ConfigKey, Origin>>;

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** @throws ConfigError */
export function checkMeta(config: Config, origins: Origins): void {
  const { meta_token, meta_token_file, meta_tenants, meta_app_secret, meta_app_secret_file } = config;
  const ways = [meta_token, meta_token_file, meta_tenants].filter((way) => way !== null);
  if (ways.length > 1)
    throw new ConfigError(
      origins[meta_tenants === null ? 'meta_token_file' : 'meta_tenants'],
      'tokens are given twice',
      'leave one of meta_token, meta_token_file and meta_tenants',
    );
  if (meta_app_secret !== null && meta_app_secret_file !== null)
    throw new ConfigError(
      origins.meta_app_secret_file,
      'the secret is given twice',
      'leave out meta_app_secret or meta_app_secret_file',
    );
  checkWebhook(config, origins);
  if (config.meta_tenants !== null && config.meta_accounts !== null)
    throw new ConfigError(origins.meta_accounts, 'accounts are named beside tenants', 'name them within meta_tenants');
  if (config.source === 'meta' && ways.length === 0)
    throw new ConfigError(
      origins.source,
      'source is meta, but no token is set',
      'set FLYWHEEL_META_TOKEN_FILE to a file whose first line is the token of a system user',
    );
  checkAddress(config, origins);
  checkWindows(config, origins);
}

function checkWebhook(config: Config, origins: Origins): void {
  const { meta_webhook_token, meta_webhook_token_file, meta_app_secret, meta_app_secret_file } = config;
  if (meta_webhook_token !== null && meta_webhook_token_file !== null)
    throw new ConfigError(
      origins.meta_webhook_token_file,
      'the token of the webhook is given twice',
      'leave out meta_webhook_token or meta_webhook_token_file',
    );
  const is_wanted = meta_webhook_token !== null || meta_webhook_token_file !== null;
  if (is_wanted && meta_app_secret === null && meta_app_secret_file === null)
    throw new ConfigError(
      origins[meta_webhook_token === null ? 'meta_webhook_token_file' : 'meta_webhook_token'],
      'a webhook is wanted, but not the secret that its notices are signed with',
      'set meta_app_secret_file to the secret of the app',
    );
}

/** A token is never sent where others could read it. */
function checkAddress({ meta_base_url }: Config, origins: Origins): void {
  const { protocol, hostname, username, password, search } = new URL(meta_base_url);
  if (username !== '' || password !== '' || search !== '')
    throw new ConfigError(origins.meta_base_url, 'the address holds a name, password or query', 'leave them out');
  if (protocol === 'http:' && !loopback.has(hostname))
    throw new ConfigError(
      origins.meta_base_url,
      `a token would be sent to ${hostname} without encryption`,
      'use an address that begins with https://',
    );
}

/** A window of seven days holds that of one: summed, a conversion would count twice. */
function checkWindows({ meta_attribution_windows: windows }: Config, origins: Origins): void {
  const clicks = windows.filter((window) => window.endsWith('_click'));
  const views = windows.filter((window) => !window.endsWith('_click'));
  if (clicks.length > 1 || views.length > 1)
    throw new ConfigError(
      origins.meta_attribution_windows,
      `${windows.join(', ')} overlap: a conversion in both would count twice`,
      'name one window of clicks and one of views at most',
    );
}

/** A token as it is now: a file is read again when it has changed, so that a token is replaced without a restart. */
export type TokenSource = () => string;

/** @throws ConfigError where a file cannot be read or is empty */
function fileToken(path: string, key: string): TokenSource {
  let read: { readonly changed_ms: number; readonly token: string } | undefined;
  const now = (): string => {
    const changed_ms = changedAt(path, key);
    if (read?.changed_ms !== changed_ms) read = { changed_ms, token: firstLine(path, key) };
    return read.token;
  };
  now();
  return now;
}

function changedAt(path: string, key: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch (error) {
    throw unreadable(path, key, error);
  }
}

function firstLine(path: string, key: string): string {
  let line: string;
  try {
    line = readFileSync(path, 'utf8').split('\n')[0]?.trim() ?? '';
  } catch (error) {
    throw unreadable(path, key, error);
  }
  if (line === '') throw new ConfigError(key, `${path} is empty`, 'write the secret into its first line');
  return line;
}

function unreadable(path: string, key: string, error: unknown): ConfigError {
  const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
  return new ConfigError(key, `${path} cannot be read (${why})`, 'check its path and rights');
}

export interface TenantSettings {
  readonly name: string;
  readonly token: TokenSource;
  readonly accounts: readonly string[] | null;
}

/** Who is read with which token. @throws ConfigError */
export function tenantSettings(config: Config): readonly TenantSettings[] {
  const { meta_token, meta_token_file, meta_tenants, meta_accounts: accounts } = config;
  if (meta_tenants !== null)
    return meta_tenants.map(({ name, token_file, accounts: own }, i) => ({
      name,
      token: fileToken(token_file, `meta_tenants.${i}.token_file`),
      accounts: own,
    }));
  const name = 'the account';
  if (meta_token_file !== null) return [{ name, token: fileToken(meta_token_file, 'meta_token_file'), accounts }];
  const token = meta_token?.trim() ?? '';
  return token === '' ? [] : [{ name, token: () => token, accounts }];
}

/** The secret of the app; null where none is set. @throws ConfigError */
export function appSecret({ meta_app_secret, meta_app_secret_file }: Config): string | null {
  if (meta_app_secret_file !== null) return firstLine(meta_app_secret_file, 'meta_app_secret_file');
  return meta_app_secret?.trim() ?? null;
}

/** What a webhook is set up and signed with; undefined where none is wanted. @throws ConfigError */
export function webhookSettings(
  config: Config,
): { readonly verify_token: string; readonly app_secret: string } | undefined {
  const { meta_webhook_token, meta_webhook_token_file: file } = config;
  const verify_token = file === null ? meta_webhook_token?.trim() : firstLine(file, 'meta_webhook_token_file');
  const app_secret = appSecret(config);
  if (config.source !== 'meta' || verify_token === undefined || app_secret === null) return undefined;
  return { verify_token, app_secret };
}
