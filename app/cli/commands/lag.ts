/** `flywheel lag`: what each group has before it, and what waits upstream. */
import type { Command } from 'commander';
import type { LagRow } from '../../operations/operations.ts';
import { count } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withJson, withServers, type Cli, type SettingFlags } from '../command.ts';
import { printTable } from '../output.ts';
import { withSession } from '../session.ts';
import { clock } from '../time.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
}

export const lagCommand = (cli: Cli): Command =>
  withServers(
    withFolder(
      withJson(
        command('lag', 'Show what each group has before it, beside what it inherits: what waits upstream', [
          'lag',
          'lag auto-promoter --by-partition',
          'lag --engine kafka --json',
        ]),
      ),
    ),
  )
    .argument('[group]', 'only this group')
    .option('--by-partition', 'a line for each partition')
    .action((group: string | undefined, flags: Flags & { readonly byPartition?: boolean }) => run(cli, group, flags));

async function run(
  cli: Cli,
  group: string | undefined,
  flags: Flags & { readonly byPartition?: boolean },
): Promise<void> {
  const rows = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.lag(group === undefined ? {} : { group }),
  );
  if (flags.json === true) return cli.out.json(rows);
  const heads = ['group', 'own lag', 'inherited', 'on its way', 'state', 'last event'];
  const shown = flags.byPartition === true ? rows : byGroup(rows);
  printTable(
    cli.out,
    heads.map((head) => ({ head })),
    shown.map((row) => [
      flags.byPartition === true ? `${row.group}/${row.partition}` : row.group,
      count(row.own),
      count(row.inherited),
      count(row.undelivered),
      row.reason === null ? row.state : `${row.state}: ${row.reason}`,
      row.last_event_ms === null ? '-' : clock(row.last_event_ms),
    ]),
  );
}

/** Partitions of a group as one line: the worst state, the newest event. What is inherited is counted in each. */
function byGroup(rows: readonly LagRow[]): readonly LagRow[] {
  const groups = new Map<string, LagRow>();
  const worst = ['stopped', 'waiting', 'running', 'idle'];
  for (const row of rows) {
    const before = groups.get(row.group);
    if (before === undefined) groups.set(row.group, row);
    else {
      const leading = worst.indexOf(row.state) < worst.indexOf(before.state) ? row : before;
      groups.set(row.group, {
        ...leading,
        own: before.own + row.own,
        inherited: before.inherited + row.inherited,
        undelivered: before.undelivered + row.undelivered,
        last_event_ms: Math.max(before.last_event_ms ?? 0, row.last_event_ms ?? 0) || null,
      });
    }
  }
  return [...groups.values()];
}
