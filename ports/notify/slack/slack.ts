/** Slack by an incoming webhook, whose address is the secret. */
import type { NotifyChannel } from '../port.ts';
import { abortOf, post, usual_limits, type PostLimits } from '../http/post.ts';
import { slackMessage } from './blocks.ts';

export interface SlackSettings {
  /** Address of the incoming webhook: whoever has it can write to the channel. */
  readonly url: string;
  /** Address of the page, for links. */
  readonly base_url: string;
  readonly limits?: PostLimits;
}

/** The address and each part of its path that is long enough to be one. */
const secretsIn = (url: string): readonly string[] => {
  const { pathname } = new URL(url);
  return [url, pathname, ...pathname.split('/').filter((part) => part.length >= secret_length)];
};
const secret_length = 9;

/** Slack knows no ids: a message whose answer was lost may stand there twice. */
export const slackChannel = ({ url, base_url, limits = usual_limits }: SlackSettings): NotifyChannel => ({
  send: (message, signal) =>
    post(
      {
        url,
        body: JSON.stringify(slackMessage(message, base_url)),
        headers: () => ({ 'content-type': 'application/json; charset=utf-8' }),
        secrets: secretsIn(url),
        setting: 'notify_slack_url',
      },
      limits,
      abortOf(signal),
    ),
});
