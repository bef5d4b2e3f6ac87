/** The channels that the configuration asks for. */
import type { NotifyChannels } from '../../ports/notify/port.ts';
import { slackChannel } from '../../ports/notify/slack/slack.ts';
import { webhookChannel } from '../../ports/notify/webhook/webhook.ts';
import { channelSettings } from '../config/notify.ts';
import type { Config } from '../config/settings.ts';

/** Opens them; nothing is sent yet. @throws ConfigError where a secret cannot be read */
export async function openChannels(config: Config): Promise<NotifyChannels> {
  const { slack, webhook, email } = channelSettings(config);
  return {
    ...(slack !== null && { slack: slackChannel(slack) }),
    ...(webhook !== null && { webhook: webhookChannel(webhook) }),
    ...(email !== null && { email: (await import('../../ports/notify/email/email.ts')).emailChannel(email) }),
  };
}
