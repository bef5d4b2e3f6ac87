/** `flywheel niche`: what an account learns with others of its niche, and whether it takes part. */
import type { Command } from 'commander';
import type { NicheView } from '../../../processors/cross-learning/views.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { NicheStanding } from '../../operations/niche/view.ts';
import type { Operations } from '../../operations/operations.ts';
import { count, percent } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import type { Output } from '../output.ts';
import { withSession } from '../session.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly share?: boolean;
  readonly leave?: boolean;
  readonly business?: string;
  readonly niche?: string;
}

export const nicheCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command('niche', 'Show what an account learns with others of its niche, let it take part or take it out', [
        'niche',
        'niche act_1001',
        'niche act_1001 --share --business biz_77 --niche fashion',
        'niche act_1001 --leave',
      ]),
    ),
  )
    .argument('[account]', 'ad account; without it, all niches')
    .option('--share', 'let it take part: it gives what it learns, hidden by noise, and gets what others gave')
    .option('--business <id>', 'business that the account belongs to; all accounts of one count once')
    .option('--niche <name>', 'its niche; read from its creatives where it is left out')
    .option('--leave', 'take it out: what it gave is forgotten with the next release')
    .action((account: string | undefined, flags: Flags) => run(cli, account, flags));

async function run({ root, out, ...cli }: Cli, account: string | undefined, flags: Flags): Promise<void> {
  const { json, share, leave, business, niche, ...settings } = flags;
  const asked = { share: share === true, leave: leave === true };
  if (account === undefined && (asked.share || asked.leave))
    throw new FlywheelError('usage.invalid', {
      why: 'no account is named',
      what_to_do: 'name the account that is to take part or to leave: flywheel niche act_1001 --share --business ID',
    });
  await withSession(root, configOf({ root, out, ...cli }, settings), { create: false }, async ({ operations }) => {
    if (account === undefined) return printStandings(out, await operations.niches(), json === true);
    if (asked.share || asked.leave) await change(operations, account, { ...asked, business, niche });
    const view = await operations.niche({ account_id: account });
    if (json === true) out.json(view);
    else for (const line of lines(out, view, asked)) out.line(line);
  });
}

interface Asked {
  readonly share: boolean;
  readonly leave: boolean;
}

interface Change extends Asked {
  readonly business: string | undefined;
  readonly niche: string | undefined;
}

async function change(
  operations: Operations,
  account_id: string,
  { share, leave, business, niche }: Change,
): Promise<void> {
  if (share && leave)
    throw new FlywheelError('usage.invalid', {
      why: '--share and --leave are given together',
      what_to_do: 'give one of them',
    });
  const business_id = business ?? (await operations.niche({ account_id })).business_id;
  if (business_id === null)
    throw new FlywheelError('usage.invalid', {
      why: `it is not known which business ${account_id} belongs to`,
      what_to_do: 'name it with --business ID',
    });
  await operations.share_account({ account_id, business_id, shares: share, ...(niche === undefined ? {} : { niche }) });
}

function printStandings(out: Output, standings: readonly NicheStanding[], json: boolean): void {
  if (json) return out.json(standings);
  if (standings.length === 0)
    return out.line('No account takes part. Let one: flywheel niche ACCOUNT --share --business ID');
  for (const { niche, accounts, businesses, releases, status, needed } of standings) {
    const said =
      status === null
        ? 'no release yet'
        : status === 'released'
          ? `${count(releases)} releases`
          : `too few businesses: about ${count(needed ?? 0)} are needed`;
    out.line(
      `${niche.padEnd(14)} ${count(accounts).padStart(7)} ${accounts === 1 ? 'account ' : 'accounts'} of ${count(businesses).padStart(6)} ${businesses === 1 ? 'business  ' : 'businesses'}  ${out.colour.dim(said)}`,
    );
  }
}

type Row = (name: string, value: string, note?: string) => string;

function lines({ colour }: Output, view: NicheView, { share, leave }: Asked): readonly string[] {
  const { account_id, business_id, niche, pattern } = view;
  const row: Row = (name, value, note = '') =>
    `${name.padEnd(12)} ${value}${note === '' ? '' : `  ${colour.dim(note)}`}`;
  return [
    ...(share || leave ? [`${account_id} ${share ? 'takes part' : 'leaves'} once the loop has read it.`] : []),
    row('account', account_id, business_id === null ? '' : `of ${business_id}`),
    row('niche', niche?.niche ?? 'unknown', sourceOf(niche)),
    row('learns', view.words),
    ...figures(view, row),
    ...(pattern === null
      ? []
      : [colour.dim('Effects are associations, added up with noise that hides each business.')]),
  ];
}

function sourceOf(niche: NicheView['niche']): string {
  if (niche === null) return '';
  return niche.source === 'people'
    ? 'as people set it'
    : `confidence ${niche.confidence.toFixed(2)}, from its creatives`;
}

function figures({ given, benchmarks, playbook }: NicheView, row: Row): readonly string[] {
  const rows: string[] = [];
  if (given !== null) {
    const { ads, impressions, effects } = given;
    rows.push(row('gives', `${count(ads)} ads, ${count(impressions)} impressions, ${count(effects.length)} effects`));
  }
  if (benchmarks !== null) {
    const { p25, p50, p75, p90 } = benchmarks;
    const rate = given?.rate ?? null;
    const own = rate === null ? '' : `this account ${percent(rate)}`;
    const rates = `p25 ${percent(p25)}, p50 ${percent(p50)}, p75 ${percent(p75)}, p90 ${percent(p90)}`;
    rows.push(row('click rates', rates, own));
  }
  for (const { trait, value, effect, low, high, own_experiments } of playbook) {
    const known = own_experiments === 0 ? 'not compared here yet' : `${count(own_experiments)} experiments here`;
    rows.push(row('test', `${trait} ${value}: ${signed(effect)} (${signed(low)} to ${signed(high)})`, known));
  }
  return rows;
}

const signed = (log: number): string => `${log < 0 ? '−' : '+'}${percent(Math.abs(Math.expm1(log)))}`;
