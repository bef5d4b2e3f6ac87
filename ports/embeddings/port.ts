/** Who turns creatives into vectors. Implementation: `hashed/`, which needs nothing from outside. */
import type { Signal } from '../../topology/processor.ts';

export interface Creative {
  readonly text: string;
  /** Values of its DNA, `trait=value`. */
  readonly traits: readonly string[];
}

export interface EmbeddingProvider {
  /** Names what makes vectors comparable: of another model they are another space. */
  readonly model: string;
  readonly dimensions: number;
  /** A vector of length 1 for each, in their order. */
  embed(creatives: readonly Creative[], signal: Signal): Promise<readonly Float32Array[]>;
}
