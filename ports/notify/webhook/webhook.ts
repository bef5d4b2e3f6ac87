/** A webhook of whoever wants to be told: JSON, signed, with an id that is the same for every try. */
import type { Message, NotifyChannel } from '../port.ts';
import { abortOf, post, usual_limits, type PostLimits } from '../http/post.ts';
import { addressOf, headerId } from '../text.ts';
import { signature } from './sign.ts';

export interface WebhookSettings {
  readonly url: string;
  /** What it is signed with. Never in an error. */
  readonly secret: string;
  /** Address of the page, for links. */
  readonly base_url: string;
  readonly limits?: PostLimits;
}

/** What is sent: the message with whole addresses, under a type that says what happened. */
export const webhookBody = ({ kind, path, items, at_ms, ...message }: Message, base_url: string): string => {
  const whole = (one: string): string => addressOf(base_url, one);
  return JSON.stringify({
    type: kind === 'raised' || kind === 'resolved' ? `alert.${kind}` : kind === 'digest' ? 'digest.made' : 'test',
    timestamp: new Date(at_ms).toISOString(),
    data: {
      ...message,
      url: whole(path),
      items: items.map(({ path: own, ...item }) => ({ ...item, url: own === null ? null : whole(own) })),
    },
  });
};

export const webhookChannel = ({ url, secret, base_url, limits = usual_limits }: WebhookSettings): NotifyChannel => ({
  send: (message, signal) => {
    const body = webhookBody(message, base_url);
    const id = headerId(message.id);
    const headers = (): Record<string, string> => {
      const at_s = Math.floor(Date.now() / 1_000);
      return {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'flywheel',
        'idempotency-key': id,
        'webhook-id': id,
        'webhook-timestamp': String(at_s),
        'webhook-signature': signature(id, at_s, body, secret),
      };
    };
    const posted = {
      url,
      body,
      headers,
      secrets: [secret, url],
      setting: 'notify_webhook_url and notify_webhook_secret',
    };
    return post(posted, limits, abortOf(signal));
  },
});
