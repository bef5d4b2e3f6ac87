/** `flywheel explain DECISION`: from which events, under which policy, by which numbers; and would it be made again. */
import type { Command } from 'commander';
import type { EventView, Explanation } from '../../operations/operations.ts';
import { count, number } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { cut, type Output } from '../output.ts';
import { saveCase } from '../../operations/decisions/save-case.ts';
import { withSession } from '../session.ts';
import { clock, minute } from '../time.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly save?: boolean | string;
}

export const explainCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'explain',
        'Walk back from a decision to its events, state and policy, and make it again (exit 1 if it comes out otherwise)',
        [
          'explain auto-promoter/1/evidence.changed/0/812/0',
          'explain auto-promoter/1/evidence.changed/0/812/0 --save close-call',
        ],
      ),
    ),
  )
    .argument('<decision>', 'its id, as `flywheel start` prints it')
    .option('--save [name]', "keep it as a case in the processor's cases/, which its test picks up")
    .action((id: string, flags: Flags) => run(cli, id, flags));

async function run(cli: Cli, id: string, flags: Flags): Promise<void> {
  const found = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.explain({ id }),
  );
  if (found === null) throw new FlywheelError('decision.unknown', { id });
  if (!found.reproduced) cli.end(exit_codes.answer_is_no);
  const saved =
    flags.save === undefined || flags.save === false ? null : saveCase(found, flags.save === true ? null : flags.save);
  if (flags.json === true) cli.out.json(saved === null ? found : { ...found, saved });
  else print(cli.out, found);
  if (saved !== null) cli.out.note(`saved as ${saved}; the test of the processor runs it from now on`);
}

/** Raw events printed; `--json` has more. */
const shown_inputs = 8;

function print(out: Output, found: Explanation): void {
  const { bold, dim, green, red } = out.colour;
  out.line(bold(found.words));
  out.line();
  out.line(`${dim('decision ')} ${found.decision.topic} ${found.decision.id ?? ''}`);
  out.line(`${dim('group    ')} ${found.group}${found.state_key === '' ? '' : `, state ${found.state_key}`}`);
  out.line(`${dim('policy   ')} ${found.policy_version}`);
  found.chain.forEach((event, i) => out.line(`${dim(i === 0 ? 'because  ' : '  because')} ${placeOf(event)}`));
  out.line();
  out.line(bold('numbers'));
  const width = Math.max(...Object.keys(found.numbers).map((name) => name.length));
  for (const [name, value] of Object.entries(found.numbers))
    if (name !== 'reason') out.line(`  ${dim(name.padEnd(width))}  ${numberText(name, value)}`);
  out.line();
  out.line(
    `${bold('raw events')} ${dim(`newest ${Math.min(shown_inputs, found.inputs.length)} of ${count(found.inputs_total)}`)}`,
  );
  for (const event of found.inputs.slice(0, shown_inputs))
    out.line(`  ${placeOf(event)}  ${cut(figuresOf(event), Math.max(40, (out.columns ?? 200) - 48))}`);
  out.line();
  out.line(`${bold('state before')} ${cut(JSON.stringify(found.state_before), 2 * (out.columns ?? 160))}`);
  out.line();
  out.line(
    found.reproduced
      ? green('decided again from the log: the same event')
      : red('decided again from the log: NOT the same event'),
  );
}

const placeOf = (event: EventView): string =>
  `${event.topic}/${event.partition}/${event.offset} ${clock(event.appended_ms)}`;

/** The figures of a raw event; its names stand in the decision. */
const figuresOf = ({ value, error }: EventView): string =>
  Object.entries(value ?? {})
    .filter(([, field]) => typeof field === 'number')
    .map(
      ([name, field]) =>
        `${name.replace(/_ms$/, '')} ${name.endsWith('_ms') ? minute(Number(field)) : count(Number(field))}`,
    )
    .join(', ') ||
  (error ?? '');

function numberText(name: string, value: number | string | null): string {
  if (value === null) return '-';
  if (typeof value === 'string') return value;
  return name.endsWith('_ms') ? clock(value) : name === 'seed' ? String(value) : number(value);
}
