import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from './load.ts';
import { channelSettings } from './notify.ts';
import { printedConfig } from './print.ts';

const folder = mkdtempSync(join(tmpdir(), 'flywheel-notify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const load = (environment: Readonly<Record<string, string>>) =>
  loadConfig({ flags: {}, environment, file: null, topics: [] });
const slack = 'https://hooks.slack.com/services/T0/B0/very-secret';
const hook = {
  FLYWHEEL_NOTIFY_WEBHOOK_URL: 'https://tools.example.com/hook',
  FLYWHEEL_NOTIFY_WEBHOOK_SECRET: 'very-secret-of-twenty-four',
};
const mail = {
  FLYWHEEL_NOTIFY_SMTP_URL: 'smtp://mail.example.com',
  FLYWHEEL_NOTIFY_EMAIL_FROM: 'flywheel@example.com',
  FLYWHEEL_NOTIFY_EMAIL_TO: 'a@example.com, b@example.com',
};

describe('channels', () => {
  it('are none by default', () => {
    expect(channelSettings(load({}).config)).toEqual({ slack: null, webhook: null, email: null });
  });

  it('are those that are set up, with links to the page, secrets from files and none of them printed', () => {
    const file = join(folder, 'slack');
    writeFileSync(file, `${slack}\n`);
    const loaded = load({
      ...hook,
      ...mail,
      FLYWHEEL_NOTIFY_SLACK_URL_FILE: file,
      FLYWHEEL_NOTIFY_BASE_URL: 'https://f.example/',
    });
    const found = channelSettings(loaded.config);
    expect(found.slack).toEqual({ url: slack, base_url: 'https://f.example' });
    expect(found.webhook).toMatchObject({ url: hook.FLYWHEEL_NOTIFY_WEBHOOK_URL });
    expect(found.email).toMatchObject({
      ...{ host: 'mail.example.com', port: 587, secure: false, needs_tls: true, login: null },
      to: ['a@example.com', 'b@example.com'],
    });
    expect(JSON.stringify(printedConfig(loaded))).not.toContain('very-secret');
  });

  it.each([
    [{ FLYWHEEL_NOTIFY_SLACK_URL: slack, FLYWHEEL_NOTIFY_SLACK_URL_FILE: '/x' }, 'notify_slack_url is given twice'],
    [{ FLYWHEEL_NOTIFY_SLACK_URL: 'http://hooks.example.com/x' }, 'without encryption'],
    [{ FLYWHEEL_NOTIFY_WEBHOOK_URL: 'https://tools.example.com' }, 'notify_webhook_secret is not'],
    [{ ...hook, FLYWHEEL_NOTIFY_WEBHOOK_URL: 'https://me:pw@tools.example.com' }, 'holds a name or password'],
    [{ FLYWHEEL_NOTIFY_SMTP_URL: 'smtp://mail.example.com' }, 'notify_email_from is not'],
    [{ ...mail, FLYWHEEL_NOTIFY_SMTP_USERNAME: 'me' }, 'notify_smtp_password is not'],
    [{ ...hook, FLYWHEEL_NOTIFY_WEBHOOK_SECRET: 'too-short' }, 'notify_webhook_secret'],
  ])('are refused where %j does not fit', (environment, words) => {
    let said = '';
    try {
      load(environment);
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain(words);
    expect(said).not.toContain('too-short');
  });
});
