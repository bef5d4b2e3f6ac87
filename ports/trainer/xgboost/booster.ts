/**
 * The trees in a booster's binary (xgboost 0.7, `src/learner.cc`, `src/gbm/gbtree.cc`, `include/xgboost/tree_model.h`):
 * little-endian, 32-bit floats. What stands behind the trees (attributes of the objective) is not needed.
 */
import type { TreeNode } from '../../../learning/trees/trees.ts';

/** The library's mark of a missing value: −1. */
export const missing_mark = -1;
/** The next 32-bit float, which stands for a value of −1. */
export const next_to_mark = -1 + 2 ** -24;

export interface Booster {
  readonly objective: string;
  /** What every prediction begins with, before the objective's transformation. */
  readonly base_margin: number;
  readonly columns: number;
  readonly trees: readonly TreeNode[];
}

/** Sizes of records in bytes. */
const learner_bytes = 136;
const forest_bytes = 160;
const tree_bytes = 148;
const node_bytes = 20;
const statistics_bytes = 16;

/** A walk over the bytes. Throws where they end. */
class Bytes {
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  int(at: number): number {
    return this.#view.getInt32(at, true);
  }

  float(at: number): number {
    return this.#view.getFloat32(at, true);
  }

  /** Where a record begins, after which the walk goes on. */
  record(bytes: number): number {
    const at = this.at;
    if (bytes < 0 || at + bytes > this.#view.byteLength)
      throw new Error(`the booster ends at byte ${this.#view.byteLength}, a record of ${bytes} begins at ${at}`);
    this.at += bytes;
    return at;
  }

  text(): string {
    const length = this.int(this.record(8));
    const at = this.record(length);
    return Array.from({ length }, (_, i) => String.fromCharCode(this.#view.getUint8(at + i))).join('');
  }
}

/** Parses a booster. Throws where it is no forest of single-valued trees. */
export function parseBooster(binary: Uint8Array): Booster {
  const bytes = new Bytes(binary);
  const learner = bytes.record(learner_bytes);
  const objective = bytes.text();
  const kind = bytes.text();
  if (kind !== 'gbtree') throw new Error(`the booster is of kind ${kind}, not gbtree`);
  const count = bytes.int(bytes.record(forest_bytes));
  const trees = Array.from({ length: count }, () => parseTree(bytes));
  return { objective, base_margin: bytes.float(learner), columns: bytes.int(learner + 4), trees };
}

function parseTree(bytes: Bytes): TreeNode {
  const head = bytes.record(tree_bytes);
  const nodes = bytes.int(head + 4);
  const leaf_size = bytes.int(head + 20);
  if (leaf_size !== 0) throw new Error(`a leaf holds ${leaf_size} values, not one`);
  const first = bytes.record(nodes * node_bytes);
  bytes.record(nodes * statistics_bytes);
  return nodeAt(bytes, first, nodes, 0, 0);
}

/** Deeper than any tree that is asked for: indexes that run in a circle. */
const deepest = 64;

/** A node holds its parent, left and right child (−1: a leaf), the feature with the missing direction as its highest bit, and its value. */
function nodeAt(bytes: Bytes, first: number, nodes: number, index: number, depth: number): TreeNode {
  if (!(index >= 0 && index < nodes) || depth > deepest) throw new Error(`a tree of ${nodes} nodes asks for ${index}`);
  const at = first + index * node_bytes;
  const left = bytes.int(at + 4);
  const value = bytes.float(at + 16);
  if (left === -1) return { leaf: value };
  const split = bytes.int(at + 12);
  return {
    feature: split & 0x7fffffff,
    // A threshold may be a value that was seen. What stood for −1 is not below itself; nor is −1 below −1.
    threshold: value === next_to_mark ? missing_mark : value,
    missing: split < 0 ? 'left' : 'right',
    left: nodeAt(bytes, first, nodes, left, depth + 1),
    right: nodeAt(bytes, first, nodes, bytes.int(at + 8), depth + 1),
  };
}
