/** `flywheel dead-letters`: list what groups refused, show one with what each decoder says, send them back or give them up. */
import type { Command } from 'commander';
import type { DeadLetterDetail, DeadLetterRow } from '../../operations/operations.ts';
import type { PlannedLetterRow, RedrivePlan } from '../../operations/dead-letters/redrive-view.ts';
import { command, configOf, wholeNumber, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { cut, printTable, type Output } from '../output.ts';
import { withSession } from '../session.ts';
import { count, counted } from '../../operations/format/numbers.ts';
import { clock } from '../time.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly group?: string;
  readonly topic?: string;
  readonly limit?: number;
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly plan?: boolean;
}

export function deadLettersCommand(cli: Cli): Command {
  const all = command('dead-letters', 'Records that a group could not take', [
    'dead-letters list',
    'dead-letters show 0:12',
    'dead-letters redrive --all',
  ]);
  all.addCommand(
    filters(
      withFolder(withJson(command('list', 'The newest dead letters', ['dead-letters list --group auto-promoter']))),
    )
      .option('--limit <n>', 'rows at most', wholeNumber, 20)
      .action((flags: Flags) => list(cli, flags)),
  );
  all.addCommand(
    withFolder(
      withJson(
        command('show', 'One dead letter: why, its bytes, and what each decoder says of them', [
          'dead-letters show 0:12',
        ]),
      ),
    )
      .argument('<id>', 'partition:offset, as `list` prints it')
      .action((id: string, flags: Flags) => show(cli, id, flags)),
  );
  all.addCommand(redriveCommand(cli));
  all.addCommand(discardCommand(cli));
  return all;
}

const redriveCommand = (cli: Cli): Command =>
  filters(
    withFolder(
      withJson(
        command('redrive', 'Send dead letters back to the group that refused them', [
          'dead-letters redrive 0:12',
          'dead-letters redrive --all --plan',
          'dead-letters redrive --group auto-promoter --yes',
        ]),
      ),
    ),
  )
    .argument('[ids...]', 'partition:offset each')
    .option('--all', 'all of them')
    .option('--plan', 'only say what it would do, letter by letter, and which groups took the record already')
    .option('--yes', 'do not ask')
    .action((ids: readonly string[], flags: Flags) => redrive(cli, ids, flags));

const discardCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command('discard', 'Give dead letters up: never decided, and their keys no longer wait for them', [
        'dead-letters discard 0:12',
      ]),
    ),
  )
    .argument('<ids...>', 'partition:offset each')
    .option('--yes', 'do not ask')
    .action((ids: readonly string[], flags: Flags) => discard(cli, ids, flags));

const filters = (to: Command): Command =>
  to.option('--group <group>', 'only what this group refused').option('--topic <topic>', 'only records of this topic');

const filterOf = ({ group, topic }: Flags): { group?: string; topic?: string } => ({
  ...(group === undefined ? {} : { group }),
  ...(topic === undefined ? {} : { topic }),
});

async function list(cli: Cli, flags: Flags): Promise<void> {
  const { out } = cli;
  const found = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.dead_letters({ ...filterOf(flags), limit: flags.limit ?? 20 }),
  );
  if (flags.json === true) return out.json(found);
  if (found.total === 0) return out.line('No dead letters.');
  const width = Math.max(30, (out.columns ?? 160) - 88);
  printTable(
    out,
    [{ head: 'id' }, { head: 'when' }, { head: 'group' }, { head: 'record' }, { head: 'stage' }, { head: 'why' }],
    found.rows.map((row) => rowCells(out, row, width)),
  );
  if (found.total > found.rows.length) out.note(`${count(found.total)} in all; --limit shows more`);
}

const rowCells = (out: Output, row: DeadLetterRow, width: number): readonly string[] => [
  row.id,
  clock(row.at_ms),
  row.group,
  `${row.topic}/${row.partition}/${row.offset}`,
  row.settled === null ? row.stage : out.colour.dim(row.settled),
  cut(row.message, width),
];

async function show(cli: Cli, id: string, flags: Flags): Promise<void> {
  const letter = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.dead_letter({ id }),
  );
  if (letter === null) throw new FlywheelError('dead_letter.unknown', { id });
  if (flags.json === true) cli.out.json(letter);
  else printLetter(cli.out, letter);
}

function printLetter(out: Output, letter: DeadLetterDetail): void {
  const { bold, dim, green, red } = out.colour;
  out.line(bold(`${letter.code}: ${letter.message}`));
  const fields: readonly (readonly [string, string | null])[] = [
    ['record', `${letter.topic}/${letter.partition}/${letter.offset}`],
    ['refused by', `${letter.group} (${letter.stage}) at ${clock(letter.at_ms)}`],
    ['field', letter.field],
    ['key', letter.key],
    ['state', letter.settled ?? 'waits'],
    ['magic byte', letter.magic_byte === null ? null : String(letter.magic_byte)],
    [
      'schema id',
      letter.schema_id === null
        ? null
        : `${letter.schema_id}${letter.schema_name === null ? '' : ` (${letter.schema_name})`}`,
    ],
  ];
  for (const [name, value] of fields) if (value !== null) out.line(`  ${dim(name.padEnd(11))}${value}`);
  for (const [name, value] of Object.entries(letter.headers))
    out.line(`  ${dim('header'.padEnd(11))}${name}: ${value}`);
  out.line();
  out.line(bold(`${count(letter.value_bytes)} bytes`));
  if (letter.value_base64 !== null)
    for (const line of hexLines(Buffer.from(letter.value_base64, 'base64'))) out.line(`  ${line}`);
  out.line();
  out.line(bold('what each decoder says'));
  for (const { decoder, ok, said, value } of letter.decoders) {
    out.line(`  ${ok ? green('yes') : red('no ')} ${decoder.padEnd(24)} ${said}`);
    if (value !== undefined && value !== null)
      for (const line of JSON.stringify(value, null, 2).split('\n').slice(0, 40)) out.line(`        ${dim(line)}`);
  }
}

/** Bytes shown of a value. */
const most_bytes = 256;

/** Offset, sixteen bytes in hexadecimal, and the same as ASCII. */
function hexLines(value: Buffer): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(value.length, most_bytes); at += 16) {
    const part = value.subarray(at, at + 16);
    const hex = (part.toString('hex').match(/../g) ?? []).join(' ');
    lines.push(
      `${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${part.toString('latin1').replace(/[^\x20-\x7e]/g, '.')}`,
    );
  }
  if (value.length > most_bytes) lines.push(`…     ${count(value.length - most_bytes)} more bytes`);
  return lines;
}

async function redrive(cli: Cli, ids: readonly string[], flags: Flags): Promise<void> {
  if (ids.length === 0 && flags.all !== true && flags.group === undefined && flags.topic === undefined)
    throw new FlywheelError('usage.invalid', {
      why: 'nothing says which dead letters to send back',
      what_to_do: 'name their ids, or --group, --topic or --all',
    });
  const choice = { ...filterOf(flags), ...(ids.length === 0 ? {} : { ids }) };
  if (flags.plan === true) return plan(cli, choice, flags);
  const done = await withSession(cli.root, configOf(cli, flags), { create: false }, async ({ operations, own }) => {
    if (flags.yes !== true) {
      const { decided, refused } = await operations.plan_redrive({ ...choice, limit: 1 });
      const question = `Send ${counted(decided + refused, 'dead letter')} back?${refused > 0 ? ` ${count(refused)} would be refused again.` : ''}`;
      if (decided + refused > 0 && !(await cli.confirm(question))) return null;
    }
    const result = await operations.redrive(choice);
    await own?.drain();
    return result;
  });
  if (done === null)
    throw new FlywheelError('usage.invalid', { why: 'nothing was sent back', what_to_do: 'add --yes to a script' });
  if (flags.json === true) cli.out.json(done);
  else if (done.redriven === 0) cli.out.line('Nothing to send back: none matches that was not sent back before.');
  else cli.out.line(`${count(done.redriven)} sent back, of ${counted(done.keys, 'key')}.`);
}

async function plan(
  cli: Cli,
  choice: { readonly group?: string; readonly topic?: string; readonly ids?: readonly string[] },
  flags: Flags,
): Promise<void> {
  const { out } = cli;
  const found = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.plan_redrive({ ...choice, limit: most_planned }),
  );
  if (flags.json === true) return out.json(found);
  if (found.total === 0) return out.line('Nothing matches.');
  printTable(
    out,
    [
      { head: 'id' },
      { head: 'group' },
      { head: 'record' },
      { head: 'key' },
      { head: 'would be' },
      { head: 'taken by' },
    ],
    found.rows.map((row) => planCells(out, row)),
  );
  out.line(planLine(found));
}

/** Rows that a plan prints; all are counted. */
const most_planned = 200;

const outcome_words = { decided: 'decided', refused: 'refused again', nothing: 'left out' } as const;

function planCells(out: Output, row: PlannedLetterRow): readonly string[] {
  const { yellow, dim } = out.colour;
  const passing = row.passes > 0 ? `, before ${counted(row.passes, 'older one')} of its key` : '';
  const said = `${outcome_words[row.outcome]}${row.reason === null ? '' : `: ${row.reason}`}${passing}`;
  const taken = [...row.handled_by, ...row.not_yet.map((group) => `${group} (not yet)`)];
  return [
    row.id,
    row.group,
    `${row.topic}/${row.partition}/${row.offset}`,
    row.key,
    row.outcome === 'decided' ? said : row.outcome === 'refused' ? yellow(said) : dim(said),
    taken.length === 0 ? 'no other group' : taken.join(', '),
  ];
}

const planLine = ({ decided, refused, nothing }: RedrivePlan): string =>
  `${count(decided)} would be decided once more by the group that refused them, ${count(refused)} refused again, ${count(nothing)} left out. No other group gets any of them.`;

async function discard(cli: Cli, ids: readonly string[], flags: Flags): Promise<void> {
  const done = await withSession(cli.root, configOf(cli, flags), { create: false }, async ({ operations, own }) => {
    if (flags.yes !== true && !(await cli.confirm(`Give ${counted(ids.length, 'dead letter')} up for good?`)))
      return null;
    const result = await operations.discard({ ids });
    await own?.drain();
    return result;
  });
  if (done === null)
    throw new FlywheelError('usage.invalid', { why: 'nothing was given up', what_to_do: 'add --yes to a script' });
  if (flags.json === true) cli.out.json(done);
  else if (done.discarded === 0) cli.out.line('Nothing to give up: none of them waits.');
  else cli.out.line(`${count(done.discarded)} given up, of ${counted(done.keys, 'key')}.`);
}
