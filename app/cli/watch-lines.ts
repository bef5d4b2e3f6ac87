/** What a change of the code changes, for people. */
import { count, counted } from '../operations/format/numbers.ts';
import type { Changed } from '../watch/changed.ts';
import type { Outcome } from '../watch/watch.ts';
import type { Output } from './output.ts';

/** Decisions printed of a change, and fields of each. */
const shown = 20;
const most_fields = 4;

/** The lines that tell what came of a file's change; no file: of the code as it was started. */
export function watchLines({ colour }: Pick<Output, 'colour'>, file: string, outcome: Outcome): readonly string[] {
  const name = colour.bold(file === '' ? 'watch' : file);
  if (outcome.kind === 'broken')
    return [
      `${name}  ${colour.red('nothing is decided with it')}`,
      ...outcome.said.split('\n').map((line) => `  ${line}`),
    ];
  const { changed, events, decisions } = outcome;
  const on = colour.dim(`(${count(decisions)} on the last ${counted(events, 'event')})`);
  if (changed.length === 0) return [`${name}  ${colour.green('every decision stays')} ${on}`];
  const rest = changed.length > shown ? [colour.dim(`  and ${count(changed.length - shown)} more`)] : [];
  return [
    `${name}  ${colour.yellow(`${counted(changed.length, 'decision')} ${changed.length === 1 ? 'differs' : 'differ'}`)} ${on}`,
    ...changed.slice(0, shown).map((one) => `  ${lineOf(colour, one)}`),
    ...rest,
  ];
}

const signs = { new: '+', gone: '-', changed: '~' } as const;

function lineOf(colour: Output['colour'], { kind, topic, account_id, about, fields }: Changed): string {
  const said = fields
    .slice(0, most_fields)
    .map(({ field, before, after }) => `${field} ${text(before)} → ${text(after)}`);
  const more = fields.length > most_fields ? [`${fields.length - most_fields} fields more`] : [];
  return [`${signs[kind]} ${topic}`, colour.dim(about === '' ? account_id : about), [...said, ...more].join(', ')]
    .filter((part) => part !== '')
    .join('  ');
}

const text = (value: unknown): string => {
  const printed = JSON.stringify(value) ?? '-';
  return printed.length > 60 ? `${printed.slice(0, 57)}...` : printed;
};
