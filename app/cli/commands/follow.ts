/** `flywheel follow EVENT`: what it caused, forward, as a tree that grows while groups work. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { FollowNode, Operations } from '../../operations/operations.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { cut, type Output } from '../output.ts';
import { span } from '../../operations/format/numbers.ts';
import { withSession } from '../session.ts';
import { clock } from '../time.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly once?: boolean;
}

/** Between two looks at the tree. */
const look_ms = 400;

export const followCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command('follow', 'Show what an event caused, forward, until nobody has it before them', [
        'follow tick.hourly/0/12',
        'follow evidence.changed/0/812 --once --json',
      ]),
    ),
  )
    .argument('<event>', 'topic/partition/offset, or the id of a decision')
    .option('--once', 'show what is there now and end')
    .action((id: string, flags: Flags) => run(cli, id, flags));

async function run(cli: Cli, id: string, flags: Flags): Promise<void> {
  await withSession(cli.root, configOf(cli, flags), { create: false }, async ({ operations }) => {
    const tree = await settled(cli.out, operations, id, flags);
    if (flags.json === true) cli.out.json(tree);
    else if (cli.out.columns === null || flags.once === true)
      for (const line of treeLines(cli.out, tree)) cli.out.line(line);
  });
}

/** Looks until no group has the event or what it caused before it; redraws on a terminal. */
async function settled(out: Output, operations: Operations, id: string, flags: Flags): Promise<FollowNode> {
  const draw = out.columns !== null && flags.json !== true && flags.once !== true;
  let drawn = 0;
  for (;;) {
    const tree = await operations.follow({ id });
    if (tree === null) throw new FlywheelError('event.unknown', { id });
    if (draw) drawn = redraw(out, treeLines(out, tree), drawn);
    if (flags.once === true || !isPending(tree)) return tree;
    await sleep(look_ms);
  }
}

function redraw(out: Output, lines: readonly string[], drawn: number): number {
  if (drawn > 0) process.stdout.write(`\u001b[${drawn}A\u001b[J`);
  for (const line of lines) out.line(line);
  return lines.length;
}

const isPending = (node: FollowNode): boolean => node.pending.length > 0 || node.caused.some(isPending);

/** The tree as lines, with the strokes of a directory listing. */
export function treeLines(
  out: Output,
  node: FollowNode,
  stem = '',
  branch = '',
  since: { readonly cause_ms: number; readonly begin_ms: number } | null = null,
): readonly string[] {
  const { dim, yellow, bold } = out.colour;
  const { topic, partition, offset, value, error, appended_ms } = node.event;
  const when =
    since === null
      ? clock(appended_ms)
      : `+${span(appended_ms - since.cause_ms)} (${span(appended_ms - since.begin_ms)})`;
  const head = `${stem}${branch}`;
  const width = Math.max(30, (out.columns ?? 160) - head.length - topic.length - 20);
  const lines = [
    `${dim(head)}${bold(topic)} ${dim(`${partition}/${offset} ${when}`)} ${cut(error ?? node.words ?? JSON.stringify(value), width)}`,
  ];
  const inner = stem + (branch === '' ? '' : branch.startsWith('└') ? '   ' : '│  ');
  const ends = [
    ...node.kept.map((group) => dim(`${group} keeps it and makes nothing of it by itself`)),
    ...node.pending.map((group) => yellow(`${group} has it before it`)),
  ];
  const children = node.caused.length;
  node.caused.forEach((child, i) =>
    lines.push(
      ...treeLines(out, child, inner, i === children - 1 && ends.length === 0 ? '└─ ' : '├─ ', {
        cause_ms: appended_ms,
        begin_ms: since?.begin_ms ?? appended_ms,
      }),
    ),
  );
  ends.forEach((said, i) => lines.push(`${dim(inner)}${dim(i === ends.length - 1 ? '└─ ' : '├─ ')}${said}`));
  return lines;
}
