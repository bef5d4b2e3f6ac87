/**
 * Boosted regression trees as plain numbers: what a trainer made is evaluated here, in arithmetic alone, so that a
 * decision can be made again without the library that trained it. The trees add up to the log of how many times an
 * ad's rate is that of its account (J. H. Friedman, Greedy function approximation, Annals of Statistics 29, 2001).
 */

/**
 * The trees as they stand in an event. Nodes of all trees in one list, each tree in pre-order: the left child follows
 * its node. Made by `arraysOf`, read by `treesOf`.
 */
export interface TreeArrays {
  /** By node: −1 for a leaf, else 2 × feature, + 1 where a missing value goes left. */
  readonly splits: readonly number[];
  /** By node: index of the right child; 0 for a leaf. */
  readonly rights: readonly number[];
  /** By node: of a leaf what it adds, else the threshold, below which a value goes left. */
  readonly values: readonly number[];
  /** Index of each tree's root. */
  readonly roots: readonly number[];
}

/** A tree to be written down. */
export type TreeNode =
  | { readonly leaf: number }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly missing: 'left' | 'right';
      readonly left: TreeNode;
      readonly right: TreeNode;
    };

/** Nodes that an event may carry: about 600 kB as Avro. */
export const most_nodes = 45_000;

/** Trees ready to be evaluated. */
export class Trees {
  readonly #splits: Int32Array;
  readonly #rights: Int32Array;
  readonly #values: Float64Array;
  readonly #roots: Int32Array;
  /** Features that a row must have. */
  readonly columns: number;

  constructor({ splits, rights, values, roots }: TreeArrays, columns: number) {
    this.#splits = Int32Array.from(splits);
    this.#rights = Int32Array.from(rights);
    this.#values = Float64Array.from(values);
    this.#roots = Int32Array.from(roots);
    this.columns = columns;
  }

  /**
   * Log of the ratio of a row's rate to that of its account; 0 without trees. Allocates nothing. Values are compared
   * as 32-bit floats, as the trainer did.
   * @param features NaN where one is missing
   * @param from place of the row's first feature, where `features` holds several rows
   */
  logRatio(features: ArrayLike<number>, from = 0): number {
    let sum = 0;
    for (let tree = 0; tree < this.#roots.length; tree++) sum += this.#leafOf(this.#roots[tree] ?? 0, features, from);
    return sum;
  }

  #leafOf(root: number, features: ArrayLike<number>, from: number): number {
    let at = root;
    for (;;) {
      const split = this.#splits[at] ?? -1;
      const value = this.#values[at] ?? 0;
      if (split < 0) return value;
      const x = Math.fround(features[from + (split >> 1)] ?? NaN);
      const left = x < value || (x !== x && (split & 1) === 1);
      at = left ? at + 1 : (this.#rights[at] ?? 0);
    }
  }
}

/**
 * Trees from an event. Throws where the numbers are no trees: a child outside its list, or one before its parent.
 * @param columns features that a row has
 */
export function treesOf(arrays: TreeArrays, columns: number): Trees {
  const { splits, rights, values, roots } = arrays;
  if (rights.length !== splits.length || values.length !== splits.length)
    throw new Error(`trees have ${splits.length} splits, ${rights.length} right children and ${values.length} values`);
  splits.forEach((split, at) => {
    if (split < 0) return;
    const right = rights[at] ?? 0;
    // Children come after their parents, so that every walk ends; the left one follows its parent.
    if (right <= at + 1 || right >= splits.length) throw new Error(`node ${at} of the trees has no right child`);
    if (split >> 1 >= columns) throw new Error(`node ${at} of the trees asks feature ${split >> 1} of ${columns}`);
  });
  for (const root of roots)
    if (!(root >= 0 && root < splits.length)) throw new Error(`a tree begins at node ${root} of ${splits.length}`);
  return new Trees(arrays, columns);
}

/** Trees written down as arrays. */
export function arraysOf(trees: readonly TreeNode[]): TreeArrays {
  const arrays = { splits: [] as number[], rights: [] as number[], values: [] as number[], roots: [] as number[] };
  const write = (node: TreeNode): number => {
    const at = arrays.splits.length;
    if ('leaf' in node) {
      arrays.splits.push(-1);
      arrays.rights.push(0);
      arrays.values.push(node.leaf);
      return at;
    }
    arrays.splits.push(2 * node.feature + (node.missing === 'left' ? 1 : 0));
    arrays.rights.push(0);
    arrays.values.push(node.threshold);
    write(node.left);
    arrays.rights[at] = write(node.right);
    return at;
  };
  for (const tree of trees) arrays.roots.push(write(tree));
  return arrays;
}

/** No trees: every ad is like its account. */
export const noTrees: TreeArrays = { splits: [], rights: [], values: [], roots: [] };

/** Most and least that a rate may be: outside, a log loss is infinite. */
const bounds = { least: 1e-7, most: 0.999_999 };

/**
 * Click rate of an ad, fraction above 0 and below 1.
 * @param logRatio of its rate to its account's
 * @param baseline_rate the account's, fraction above 0
 */
export const rateOf = (logRatio: number, baseline_rate: number): number =>
  Math.min(bounds.most, Math.max(bounds.least, baseline_rate * Math.exp(logRatio)));
