/** How people are told: channels that take a message, each once for an id where its other side knows ids. */
import type { Signal } from '../../topology/processor.ts';

export const channel_names = ['slack', 'webhook', 'email'] as const;
export type ChannelName = (typeof channel_names)[number];

/** What people are told, in no channel's own form. Its texts are plain: each channel writes them so that they stay so. */
export interface Message {
  /** The same for every try: whoever has it already drops it. */
  readonly id: string;
  readonly account_id: string;
  readonly kind: 'raised' | 'resolved' | 'digest' | 'test';
  readonly severity: 'critical' | 'high' | 'medium' | 'low' | 'info';
  readonly rule_id: string | null;
  readonly title: string;
  readonly items: readonly MessageItem[];
  /** Items that were left out. */
  readonly more: number;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Where the page shows it, behind its address. */
  readonly path: string;
  /** UTC epoch milliseconds. */
  readonly at_ms: number;
}

export interface MessageItem {
  readonly alert_id: string | null;
  readonly text: string;
  readonly path: string | null;
}

export interface NotifyChannel {
  /**
   * Resolves once the other side has taken the message. Rejects with `PermanentError` where it never will as things are,
   * with another error where it may another time. No error holds a secret. A try that was taken and whose answer was lost
   * is made again: the other side tells the two apart by the id, where it can.
   */
  send(message: Message, signal: Signal): Promise<void>;
}

/** The channels that the program is set up with. */
export type NotifyChannels = Readonly<Partial<Record<ChannelName, NotifyChannel>>>;
