/** `flywheel topology`: what reads and writes what, from the wirings alone; no store is opened. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { check, type Finding } from '../../../topology/check.ts';
import { pure_folders, purity, type SourceFile } from '../../../topology/purity.ts';
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
    .option(
      '--check',
      'look for what does not fit together, such as orphan topics or a clock in a pure folder; exit 1 if anything is found',
    )
    .action((flags: Flags) => run(cli, flags));
}

async function run({ root, out, end }: Cli, flags: Flags): Promise<void> {
  const topology = await root.topology();
  if (flags.check === true) {
    const findings = [...check(topology), ...purity(pureFiles())];
    if (findings.length > 0) end(exit_codes.answer_is_no);
    if (flags.json === true) out.json({ findings });
    else if (findings.length > 0) for (const finding of findings) printFinding(out, finding);
    else
      out.line(
        `${topology.processors.length} groups and ${topology.topics.length} topics fit together; what decides is pure.`,
      );
  } else if (flags.json === true) out.json(describeJson(topology));
  else out.line(flags.mermaid === true ? describeMermaid(topology) : describeText(topology));
}

/** Sources of the folders that decide, as this program runs them. */
function* pureFiles(): Generator<SourceFile> {
  const root = join(import.meta.dirname, '../../..');
  for (const folder of pure_folders)
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, name);
      if (path.endsWith('.ts') && !path.endsWith('.test.ts'))
        yield { path, text: readFileSync(join(root, path), 'utf8') };
    }
}

function printFinding(out: Output, { place, message, remedy }: Finding): void {
  out.line(`${out.colour.red(place)}  ${message}`);
  out.line(`  ${out.colour.dim(remedy)}`);
}
