/** Embeddings by hashing: no model, no network, the same for ever. */
import { hashed_dimensions, hashed_model, hashedEmbedding } from '../../../learning/memory/embedding.ts';
import type { EmbeddingProvider } from '../port.ts';

export const hashedEmbeddings: EmbeddingProvider = {
  model: hashed_model,
  dimensions: hashed_dimensions,
  embed: (creatives) => Promise.resolve(creatives.map(({ text, traits }) => hashedEmbedding(text, traits))),
};
