/** What the tests read of the rules of the house. */
export type House =
  'topology' | 'learning' | 'schemas' | 'policy' | 'processors' | 'engine' | 'ports' | 'app' | 'testing' | 'proofs';

/** Folder → folders it may import from. */
export const knows: Readonly<Record<House, readonly House[]>>;
