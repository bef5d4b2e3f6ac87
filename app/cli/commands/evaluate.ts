/** `flywheel evaluate NAME`: simulations with known truth; they run in a process of their own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { command, wholeNumber, withJson, type Cli } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';

interface Flags {
  readonly json?: boolean;
  readonly quick?: boolean;
  readonly seed: number;
}

const proof = fileURLToPath(new URL('../../../proofs/evaluation/index.ts', import.meta.url));

export const evaluateCommand = (cli: Cli): Command =>
  withJson(
    command(
      'evaluate',
      'Simulate worlds whose truth is known, and say how often the loops are wrong and what it costs',
      ['evaluate winners --quick', 'evaluate allocation --seed 7 --json'],
    ),
  )
    .argument('<name>', 'winners or allocation')
    .option('--quick', 'fewer runs, wider intervals')
    .option('--seed <n>', 'seed of the simulations', wholeNumber, 1)
    .action((name: string, flags: Flags) => run(cli, name, flags));

async function run(cli: Cli, name: string, { json, quick, seed }: Flags): Promise<void> {
  const options = [
    name,
    '--seed',
    String(seed),
    ...(quick === true ? ['--quick'] : []),
    ...(json === true ? ['--json'] : []),
  ];
  const child = spawn(process.execPath, ['--import', 'tsx', proof, ...options], { stdio: 'inherit' });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) =>
      resolve(signal === null ? (status ?? exit_codes.internal) : exit_codes.interrupted),
    );
  });
  cli.end(code);
}
