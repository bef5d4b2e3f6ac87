/** `flywheel topology`: what reads and writes what, from the wirings alone; no store is opened. */
import type { Command } from 'commander';
import { topologyView } from '../../operations/topology.ts';
import type { TopologyView } from '../../operations/operations.ts';
import { command, withJson, type Cli } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { checkTopology, describeMermaid } from '../topology-tools.ts';

interface Flags {
  readonly json?: boolean;
  readonly mermaid?: boolean;
  readonly check?: boolean;
}

export function topologyCommand(cli: Cli): Command {
  return withJson(
    command('topology', 'Show which groups read, emit and write what', [
      'topology',
      'topology --json',
      'topology --mermaid > topology.mmd',
    ]),
  )
    .option('--mermaid', 'print a Mermaid diagram')
    .option(
      '--check',
      'look for orphan topics, two writers of a table, missing co-partitioning; exit 1 if any is found',
    )
    .action((flags: Flags) => run(cli, flags));
}

function run({ root, out, end }: Cli, flags: Flags): void {
  const view = topologyView(root.topology);
  if (flags.check === true) {
    const found = checkTopology(root.topology);
    if (flags.json === true) out.json({ problems: found });
    else if (found.length === 0)
      out.line(`${view.groups.length} groups and ${view.topics.length} topics fit together.`);
    else for (const problem of found) out.line(`${out.colour.red('problem')} ${problem}`);
    end(found.length === 0 ? exit_codes.ok : exit_codes.answer_is_no);
    return;
  }
  if (flags.json === true)
    out.json({
      groups: view.groups.map(({ name, reads, emits, writes }) => ({ name, reads, emits, writes })),
      topics: view.topics.map(({ name }) => name),
    });
  else if (flags.mermaid === true) out.line(describeMermaid(root.topology));
  else printTopology(out, view);
}

function printTopology(out: Output, view: TopologyView): void {
  const { bold, dim } = out.colour;
  for (const group of view.groups) {
    out.line(bold(group.name));
    out.line(`  ${dim(group.description)}`);
    out.line(`  reads  ${group.reads.join(', ')}`);
    if (group.emits.length > 0) out.line(`  emits  ${group.emits.join(', ')}`);
    if (group.writes.length > 0) out.line(`  writes ${group.writes.join(', ')}`);
    out.line();
  }
  out.line(bold('topics'));
  const width = Math.max(0, ...view.topics.map(({ name }) => name.length));
  for (const topic of view.topics) {
    const key = topic.partition_key === null ? 'to every partition' : `keyed by ${topic.partition_key}`;
    out.line(`  ${topic.name.padEnd(width)}  ${dim(`${key}.`)} ${dim(topic.description)}`);
  }
}
