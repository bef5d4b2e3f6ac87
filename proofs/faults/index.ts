/** `npm run faults`: kills the embedded engine at named steps and at random, and compares what is left. */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { steps } from '../../engine/faults.ts';
import { generator } from '../../engine/seed.ts';
import { machine, printReport, type Measure } from '../measures.ts';
import { faultRun, type FaultResult, type Kill } from './run.ts';

export interface FaultOptions {
  readonly seed: number;
  readonly kills: number;
  readonly onProgress?: (text: string) => void;
}

/** Kills per run: enough to meet each step, few enough that a failing run can be read. */
const kills_per_run = 12;

/** Each step in turn, and as often a random moment; `forget` now and then where order is not fixed by the clock. */
function plan(kills: number, random: () => number, forgetting: boolean): readonly Kill[] {
  return Array.from({ length: kills }, (_, i): Kill => {
    const at = i % 2 === 0 ? (steps[(i / 2) % steps.length] ?? 'random') : 'random';
    return { at, forget: forgetting && random() < 0.4 };
  });
}

/** Kills until the number is reached: half the runs compared with an uninterrupted one, half with forgetful ledgers. */
export async function faults(
  options: FaultOptions,
): Promise<{ readonly measures: readonly Measure[]; readonly ok: boolean }> {
  const random = generator(options.seed);
  const counts = { kills: 0, forgotten: 0, runs: 0, unequal: 0, breaks: 0, differences: 0 };
  const hits = new Map<string, number>();
  while (counts.kills < options.kills) {
    const seed = Math.floor(random() * 2 ** 31);
    const exact = counts.runs % 2 === 0;
    const common = { seed, turns: 400, bug: 'none' } as const;
    const kills = plan(Math.min(kills_per_run, options.kills - counts.kills + 2), random, !exact);
    const result: FaultResult = await faultRun({ ...common, clock: exact ? 'turn' : 'coarse', kills });
    for (const [at, n] of result.hits) hits.set(at, (hits.get(at) ?? 0) + n);
    counts.kills += [...result.hits.values()].reduce((sum, n) => sum + n, 0);
    counts.forgotten += result.forgotten;
    counts.breaks += result.seen.breaks;
    counts.differences += result.differences;
    counts.runs++;
    if (exact) {
      const expected = await faultRun({ ...common, clock: 'turn', kills: [] });
      if (!isDeepStrictEqual(result.seen, expected.seen)) counts.unequal++;
    }
    options.onProgress?.(
      `${counts.kills} of ${options.kills} kills, ${counts.unequal + counts.breaks + counts.differences} differences`,
    );
  }
  const measure = (
    name: string,
    value: number,
    unit: string,
    labels: Readonly<Record<string, string>> = {},
  ): Measure => ({ name, labels, value, unit, n: counts.runs });
  return {
    ok: counts.unequal + counts.breaks + counts.differences === 0,
    measures: [
      ...[...hits].map(([at, n]) => measure('kills', n, 'kills', { at })),
      measure('ledger_forgotten', counts.forgotten, 'times'),
      measure('unequal_runs', counts.unequal, 'runs'),
      measure('broken_links', counts.breaks, 'links'),
      measure('rebuild_differences', counts.differences, 'keys'),
    ],
  };
}

if (
  process.argv[1] !== undefined &&
  import.meta.url.endsWith('proofs/faults/index.ts') &&
  process.argv[1].endsWith('proofs/faults/index.ts')
) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      kills: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
    },
  });
  const seed = Number(values.seed);
  const { measures, ok } = await faults({
    seed,
    kills: Number(values.kills),
    onProgress: (text) => process.stderr.write(`\r${text}`),
  });
  process.stderr.write('\n');
  printReport({ command: 'faults', seed, machine: machine(), measures }, { json: values.json });
  if (!ok) process.exitCode = 1;
}
