/** The limits of a policy's field in words, and as a form needs them. */
import { z } from 'zod';

export interface Limits {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: Limits;
}

/** What a field's schema allows. */
export const limitsOf = (shape: z.ZodType): Limits => z.toJSONSchema(shape) as Limits;

/** "number, above 0, at most 0.2". */
export function limitWords({ type, enum: symbols, items, ...range }: Limits): string {
  if (symbols !== undefined) return symbols.join(' or ');
  if (items !== undefined) return `list, each ${limitWords(items)}`;
  const unbounded = Number.MAX_SAFE_INTEGER;
  const parts = [
    type === 'integer' ? 'whole number' : (type ?? 'any'),
    range.minimum === undefined || range.minimum <= -unbounded ? '' : `at least ${range.minimum}`,
    range.exclusiveMinimum === undefined ? '' : `above ${range.exclusiveMinimum}`,
    range.maximum === undefined || range.maximum >= unbounded ? '' : `at most ${range.maximum}`,
    range.exclusiveMaximum === undefined ? '' : `below ${range.exclusiveMaximum}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
