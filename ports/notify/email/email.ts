/** E-mail by SMTP, through nodemailer. */
import { createTransport } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import pRetry, { AbortError } from 'p-retry';
import { PermanentError, type Signal } from '../../../topology/processor.ts';
import type { Message, NotifyChannel } from '../port.ts';
import { abortOf, PassingError, shown, usual_limits, type PostLimits } from '../http/post.ts';
import { addressOf, cut, headerId, line } from '../text.ts';

export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else the connection is made secure by STARTTLS, where that is asked for. */
  readonly secure: boolean;
  /** Whether nothing is sent on a connection that is not encrypted. */
  readonly needs_tls: boolean;
  /** Null where the server asks for none. */
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
  readonly to: readonly string[];
  /** Address of the page, for links. */
  readonly base_url: string;
  readonly limits?: PostLimits;
}

/** What a mail says, in plain text: nothing of it can be anything but text. */
export function mailText({ items, more, facts, path, severity, account_id, at_ms }: Message, base_url: string): string {
  const lines = [
    ...items.map(({ text }) => `- ${line(text)}`),
    ...(more === 0 ? [] : [`- and ${more} more`]),
    ...(facts.length === 0 ? [] : ['', ...facts.map(({ name, value }) => line(`${name}: ${value}`))]),
    '',
    addressOf(base_url, path),
    '',
    `${severity} · ${account_id === '*' ? 'the program' : account_id} · ${new Date(at_ms).toISOString()}`,
  ];
  return lines.join('\n');
}

const subject_length = 200;

/** Of nodemailer's transport what is used here. */
interface Mailer {
  sendMail(mail: SMTPTransport.MailOptions): Promise<unknown>;
}

export function emailChannel(settings: EmailSettings): NotifyChannel {
  const { host, port, secure, needs_tls, login, limits = usual_limits } = settings;
  const mailer: Mailer = createTransport({
    ...{ host, port, secure, requireTLS: needs_tls && !secure },
    ...(login !== null && { auth: { user: login.user, pass: login.password } }),
    ...{ connectionTimeout: limits.try_ms, greetingTimeout: limits.try_ms, socketTimeout: limits.try_ms },
    // Nothing in a message names a file or an address to be fetched.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return { send: (message, signal) => tried(mailer, settings, limits, message, signal) };
}

async function tried(
  mailer: Mailer,
  settings: EmailSettings,
  { attempts, first_retry_ms, deadline_ms }: PostLimits,
  message: Message,
  stop: Signal,
): Promise<void> {
  const signal = AbortSignal.any([AbortSignal.timeout(deadline_ms), abortOf(stop)]);
  await pRetry(() => once(mailer, settings, message), {
    ...{ retries: attempts - 1, minTimeout: first_retry_ms, randomize: true, signal },
    shouldRetry: () => !signal.aborted,
  });
}

async function once(
  mailer: Mailer,
  { from, to, base_url, host, login }: EmailSettings,
  message: Message,
): Promise<void> {
  try {
    await mailer.sendMail({
      from,
      to: [...to],
      subject: cut(line(`[Flywheel] ${message.title}`), subject_length),
      text: mailText(message, base_url),
      // The same for every try: a mailbox that knows it shows one.
      messageId: `<${Buffer.from(message.id).toString('base64url')}@flywheel>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Flywheel-Id': headerId(message.id) },
    });
  } catch (error) {
    throw troubleOf(error, host, login === null ? [] : [login.password]);
  }
}

/** Codes of nodemailer for what another try does not change. */
const for_good: ReadonlySet<string> = new Set(['EAUTH', 'EENVELOPE', 'ENOAUTH', 'EOAUTH2', 'ETLS']);

/** A reply of 5xx is for good, one of 4xx is not (RFC 5321, 4.2.1); a connection that failed may not fail again. */
function troubleOf(error: unknown, host: string, secrets: readonly string[]): Error {
  const said = error instanceof Error ? error : new Error('it failed');
  const status: unknown = Reflect.get(said, 'responseCode');
  const code: unknown = Reflect.get(said, 'code');
  const what = `${host}: ${shown(said.message, secrets)}`;
  const refused = typeof status === 'number' ? status >= 500 : typeof code === 'string' && for_good.has(code);
  if (!refused) return new PassingError(what);
  return new AbortError(new PermanentError(`${what}; check notify_email_to and the other settings of e-mail`));
}
