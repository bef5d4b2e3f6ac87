/** What the thread that trains tells the one that asked. */
import type { Trained } from '../port.ts';

export type FromWorker =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'trained'; readonly trained: Trained }
  | { readonly kind: 'failed'; readonly why: string };
