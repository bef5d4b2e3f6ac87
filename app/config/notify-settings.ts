/** Settings of the ways by which people are told: Slack, a webhook, e-mail. Those that are not set are not used. */
import { z } from 'zod';
import { said, secret, type Said } from './said.ts';

const text = z.string().min(1).nullable();
const address = z.url({ protocol: /^https?$/ }).nullable();
const mailbox = z.string().regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/);

export const notifyShape = {
  /** Address of the page as those who are told reach it. Null: this machine. */
  notify_base_url: address,
  notify_slack_url: address,
  notify_slack_url_file: text,
  notify_webhook_url: address,
  notify_webhook_secret: z.string().min(24).nullable(),
  notify_webhook_secret_file: text,
  notify_smtp_url: z.url({ protocol: /^smtps?$/ }).nullable(),
  notify_smtp_username: text,
  notify_smtp_password: text,
  notify_smtp_password_file: text,
  notify_email_from: mailbox.nullable(),
  notify_email_to: z.array(mailbox).min(1).max(50).nullable(),
};

export type NotifyConfig = z.infer<z.ZodObject<typeof notifyShape>>;
export type NotifyKey = keyof NotifyConfig;

export const notifyDefaults: NotifyConfig = {
  notify_base_url: null,
  notify_slack_url: null,
  notify_slack_url_file: null,
  notify_webhook_url: null,
  notify_webhook_secret: null,
  notify_webhook_secret_file: null,
  notify_smtp_url: null,
  notify_smtp_username: null,
  notify_smtp_password: null,
  notify_smtp_password_file: null,
  notify_email_from: null,
  notify_email_to: null,
};

const a_file = 'the path of a file';

export const notifySettings: Readonly<Record<NotifyKey, Said>> = {
  notify_base_url: said(
    'address of the page in messages, as those who read them reach it',
    'an address that begins with http:// or https://, for example https://flywheel.example.com',
  ),
  notify_slack_url: secret(
    'address of an incoming webhook of Slack; whoever has it can write there',
    'an address such as https://hooks.slack.com/services/...',
  ),
  notify_slack_url_file: said('file whose first line is that address', a_file),
  notify_webhook_url: said('where messages are posted as JSON, signed', 'an address that begins with https://'),
  notify_webhook_secret: secret(
    'what those posts are signed with (Standard Webhooks)',
    'a text of at least 24 characters, or whsec_ and base64',
  ),
  notify_webhook_secret_file: said('file whose first line is that secret', a_file),
  notify_smtp_url: said('server that mail is handed to', 'smtp://host:587 (STARTTLS) or smtps://host:465'),
  notify_smtp_username: said('name that the server knows', 'a text'),
  notify_smtp_password: secret('password of that name', 'a text'),
  notify_smtp_password_file: said('file whose first line is that password', a_file),
  notify_email_from: said('who mail is from', 'a mailbox, for example flywheel@example.com'),
  notify_email_to: said('who mail goes to', 'mailboxes, comma between'),
};
