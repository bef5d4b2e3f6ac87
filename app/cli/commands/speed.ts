/** `flywheel speed`: changes how fast the running source's clock goes. */
import type { Command } from 'commander';
import { speedWords } from '../../operations/format/speed.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { withSession } from '../session.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
}

export const speedCommand = (cli: Cli): Command =>
  withFolder(
    withJson(command('speed', "Change the speed of the running source's clock", ['speed 0', 'speed 60', 'speed max'])),
  )
    .argument('<factor>', '0 pauses, 1 is real time, max is as fast as it can')
    .action((factor: string, flags: Flags) => run(cli, factor, flags));

async function run(cli: Cli, factor: string, { json, ...flags }: Flags): Promise<void> {
  const speed = factor === 'max' ? 'max' : Number(factor);
  if (speed !== 'max' && !(speed >= 0))
    throw new FlywheelError('usage.invalid', {
      why: `${JSON.stringify(factor)} is not a speed`,
      what_to_do: 'use a number from 0 on, or max',
    });
  const status = await withSession(cli.root, configOf(cli, flags), { create: false }, ({ operations }) =>
    operations.set_speed({ speed }),
  );
  if (json === true) cli.out.json(status);
  else cli.out.line(`${status.name}: ${speedWords(status.speed)}.`);
}
