/**
 * `evaluate formula`: whether the intervals of trait effects hold the truth where it is known, and with `--data` what the
 * formula finds in recorded tests and how well it knows the better headline of later ones.
 */
import { defaultDnaPolicy } from '../../policy/dna.ts';
import { readTests } from '../../ports/sources/ab-test-csv/read.ts';
import type { Measure } from '../measures.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';
import { dataMeasures } from './formula-data.ts';
import { worldMeasures, worlds } from './formula-world.ts';

/** Simulated accounts a world. */
const all_runs = 400;
const quick_runs = 20;

async function run({ seed, quick, data, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
  const runs = quick ? quick_runs : all_runs;
  const simulated = worlds.flatMap((world) => {
    onProgress?.(`formula: ${world.name}`);
    return worldMeasures(world, defaultDnaPolicy, runs, seed);
  });
  if (data === undefined) return simulated;
  onProgress?.(`formula: ${data}`);
  const { tests } = await readTests(data, Date.now());
  return [...simulated, ...dataMeasures(tests, defaultDnaPolicy, seed)];
}

export const formula: Evaluation = {
  name: 'formula',
  description: 'Whether intervals of trait effects hold the truth, and how well they know the better headline.',
  run,
};
