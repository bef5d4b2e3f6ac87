/** `flywheel evaluate NAME`: simulations with known truth, and recorded history; they run in a process of their own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { command, wholeNumber, withJson, type Cli } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';

interface Flags {
  readonly json?: boolean;
  readonly quick?: boolean;
  readonly seed: number;
  readonly train?: string;
  readonly test?: string;
  readonly learn?: boolean;
}

const proof = fileURLToPath(new URL('../../../proofs/evaluation/index.ts', import.meta.url));

export const evaluateCommand = (cli: Cli): Command =>
  withJson(
    command(
      'evaluate',
      'Simulate worlds whose truth is known, or predict recorded tests, and say how often the loops are wrong',
      ['evaluate winners --quick', 'evaluate allocation --seed 7 --json', 'evaluate predict --train tests.csv.gz'],
    ),
  )
    .argument('<name>', 'winners, allocation or predict')
    .option('--quick', 'fewer runs, wider intervals')
    .option('--seed <n>', 'seed of the simulations', wholeNumber, 1)
    .option('--train <file>', 'predict: recorded tests to learn from (CSV); alone, it is predicted in forward folds')
    .option('--test <file>', 'predict: recorded tests to predict (CSV)')
    .option('--learn', 'predict: learn from the predicted tests as they pass')
    .action((name: string, flags: Flags) => run(cli, name, flags));

async function run(cli: Cli, name: string, { json, quick, seed, train, test, learn }: Flags): Promise<void> {
  const options = [
    name,
    '--seed',
    String(seed),
    ...(quick === true ? ['--quick'] : []),
    ...(json === true ? ['--json'] : []),
    ...(train === undefined ? [] : ['--train', train]),
    ...(test === undefined ? [] : ['--test', test]),
    ...(learn === true ? ['--learn'] : []),
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
