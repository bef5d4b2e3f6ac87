/** The settings of channels: what belongs together, where a secret may go, and secrets from wherever they are kept. */
import { readFileSync } from 'node:fs';
import type { EmailSettings } from '../../ports/notify/email/email.ts';
import type { SlackSettings } from '../../ports/notify/slack/slack.ts';
import type { WebhookSettings } from '../../ports/notify/webhook/webhook.ts';
import { ConfigError, type Origin } from './config-error.ts';
import type { NotifyKey } from './notify-settings.ts';
import type { Config, ConfigKey } from './settings.ts';

type Origins = Readonly<Record<ConfigKey, Origin>>;

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const twice = [
  ['notify_slack_url', 'notify_slack_url_file'],
  ['notify_webhook_secret', 'notify_webhook_secret_file'],
  ['notify_smtp_password', 'notify_smtp_password_file'],
] as const;

/** @throws ConfigError that names the first setting that is missing or does not fit the others */
export function checkNotify(config: Config, origins: Origins): void {
  for (const [key, file] of twice)
    if (config[key] !== null && config[file] !== null)
      throw new ConfigError(origins[file], `${key} is given twice`, `leave out ${key} or ${file}`);
  checkAddresses(config, origins);
  checkTogether(config, origins);
}

function checkAddresses(config: Config, origins: Origins): void {
  for (const key of ['notify_base_url', 'notify_slack_url', 'notify_webhook_url', 'notify_smtp_url'] as const) {
    const value = config[key];
    if (value === null) continue;
    const { username, password, protocol, hostname } = new URL(value);
    if (username !== '' || password !== '')
      throw new ConfigError(
        origins[key],
        'the address holds a name or password',
        key === 'notify_smtp_url' ? 'give them as notify_smtp_username and notify_smtp_password' : 'leave them out',
      );
    if (protocol === 'http:' && key !== 'notify_base_url' && !loopback.has(hostname))
      throw new ConfigError(
        origins[key],
        `messages would be sent to ${hostname} without encryption`,
        'use an address that begins with https://',
      );
  }
}

/** Settings that say nothing without others. */
function checkTogether(config: Config, origins: Origins): void {
  const has_secret = config.notify_webhook_secret !== null || config.notify_webhook_secret_file !== null;
  const has_password = config.notify_smtp_password !== null || config.notify_smtp_password_file !== null;
  const needs = (key: NotifyKey, is_set: boolean, other: string, is_there: boolean): void => {
    if (is_set && !is_there) throw new ConfigError(origins[key], `${key} is set, but ${other} is not`, `set ${other}`);
  };
  needs('notify_webhook_url', config.notify_webhook_url !== null, 'notify_webhook_secret', has_secret);
  needs('notify_webhook_secret', has_secret, 'notify_webhook_url', config.notify_webhook_url !== null);
  const has_smtp = config.notify_smtp_url !== null;
  needs('notify_smtp_url', has_smtp, 'notify_email_from', config.notify_email_from !== null);
  needs('notify_smtp_url', has_smtp, 'notify_email_to', config.notify_email_to !== null);
  needs('notify_email_to', config.notify_email_to !== null, 'notify_smtp_url', has_smtp);
  needs('notify_smtp_username', config.notify_smtp_username !== null, 'notify_smtp_password', has_password);
  needs('notify_smtp_password', has_password, 'notify_smtp_username', config.notify_smtp_username !== null);
}

/** A secret, from its own setting or the first line of its file; null where neither is set. @throws ConfigError */
function secretOf(config: Config, [key, file]: (typeof twice)[number]): string | null {
  const path = config[file];
  if (path === null) return config[key]?.trim() ?? null;
  let line: string;
  try {
    line = readFileSync(path, 'utf8').split('\n')[0]?.trim() ?? '';
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    throw new ConfigError(file, `${path} cannot be read (${why})`, 'check its path and rights');
  }
  if (line === '') throw new ConfigError(file, `${path} is empty`, 'write it into its first line');
  return line;
}

export interface ChannelSettings {
  readonly slack: SlackSettings | null;
  readonly webhook: WebhookSettings | null;
  readonly email: EmailSettings | null;
}

/** How people are told; null where a way is not set up. @throws ConfigError */
export function channelSettings(config: Config): ChannelSettings {
  const base_url = (
    config.notify_base_url ?? `http://${config.host === '::1' ? '[::1]' : '127.0.0.1'}:${config.port}`
  ).replace(/\/+$/, '');
  const [slack, webhook, password] = [
    secretOf(config, twice[0]),
    secretOf(config, twice[1]),
    secretOf(config, twice[2]),
  ];
  const { notify_webhook_url } = config;
  return {
    slack: slack === null ? null : { url: slackUrl(slack), base_url },
    webhook:
      notify_webhook_url === null || webhook === null ? null : { url: notify_webhook_url, secret: webhook, base_url },
    email: emailOf(config, password, base_url),
  };
}

/** One that comes from a file was not looked at with the other settings. */
function slackUrl(url: string): string {
  const found = URL.canParse(url) ? new URL(url) : null;
  if (found !== null && (found.protocol === 'https:' || loopback.has(found.hostname))) return url;
  throw new ConfigError(
    'notify_slack_url',
    'what is set is no address of a webhook',
    'use one that begins with https://',
  );
}

function emailOf(config: Config, password: string | null, base_url: string): EmailSettings | null {
  const { notify_smtp_url, notify_smtp_username, notify_email_from: from, notify_email_to: to } = config;
  if (notify_smtp_url === null || from === null || to === null) return null;
  const { protocol, hostname, port } = new URL(notify_smtp_url);
  const secure = protocol === 'smtps:';
  return {
    host: hostname,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    needs_tls: !loopback.has(hostname),
    login: notify_smtp_username === null || password === null ? null : { user: notify_smtp_username, password },
    from,
    to,
    base_url,
  };
}
