/** The time that the accounts live in. */
import type { OperationsContext } from './context.ts';

/** UTC epoch milliseconds: of the source's clock where it has one. */
export const timeOf = ({ source, now_ms }: Pick<OperationsContext, 'source' | 'now_ms'>): number =>
  source.status().clock_ms ?? now_ms();
