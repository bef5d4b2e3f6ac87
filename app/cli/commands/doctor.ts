/** `flywheel doctor`: looks at everything a start needs and says what to do about what is missing. */
import type { Command } from 'commander';
import type { Config } from '../../config/settings.ts';
import { printedConfig } from '../../config/print.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import type { Finding } from '../doctor-checks.ts';
import { exit_codes } from '../exit-codes.ts';
import { printTable, type Output } from '../output.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
}

export const doctorCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'doctor',
        'Check machine, data folder, port, servers, analytics, page, embeddings, Meta and configuration (exit 1 if something is wrong)',
        ['doctor', 'doctor --data ./try --json'],
      ),
    ),
  )
    .option('--port <port>', 'port that a start would use')
    .action((flags: Flags) => run(cli, flags));

/** All checks. They load the clients of every server there may be, which the help of the program does without. */
async function found({ root }: Cli, config: Config): Promise<readonly Finding[]> {
  const { checkAll } = await import('../doctor-checks.ts');
  const { checkServers } = await import('../server-checks.ts');
  const { checkMeta } = await import('../meta-checks.ts');
  const { checkStores } = await import('../store-checks.ts');
  const { engineOptions } = await import('../../engine-options.ts');
  const embeddings = (): ReturnType<typeof root.embeddings> => root.embeddings(config);
  const options = engineOptions(config, await root.topology(), root.version);
  return [
    ...(await checkAll(config, embeddings)),
    ...(config.engine === 'kafka' ? await checkServers(config, options) : []),
    ...(await checkStores(config, options.topology, embeddings)),
    ...(await checkMeta(config, Date.now())),
  ];
}

async function run(cli: Cli, flags: Flags): Promise<void> {
  const loaded = configOf(cli, flags);
  const { config } = loaded;
  const findings = await found(cli, config);
  const settings = printedConfig(loaded);
  if (findings.some(({ level }) => level === 'wrong')) cli.end(exit_codes.answer_is_no);
  if (flags.json === true) return cli.out.json({ findings, settings });
  for (const finding of findings) printFinding(cli.out, finding);
  cli.out.line();
  printTable(
    cli.out,
    [{ head: 'setting' }, { head: 'value' }, { head: 'from' }, { head: 'meaning' }],
    settings.map(({ key, value, origin, meaning }) => [key, value, origin, cli.out.colour.dim(meaning)]),
  );
}

function printFinding(out: Output, { name, level, said, remedy }: Finding): void {
  const { green, yellow, red, dim } = out.colour;
  const mark = level === 'fine' ? green('fine ') : level === 'mind' ? yellow('mind ') : red('wrong');
  out.line(`${mark}  ${name.padEnd(10)} ${said}`);
  if (remedy !== null) out.line(`       ${' '.repeat(10)} ${dim(remedy)}`);
}
