import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arraysOf, treesOf } from '../../../learning/trees/trees.ts';
import { never, request, rowsOf, trainerContract } from '../trainer.contract.ts';
import { parseBooster } from './booster.ts';
import { Boosting, loadLibrary, parametersOf, type Matrix } from './library.ts';
import { xgboostTrainer } from './xgboost.ts';

trainerContract(() => xgboostTrainer());

describe('trees taken out of the library', () => {
  const { log, warn } = console;
  let library: Awaited<ReturnType<typeof loadLibrary>>;
  beforeAll(async () => {
    library = await loadLibrary();
  });
  afterAll(() => Object.assign(console, { log, warn }));

  const columns = 4;
  /** Values that sit on edges too: the library's mark of a missing one, zero, what 32 bits cannot hold. */
  const value = fc.oneof(
    fc.integer({ min: -30_000, max: 30_000 }).map((x) => x / 10_000),
    fc.constantFrom(NaN, -1, 0, 0.1, 1e-30, 3e30, -3e30),
    fc.integer({ min: -3, max: 3 }),
  );
  const row = fc.array(value, { minLength: columns, maxLength: columns });
  const settings = { trees: 12, depth: 4, learning_rate: 0.3, row_share: 0.9, min_leaf_rows: 0.5, shrink_rows: 0.1 };

  it('predict what the library predicts, to a millionth, missing values included', () => {
    const examples = fc.array(
      fc.tuple(
        row,
        fc.integer({ min: 0, max: 500 }).map((x) => x / 100),
      ),
      {
        minLength: 8,
        maxLength: 80,
      },
    );
    let splits = 0;
    fc.assert(
      fc.property(examples, fc.array(row, { maxLength: 10 }), fc.nat(), (given, others, seed) => {
        const matrix: Matrix = {
          rows: given.length,
          columns,
          write: (i, into, at) => into.set(given[i]?.[0] ?? [], at),
          label: (i) => given[i]?.[1] ?? 0,
        };
        const boosting = new Boosting(library, matrix, parametersOf(settings, 1, seed));
        boosting.grow(settings.trees);
        const booster = parseBooster(boosting.binary());
        expect(booster).toMatchObject({ objective: 'count:poisson', base_margin: 0 });
        const arrays = arraysOf(booster.trees);
        splits += arrays.splits.filter((split) => split >= 0).length;
        const trees = treesOf(arrays, columns);
        for (const features of [...given.map(([own]) => own), ...others]) {
          const theirs = boosting.predict(features);
          expect(Math.abs(Math.exp(trees.logRatio(features)) / theirs - 1)).toBeLessThan(1e-6);
        }
        boosting.free();
      }),
      { numRuns: 300 },
    );
    expect(splits).toBeGreaterThan(5_000);
  });

  it('are refused where bytes are missing', () => {
    const matrix: Matrix = { rows: 4, columns: 1, write: (i, into, at) => (into[at] = i), label: (i) => i };
    const boosting = new Boosting(library, matrix, parametersOf(settings, 1, 1));
    boosting.grow(2);
    const binary = boosting.binary();
    expect(parseBooster(binary).trees).toHaveLength(2);
    for (const bytes of [0, 100, 300, 600])
      expect(() => parseBooster(binary.slice(0, bytes))).toThrow('the booster ends at byte');
  });
});

describe('a thread that dies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-trainer-'));
  const dying = (code: string): URL => {
    const file = join(folder, `${Math.abs(code.length)}.mjs`);
    writeFileSync(file, code);
    return pathToFileURL(file);
  };

  it.each([
    ['process.exit(3)', 'ended with code 3'],
    ["throw new Error('out of luck')", 'out of luck'],
    ["setTimeout(() => { throw new Error('later') }, 5)", 'later'],
  ])('is a failure with a code: %s', async (code, why) => {
    const trainer = xgboostTrainer({ module: dying(code) });
    await expect(trainer.train(request(rowsOf(9, 1)), never)).rejects.toMatchObject({
      code: 'training.failed',
      message: expect.stringContaining(why),
    });
  });

  it('for want of memory is a failure too, and the next one is trained', async () => {
    const trainer = xgboostTrainer({
      heap_mb: 8,
      module: dying('const kept = []; for (;;) kept.push(new Array(1000).fill(kept.length + .5));'),
    });
    await expect(trainer.train(request(rowsOf(9, 1)), never)).rejects.toMatchObject({
      code: 'training.failed',
      message: expect.stringContaining('memory'),
    });
    await expect(xgboostTrainer().train(request(rowsOf(99, 1)), never)).resolves.toHaveProperty('trees');
  });
});
