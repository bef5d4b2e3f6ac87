/** `flywheel evaluate NAME`: the loops against what is known to be true; runs in a process of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { command, wholeNumber, withJson, type Cli } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';

interface Flags {
  readonly json?: boolean;
  readonly quick?: boolean;
  readonly seed: number;
  readonly data?: string;
  readonly train?: string;
  readonly test?: string;
  readonly learn?: boolean;
}

const proof = fileURLToPath(new URL('../../../proofs/evaluation/index.ts', import.meta.url));

export const evaluateCommand = (cli: Cli): Command =>
  withJson(
    command(
      'evaluate',
      'Say how often the loops are wrong and what it costs, where the truth is known: in simulated worlds, by hand or on record',
      [
        'evaluate winners --quick',
        'evaluate allocation --seed 7 --json',
        'evaluate extraction --data tests.csv.gz',
        'evaluate predict --train tests.csv.gz',
      ],
    ),
  )
    .argument(
      '<name>',
      'winners, allocation, extraction, formula, predict, drift, fatigue, cross, compound or promotions',
    )
    .option('--quick', 'fewer runs, wider intervals')
    .option('--seed <n>', 'seed of the simulations', wholeNumber, 1)
    .option('--data <file>', 'recorded A/B tests as CSV, gzipped or not; extraction needs them')
    .option('--train <file>', 'predict: recorded tests to learn from; alone, they are predicted in forward folds')
    .option('--test <file>', 'predict: recorded tests to predict')
    .option('--learn', 'predict: learn from the predicted tests too, each after its prediction')
    .action((name: string, flags: Flags) => run(cli, name, flags));

async function run(cli: Cli, name: string, { json, quick, seed, data, train, test, learn }: Flags): Promise<void> {
  const options = [
    name,
    '--seed',
    String(seed),
    ...(quick === true ? ['--quick'] : []),
    ...(json === true ? ['--json'] : []),
    ...(data === undefined ? [] : ['--data', data]),
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
