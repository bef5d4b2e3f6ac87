/** Who turns creatives into vectors: `hashed/`, which needs nothing from outside, or `http/`, a server that has a model. */
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
  /**
   * A vector for each, in their order: of length 1, or all zeros where a creative says nothing. Rejects with a
   * `PermanentError` where asking again would not help.
   */
  embed(creatives: readonly Creative[], signal: Signal): Promise<readonly Float32Array[]>;
}
