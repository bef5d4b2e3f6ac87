/** What the worker thread does: draws copies by weight, lets the library grow trees, and predicts what was held back. */
import { generator } from '../../../learning/numeric.ts';
import { copiesOf, mean_copies } from '../../../learning/trees/resample.ts';
import { arraysOf, most_nodes, treesOf, type TreeArrays, type Trees } from '../../../learning/trees/trees.ts';
import type { Examples, Trained, TrainRequest } from '../port.ts';
import { parseBooster } from './booster.ts';
import { Boosting, parametersOf, type Library, type Matrix } from './library.ts';

/** Numbers in a matrix; with so many the library holds about 600 MB. */
export const most_cells = 20_000_000;

/** Trees between two reports of progress. */
const step = 10;

export function train(library: Library, request: TrainRequest, onProgress: (share: number) => void): Trained {
  const { examples, held_back, rival, settings, seed } = request;
  checkNumbers(examples);
  const { matrix, copies } = drawn(examples, seed);
  const boosting = new Boosting(library, matrix, parametersOf(settings, copies, seed));
  for (let grown = 0; grown < settings.trees; grown += step) {
    boosting.grow(Math.min(step, settings.trees - grown));
    onProgress(Math.min(1, (grown + step) / settings.trees));
  }
  const trees = treesIn(boosting.binary(), examples.columns);
  return {
    trees,
    held_back: logRatios(treesOf(trees, examples.columns), held_back),
    held_back_rival: rival === null ? null : logRatios(treesOf(rival.trees, rival.columns), held_back),
  };
}

/** The examples as a matrix in which each stands as often as its weight says. */
function drawn({ features, columns, ratios, weights }: Examples, seed: number): { matrix: Matrix; copies: number } {
  const total = Math.min(mean_copies * ratios.length, Math.floor(most_cells / columns));
  const counts = copiesOf(weights, total, generator(seed));
  const from = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  let next = 0;
  counts.forEach((count, row) => {
    from.fill(row, next, next + count);
    next += count;
  });
  if (next === 0) throw new Error('no example has any weight');
  const write: Matrix['write'] = (i, into, at) => {
    const row = from[i] ?? 0;
    into.set(features.subarray(row * columns, (row + 1) * columns), at);
  };
  return {
    matrix: { rows: next, columns, write, label: (i) => ratios[from[i] ?? 0] ?? 0 },
    copies: next / ratios.length,
  };
}

function treesIn(binary: Uint8Array, columns: number): TreeArrays {
  const booster = parseBooster(binary);
  if (booster.objective !== 'count:poisson' || booster.base_margin !== 0 || booster.columns > columns)
    throw new Error(`the booster is not what was asked for: ${booster.objective}, base ${booster.base_margin}`);
  const arrays = arraysOf(booster.trees);
  if (arrays.splits.length > most_nodes)
    throw new Error(`the trees have ${arrays.splits.length} nodes, an event carries ${most_nodes}: grow fewer`);
  return arrays;
}

function logRatios(trees: Trees, rows: Float32Array): Float64Array {
  const found = new Float64Array(rows.length / trees.columns);
  for (let i = 0; i < found.length; i++) found[i] = trees.logRatio(rows, i * trees.columns);
  return found;
}

/** Throws where a number would spoil all that is learned from it. */
function checkNumbers({ features, columns, ratios, weights }: Examples): void {
  const infinite = features.findIndex((x) => x === Infinity || x === -Infinity);
  if (infinite >= 0)
    throw new Error(`feature ${infinite % columns} of row ${Math.floor(infinite / columns)} is infinite`);
  ratios.forEach((ratio, row) => {
    const weight = weights[row] ?? NaN;
    if (!(ratio >= 0 && ratio < Infinity && weight >= 0 && weight < Infinity))
      throw new Error(`row ${row} has ratio ${ratio} and weight ${weight}`);
  });
}
