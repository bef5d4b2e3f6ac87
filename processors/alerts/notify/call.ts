/** Sends a message by its channel, and says that it was taken, or why it was not. */
import type { Policy } from '../../../policy/policy.ts';
import type { Message, NotifyChannels } from '../../../ports/notify/port.ts';
import { notificationSettled, type NotificationRequested, type NotificationSettled } from '../../../schemas/index.ts';
import { caller, PermanentError, type Call } from '../../../topology/processor.ts';
import { wiring } from './wiring.ts';

/** What is outside: the channels that the program is set up with. */
export interface NotifyOutside {
  channels(): NotifyChannels;
}

/** Channels have tries of their own, within this deadline. */
const limits = { concurrency: 4, deadline_ms: 45_000, attempts: 1, first_retry_ms: 500 };
const longest_error = 900;

/** Events hold no control characters; an error message may. */
const printable = (why: string): string =>
  why
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, longest_error) || 'no reason was given';

const settled = (
  { account_id, notification_id, channel }: NotificationRequested,
  outcome: NotificationSettled['outcome'],
  message: string | null,
  at_ms: number,
): ReturnType<typeof notificationSettled.event> =>
  notificationSettled.event({ account_id, notification_id, channel, outcome, message, at_ms });

/** The message as the port has it; its id names the account too, so that it is one of all accounts. */
const messageOf = ({
  notification_id,
  channel: _,
  policy_version: __,
  ...message
}: NotificationRequested): Message => ({
  ...message,
  id: `${message.account_id}/${notification_id}`,
});

/** The group, given what is outside. */
export function notifyGroup(outside: NotifyOutside): ReturnType<typeof caller<typeof wiring, Policy>> {
  const call: Call<typeof wiring, Policy> = {
    limits,
    answer: {
      'notification.requested': async (request, { at_ms, signal }) => {
        const channel = outside.channels()[request.channel];
        if (channel === undefined)
          return { emit: [settled(request, 'no_channel', `no ${request.channel} is set up`, at_ms)] };
        try {
          await channel.send(messageOf(request), signal);
        } catch (error) {
          // Refused for good is another outcome than not answered: that one is tried again.
          if (!(error instanceof PermanentError)) throw error;
          return { emit: [settled(request, 'refused', printable(error.message), at_ms)] };
        }
        return { emit: [settled(request, 'delivered', null, at_ms)] };
      },
    },
    failed: {
      'notification.requested': (request, why, { at_ms }) => ({
        emit: [settled(request, 'failed', printable(why), at_ms)],
      }),
    },
  };
  return caller(wiring, call);
}
