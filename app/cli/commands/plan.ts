/** `flywheel plan`: what an experiment could show, before it is declared; no store is opened. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { most_days } from '../../../learning/evidence/plan.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { outlookOf, type Outlook, type Question } from '../../../processors/auto-promoter/plan.ts';
import { count, percent } from '../../operations/format/numbers.ts';
import { command, withJson, type Cli } from '../command.ts';
import type { Output } from '../output.ts';

interface Flags {
  readonly json?: boolean;
  readonly rate: number;
  readonly perDay: number;
  readonly ads: number;
  readonly days: number;
  readonly lift: number;
  readonly metric: 'link_ctr' | 'cvr';
  readonly design: 'randomised' | 'parallel';
  readonly plannedExperiments: number;
}

const policy = defaultPolicy.evidence;
const most_ads = 20;
const most_per_day = 1e8;

export const planCommand = (cli: Cli): Command =>
  withJson(
    command('plan', 'Say what an experiment could show before it starts: the smallest lift, and the days it takes', [
      'plan --rate 0.015 --per-day 12000',
      'plan --metric cvr --rate 0.03 --per-day 800 --days 28 --lift 0.3',
    ]),
  )
    .requiredOption('--rate <fraction>', 'rate that is expected: 0.015 is 1.5 %', between(0.000_01, 0.5))
    .requiredOption(
      '--per-day <n>',
      'impressions of each ad in a day; link clicks for --metric cvr',
      between(1, most_per_day),
    )
    .option('--ads <n>', 'ads that compete', wholeBetween(2, most_ads), 2)
    .option('--days <n>', 'days that the experiment is planned for', wholeBetween(1, most_days), 14)
    .option('--lift <fraction>', 'lift that is hoped for: 0.2 is +20 %', between(0.01, 4), 0.2)
    .addOption(new Option('--metric <name>', 'primary metric').choices(['link_ctr', 'cvr']).default('link_ctr'))
    .addOption(new Option('--design <name>', 'design').choices(['randomised', 'parallel']).default('parallel'))
    .option(
      '--planned-experiments <n>',
      'experiments that share the error budget of a quarter, as in the policy',
      wholeBetween(1, 100_000),
      policy.planned_experiments,
    )
    .action((flags: Flags) => run(cli, flags));

function run({ out }: Cli, flags: Flags): void {
  const { rate, perDay: trials_per_day, ads, days, lift, metric: primary_metric, design, plannedExperiments } = flags;
  const question = { design, primary_metric, rate, ads, trials_per_day, days, lift };
  const outlook = outlookOf(question, { ...policy, planned_experiments: plannedExperiments });
  if (flags.json === true) out.json({ ...question, planned_experiments: plannedExperiments, ...finite(outlook) });
  else for (const line of lines(out, question, outlook)) out.line(line);
}

/** JSON has no infinity: null stands for never. */
const finite = (outlook: Outlook): Readonly<Record<string, number | null>> =>
  Object.fromEntries(
    Object.entries(outlook).map(([name, value]: [string, number]) => [name, Number.isFinite(value) ? value : null]),
  );

function lines({ colour }: Output, { days, lift }: Question, outlook: Outlook): readonly string[] {
  const smallest = Number.isFinite(outlook.smallest_lift) ? `+${percent(outlook.smallest_lift)}` : 'none';
  const row = (name: string, value: string, note: string): string =>
    `${name.padEnd(26)} ${colour.bold(value.padStart(9))}  ${colour.dim(note)}`;
  return [
    row(`smallest lift in ${count(days)} days`, smallest, 'that nine in ten experiments find'),
    row(
      `days for +${percent(lift)}`,
      inDays(outlook.days_of_most),
      `nine in ten find it by then; half of them within ${inDays(outlook.days_of_half)}`,
    ),
    row(
      'days of a single look',
      inDays(outlook.days_of_one_look),
      `${count(Math.ceil(outlook.successes_of_one_look))} successes of each ad: a z-test that is not looked at before`,
    ),
    colour.dim('Hours are drawn independently. Those of a real account resemble each other, and take longer.'),
  ];
}

const inDays = (days: number): string => (Number.isFinite(days) ? count(Math.ceil(days)) : `over ${count(most_days)}`);

/** Parser of a number in a range. */
function between(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= low && value <= high))
      throw new InvalidArgumentError(`It must be a number from ${low} to ${high}.`);
    return value;
  };
}

function wholeBetween(low: number, high: number): (text: string) => number {
  const parse = between(low, high);
  return (text) => {
    const value = parse(text);
    if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
    return value;
  };
}
