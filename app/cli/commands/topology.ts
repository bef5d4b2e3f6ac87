/** `flywheel topology`: what reads and writes what, from the wirings alone; no store is opened. */
import type { Command } from 'commander';
import { check, type Finding } from '../../../topology/check.ts';
import { describeJson, describeMermaid, describeText } from '../../../topology/describe.ts';
import { command, withJson, type Cli } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import type { Output } from '../output.ts';

interface Flags {
  readonly json?: boolean;
  readonly mermaid?: boolean;
  readonly check?: boolean;
}

export function topologyCommand(cli: Cli): Command {
  const examples = ['topology', 'topology --json', 'topology --mermaid > topology.mmd'];
  return withJson(command('topology', 'Show which groups read, emit and write what', examples))
    .option('--mermaid', 'print a Mermaid diagram')
    .option('--check', 'look for what does not fit together, such as orphan topics; exit 1 if anything is found')
    .action((flags: Flags) => run(cli, flags));
}

function run({ root: { topology }, out, end }: Cli, flags: Flags): void {
  if (flags.check === true) {
    const findings = check(topology);
    if (findings.length > 0) end(exit_codes.answer_is_no);
    if (flags.json === true) out.json({ findings });
    else if (findings.length > 0) for (const finding of findings) printFinding(out, finding);
    else out.line(`${topology.processors.length} groups and ${topology.topics.length} topics fit together.`);
  } else if (flags.json === true) out.json(describeJson(topology));
  else out.line(flags.mermaid === true ? describeMermaid(topology) : describeText(topology));
}

function printFinding(out: Output, { place, message, remedy }: Finding): void {
  out.line(`${out.colour.red(place)}  ${message}`);
  out.line(`  ${out.colour.dim(remedy)}`);
}
