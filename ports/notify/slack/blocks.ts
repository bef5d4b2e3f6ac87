/** A message as Slack's Block Kit has it. What people and platforms wrote stays text: it makes no link and calls nobody. */
import type { Message, MessageItem } from '../port.ts';
import { addressOf, cut, line } from '../text.ts';

/** Limits of Block Kit: of a header, of a text, of fields in a section. */
const header_length = 150;
const text_length = 2_900;
/** Of what is read out. */
const read_length = 500;
const most_fields = 10;
const field_length = 1_900;
/** Items with a block of their own; Slack takes 50 blocks. */
const most_items = 20;

type Block = Readonly<Record<string, unknown>>;

export interface SlackMessage {
  /** What is read out, and shown where blocks are not. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text is no markup, and addresses and names in it are no links. */
  readonly mrkdwn: false;
  readonly parse: 'none';
  readonly link_names: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

const nothing_else = {
  mrkdwn: false,
  parse: 'none',
  link_names: false,
  unfurl_links: false,
  unfurl_media: false,
} as const;

const mark: Readonly<Record<Message['severity'], string>> = {
  critical: '🔴',
  high: '🟠',
  medium: '🟡',
  low: '🔵',
  info: '⚪',
};

/** The three characters that control Slack's texts; without them there are no links, mentions or dates. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const plain = (text: string, length: number): Block => ({
  type: 'plain_text',
  text: cut(line(text), length),
  emoji: false,
});

/** @param base_url the page's address, without a slash at its end */
export function slackMessage(message: Message, base_url: string): SlackMessage {
  const { title, severity, items, more, facts, account_id, at_ms, path, kind } = message;
  const left_out = more + Math.max(0, items.length - most_items);
  const sign = kind === 'raised' ? `${mark[severity]} ` : kind === 'resolved' ? '✅ ' : '';
  const blocks: Block[] = [
    { type: 'header', text: plain(`${sign}${title}`, header_length) },
    ...items.slice(0, most_items).map((item) => itemBlock(item)),
    ...(left_out === 0 ? [] : [{ type: 'section', text: plain(`and ${left_out} more`, text_length) }]),
    ...(facts.length === 0
      ? []
      : [
          {
            type: 'section',
            fields: facts.slice(0, most_fields).map(({ name, value }) => plain(`${name}: ${value}`, field_length)),
          },
        ]),
    { type: 'section', text: { type: 'mrkdwn', text: `<${linkTo(base_url, path)}|Open in Flywheel>` } },
    { type: 'context', elements: [plain(contextOf(severity, account_id, at_ms), text_length)] },
  ];
  const first = items[0]?.text ?? '';
  // Cut before it is escaped: half an escape would be shown.
  return { text: escaped(cut(line(`${title}: ${first}`), read_length)), blocks, ...nothing_else };
}

const itemBlock = ({ text }: MessageItem): Block => ({ type: 'section', text: plain(text, text_length) });

const contextOf = (severity: string, account_id: string, at_ms: number): string =>
  `${severity} · ${account_id === '*' ? 'the program' : account_id} · ${new Date(at_ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** An address as a link of Slack takes it: what would end the link is written as an escape. */
export const linkTo = (base_url: string, path: string): string => escaped(addressOf(base_url, path));
