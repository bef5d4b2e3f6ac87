/** `flywheel models`: which model of an account predicts, what it came from, and going back to an earlier one. */
import { InvalidArgumentError, type Command } from 'commander';
import { FlywheelError } from '../../../topology/errors.ts';
import type { AccountModels, TrainedModel } from '../../operations/predictions/models-view.ts';
import { count, number } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import type { Output } from '../output.ts';
import { withSession } from '../session.ts';
import { clock } from '../time.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly rollback?: string;
  readonly reason?: string;
}

function reasonOf(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must say something.');
  return text.trim();
}

export const modelsCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'models',
        'Show which model of an account predicts and what it learned from, or go back to an earlier one',
        [
          'models act_1001',
          'models act_1001 --rollback drift-act_1001-20410 --reason "worse since the sale"',
          'models act_1001 --rollback none --reason "broken pixel"',
        ],
      ),
    ),
  )
    .argument('<account>', 'ad account')
    .option('--rollback <model>', 'let this model predict, or none of them')
    .option('--reason <text>', 'why, kept with the change', reasonOf)
    .action((account: string, flags: Flags) => run(cli, account, flags));

async function run({ root, out, ...cli }: Cli, account_id: string, flags: Flags): Promise<void> {
  const { json, rollback, reason, ...settings } = flags;
  if (rollback !== undefined && reason === undefined)
    throw new FlywheelError('usage.invalid', { why: 'no reason is given', what_to_do: 'say why: --reason "…"' });
  await withSession(root, configOf({ root, out, ...cli }, settings), { create: false }, async ({ operations }) => {
    if (rollback !== undefined && reason !== undefined) {
      const to_model_id = rollback === 'none' ? null : rollback;
      const asked = await operations.roll_back_model({ account_id, to_model_id, reason });
      if (json === true) return out.json(asked);
      return out.line(`Asked: ${to_model_id ?? 'no model'} predicts in ${account_id} from the next prediction on.`);
    }
    const found = await operations.models({ account_id });
    if (json === true) out.json(found);
    else print(out, found);
  });
}

function print(out: Output, { account_id, champion, trained, lineage }: AccountModels): void {
  const { bold, dim } = out.colour;
  out.line(`${bold(account_id)}  ${champion === null ? 'no model predicts' : `${champion} predicts`}`);
  if (trained.length === 0)
    out.line(dim('No model was trained yet: one is asked for when enough predictions matured.'));
  for (const model of trained) for (const line of linesOf(out, model)) out.line(line);
  for (const { how, model_id, replaced, at_ms } of lineage)
    out.line(dim(`${clock(at_ms)}  ${how}: ${model_id ?? 'none'} in place of ${replaced ?? 'none'}`));
}

function* linesOf({ colour }: Output, model: TrainedModel): Generator<string> {
  const { model_id, status, why, rows, held_back_rows, from_ms, to_ms, at_ms, difference } = model;
  const mark = model.in_use ? colour.green('predicts') : model.kept ? 'kept' : colour.dim(status);
  yield `${clock(at_ms)}  ${model_id}  ${mark}`;
  yield `  ${why}`;
  const learned = `learned from ${count(rows)} predictions of ${clock(from_ms)} to ${clock(to_ms)}, compared on ${count(held_back_rows)}`;
  const interval = `${number(model.difference_low ?? NaN)} to ${number(model.difference_high ?? NaN)}`;
  yield `  ${colour.dim(difference === null ? learned : `${learned}: loss ${number(difference)} (${interval}) nats against what there was`)}`;
}
