/**
 * ml-xgboost's compiled module, called without its wrapper: that one copies the matrix to a stack of 5 MB, which it
 * overruns near 100,000 × 20, and takes neither 32-bit floats nor news of progress. Only for worker threads: what it
 * prints is captured, and its memory is never given back.
 */
import type module from 'ml-xgboost/dist/wasm/xgboost.js';
import { missing_mark, next_to_mark } from './booster.ts';
import type { TreeSettings } from '../port.ts';

export type Library = Awaited<typeof module.isReady>;

/** What the library printed last, for the message of a failure. */
const said: string[] = [];
const said_most = 20;
const hear = (...words: unknown[]): void => {
  said.push(words.map(String).join(' '));
  if (said.length > said_most) said.shift();
};

/** An error in the library's own words. It throws numbers and texts, after it printed what is wrong. */
export function libraryError(error: unknown): Error {
  if (error instanceof Error) return error;
  const words = said.filter((line) => line.includes('Check failed') || line.includes('abort'));
  return new Error([...words, String(error)].join('; ').slice(0, 1_000));
}

export async function loadLibrary(): Promise<Library> {
  console.log = hear;
  console.warn = hear;
  // Compiling while loading needs a URL, which a file's path is not: the library would say so and load it at once anyway.
  const compiler: unknown = Reflect.get(globalThis, 'WebAssembly');
  if (typeof compiler === 'object' && compiler !== null) Reflect.deleteProperty(compiler, 'instantiateStreaming');
  const before = process.listeners('uncaughtException');
  const { default: loading } = await import('ml-xgboost/dist/wasm/xgboost.js');
  // It catches what nobody caught only to throw it again, without its origin.
  for (const listener of process.listeners('uncaughtException'))
    if (!before.includes(listener)) process.off('uncaughtException', listener);
  return loading.isReady;
}

const asFloat = (x: number): number => (Number.isNaN(x) ? missing_mark : x === missing_mark ? next_to_mark : x);

/** Rows to be learned from as the library takes them. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Writes row `i` of the matrix to `into` at `at`; NaN where a value is missing. */
  readonly write: (i: number, into: Float32Array, at: number) => void;
  readonly label: (i: number) => number;
}

/** A booster that is being trained. */
export class Boosting {
  readonly #library: Library;
  readonly #model: number;
  readonly #columns: number;

  constructor(library: Library, { rows, columns, write, label }: Matrix, parameters: Readonly<Record<string, string>>) {
    const matrix = allocate(library, rows * columns);
    const labels = allocate(library, rows);
    for (let i = 0; i < rows; i++) {
      const at = matrix / 4 + i * columns;
      write(i, library.HEAPF32, at);
      for (let j = 0; j < columns; j++) library.HEAPF32[at + j] = asFloat(library.HEAPF32[at + j] ?? NaN);
      library.HEAPF32[labels / 4 + i] = label(i);
    }
    this.#library = library;
    this.#columns = columns;
    this.#model = library._create_model(matrix, labels, rows, columns);
    library._free(matrix);
    library._free(labels);
    for (const [name, value] of Object.entries(parameters))
      library.ccall('set_param', null, ['number', 'string', 'string'], [this.#model, name, value]);
  }

  /** Adds so many trees. */
  grow(trees: number): void {
    this.#library._train_full_model(this.#model, trees);
  }

  /** What the library itself predicts of a row; NaN where a value is missing. */
  predict(row: ArrayLike<number>): number {
    const library = this.#library;
    const at = allocate(library, this.#columns + 1);
    for (let j = 0; j < this.#columns; j++) library.HEAPF32[at / 4 + j] = asFloat(row[j] ?? NaN);
    const answer = at + 4 * this.#columns;
    library._predict_one(this.#model, at, this.#columns, answer);
    const rate = library.HEAPF32[answer / 4] ?? NaN;
    library._free(at);
    return rate;
  }

  /** Gives its memory back to the library; it must not be used any more. */
  free(): void {
    this.#library._free_memory_model(this.#model);
  }

  /** The booster in xgboost's binary format. */
  binary(): Uint8Array {
    const bytes = this.#library._save_model(this.#model);
    if (bytes <= 0) throw new Error('the library did not give the model back');
    const at = this.#library._malloc(bytes);
    this.#library._get_file_content(at, bytes);
    const binary = this.#library.HEAPU8.slice(at, at + bytes);
    this.#library._free(at);
    return binary;
  }
}

/** Room for 32-bit floats. Throws where there is none. */
function allocate(library: Library, floats: number): number {
  const at = library._malloc(4 * floats);
  if (at === 0) throw new Error(`no memory for ${floats} numbers`);
  return at;
}

/** e^max_delta_step: the library multiplies a count's curvature by it. */
const max_delta_step = 0.7;
const curvature = Math.exp(max_delta_step);

/**
 * The library's parameters. The objective is Poisson's with an expectation of 1 at the start: a label is clicks over
 * what the account's rate let expect. A row's curvature is then about e^0.7 times its copies.
 * @param copies of a row of mean weight
 */
export const parametersOf = (
  settings: TreeSettings,
  copies: number,
  seed: number,
): Readonly<Record<string, string>> => ({
  booster: 'gbtree',
  objective: 'count:poisson',
  max_delta_step: String(max_delta_step),
  base_score: '1',
  tree_method: 'hist',
  max_depth: String(settings.depth),
  eta: String(settings.learning_rate),
  subsample: String(settings.row_share),
  min_child_weight: String(settings.min_leaf_rows * copies * curvature),
  lambda: String(settings.shrink_rows * copies * curvature),
  seed: String(seed & 0x7fffffff),
  silent: '1',
});
