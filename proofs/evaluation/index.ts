/** `flywheel evaluate NAME`: how often the loops are wrong and what it costs, where the truth is known. */
import { parseArgs } from 'node:util';
import { printFailure } from '../../app/cli/failure.ts';
import { processOutput } from '../../app/cli/output.ts';
import { FlywheelError } from '../../topology/errors.ts';
import { machine, printReport, type Report } from '../measures.ts';
import { allocation } from './allocation.ts';
import { compound } from './compound/compound.ts';
import { cross } from './cross.ts';
import { drift } from './drift.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';
import { extraction } from './extraction.ts';
import { fatigue } from './fatigue.ts';
import { formula } from './formula.ts';
import { predict } from './predict/predict.ts';
import { promotions } from './promotions.ts';
import { winners } from './winners.ts';

export const evaluations: readonly Evaluation[] = [
  winners,
  allocation,
  extraction,
  formula,
  predict,
  drift,
  fatigue,
  cross,
  compound,
  promotions,
];

export interface RunOptions extends Omit<EvaluationOptions, 'onProgress'> {
  /** Print one JSON object instead of a table. */
  readonly json: boolean;
}

/** Progress on stderr: one line rewritten on a terminal, a line now and then elsewhere. */
function progress(): { readonly say: (text: string) => void; readonly end: () => void } {
  const { stderr } = process;
  let last_ms = 0;
  return {
    say: (text) => {
      const now_ms = performance.now();
      if (now_ms - last_ms < (stderr.isTTY ? 100 : 10_000)) return;
      last_ms = now_ms;
      stderr.write(stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end: () => {
      if (stderr.isTTY) stderr.write('\r\x1b[K');
    },
  };
}

/** Runs an evaluation without printing. Throws an error that lists the names when there is none of this name. */
export async function evaluate(name: string, options: EvaluationOptions): Promise<Report> {
  const evaluation = evaluations.find((one) => one.name === name);
  if (evaluation === undefined)
    throw new FlywheelError('usage.invalid', {
      why: `no evaluation is called ${JSON.stringify(name)}`,
      what_to_do: `choose one of: ${evaluations.map((one) => one.name).join(', ')}`,
    });
  const measures = await evaluation.run(options);
  return {
    command: `evaluate ${name}${options.quick ? ' --quick' : ''}`,
    seed: options.seed,
    machine: machine(),
    measures,
  };
}

/** Runs an evaluation, progress on stderr and figures on stdout. */
export async function run(name: string, { json, ...options }: RunOptions): Promise<Report> {
  const { say, end } = progress();
  const report = await evaluate(name, { ...options, onProgress: say });
  end();
  printReport(report, { json });
  return report;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      data: { type: 'string' },
      train: { type: 'string' },
      test: { type: 'string' },
      learn: { type: 'boolean', default: false },
    },
  });
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed} is not an integer; give one, such as 1`);
  const { quick, json, data, train, test, learn } = values;
  await run(positionals[0] ?? '', { seed, quick, json, data, train, test, learn });
}

if (process.argv[1]?.endsWith('proofs/evaluation/index.ts') === true)
  main().catch((error: unknown) => {
    process.exitCode = printFailure(processOutput(), error);
  });
