/** What came of messages, and those that are asked for again: under the same name, so that whoever has one drops it. */
import { notificationRequested, type NotificationSettled } from '../../schemas/index.ts';
import type { Desk } from './desk.ts';
import type { Sent } from './state.ts';

/** How often a message is asked for whose channel does not answer, an hour between two; a person may ask further. */
const most_tries = 8;

export function onSettled(desk: Desk, { notification_id, outcome, message }: NotificationSettled): void {
  const { sent } = desk.desk;
  const is_untaken = outcome === 'refused' || outcome === 'failed';
  const of = (one: Sent): boolean => one.message.notification_id === notification_id;
  if (!sent.some(of)) return;
  desk.set({
    sent: is_untaken
      ? sent.map((one) => (of(one) ? { ...one, outcome, why: message ?? outcome } : one))
      : sent.filter((one) => !of(one)),
  });
}

/** Asks again for messages that were not taken. */
export function sendAgain(desk: Desk, which: (one: Sent) => boolean): void {
  const again = desk.desk.sent.filter((one) => one.outcome !== null && which(one));
  if (again.length === 0) return;
  desk.set({
    sent: desk.desk.sent.map((one) =>
      again.includes(one) ? { ...one, tries: one.tries + 1, outcome: null, why: null } : one,
    ),
  });
  for (const { message } of again) desk.emit.push(notificationRequested.event(message));
}

/** The hour has passed: who did not answer is asked again, who refused is not. */
export const sendFailedAgain = (desk: Desk): void =>
  sendAgain(desk, ({ outcome, tries }) => outcome === 'failed' && tries < most_tries);
