/** What every channel has to keep, whatever is behind it. */
import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../topology/processor.ts';
import type { Message, NotifyChannel } from './port.ts';

export const exampleMessage: Message = {
  id: 'act_1001/raised-1/slack',
  account_id: 'act_1001',
  kind: 'raised',
  severity: 'high',
  rule_id: 'roas_low',
  title: 'ROAS low (2)',
  items: [
    { alert_id: 'roas_low-1', text: 'ROAS of campaign “A <!channel> & B” was 1.40', path: '#/alerts' },
    { alert_id: 'roas_low-2', text: '<https://evil.example|click> *bold*\r\nBcc: all@example.com', path: null },
  ],
  more: 3,
  facts: [{ name: 'Spend', value: '12.34 USD' }],
  path: '#/alerts',
  at_ms: Date.UTC(2026, 10, 27, 9),
};

export interface Opened {
  readonly channel: NotifyChannel;
  /** What the other side took, as text. */
  taken(): readonly string[];
  /** The next message is not taken this time, the one after it is. */
  refuseOnce(): void;
  /** The next message is refused for good. */
  refuse(): void;
}

export function notifyContract(name: string, open: () => Promise<Opened>): void {
  const signal = new AbortController().signal;
  describe(`the contract of channels: ${name}`, () => {
    it('resolves once the other side has the message, title, items and figures in it', async () => {
      const { channel, taken } = await open();
      await channel.send(exampleMessage, signal);
      expect(taken()).toHaveLength(1);
      for (const words of ['ROAS low (2)', 'was 1.40', '12.34 USD', 'alerts']) expect(taken()[0]).toContain(words);
    });

    it('tries again what passes', async () => {
      const { channel, taken, refuseOnce } = await open();
      refuseOnce();
      await channel.send(exampleMessage, signal);
      expect(taken()).toHaveLength(1);
    });

    it('says at once, for good and without a secret that a message is refused', async () => {
      const { channel, taken, refuse } = await open();
      refuse();
      const refused = await channel.send(exampleMessage, signal).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(PermanentError);
      expect(String(refused)).not.toContain('very-secret');
      expect(String(refused)).toContain('notify_');
      expect(taken()).toEqual([]);
    });

    it('gives up when it is told to', async () => {
      const { channel } = await open();
      const gone = new AbortController();
      gone.abort(new Error('stopped'));
      await expect(channel.send(exampleMessage, gone.signal)).rejects.toThrow('stopped');
    });
  });
}
