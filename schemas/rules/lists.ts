/** Rules of lists. */
import { broken, type Rule, type With } from './rule.ts';

/** A list of at least so many items. */
export const atLeastItems =
  <K extends string>(field: K, least: number, remedy: string): Rule<With<K, readonly unknown[]>> =>
  (value) =>
    value[field].length >= least
      ? undefined
      : broken(field, value[field].length, `must have at least ${least} items`, remedy);

/** A list of at most so many items. */
export const atMostItems =
  <K extends string>(field: K, most: number, remedy: string): Rule<With<K, readonly unknown[]>> =>
  (value) =>
    value[field].length <= most
      ? undefined
      : broken(field, value[field].length, `must have at most ${most} items`, remedy);

/** Lists of which each item belongs to the one at its place in another. */
export const sameLength =
  <K extends string, L extends string>(
    field: K,
    other: L,
  ): Rule<With<K, readonly unknown[]> & With<L, readonly unknown[]>> =>
  (value) =>
    value[field].length === value[other].length
      ? undefined
      : broken(
          field,
          value[field].length,
          `must have as many items as ${other} (${value[other].length})`,
          'send one for each',
        );

/** No two items give the same answer. */
export const unique =
  <K extends string, Item>(
    field: K,
    of: string,
    by: (item: Item) => string,
    remedy: string,
  ): Rule<With<K, readonly Item[]>> =>
  (value) => {
    const seen = new Set<string>();
    for (const [i, item] of value[field].entries()) {
      const key = by(item);
      if (seen.has(key)) return broken(`${field}[${i}]${of}`, key, `must be unique within ${field}`, remedy);
      seen.add(key);
    }
    return undefined;
  };

/** A list in which one symbol says that there is nothing: it stands alone or not at all. */
export const notWithOthers =
  <K extends string>(field: K, nothing: string): Rule<With<K, readonly string[]>> =>
  (value) =>
    value[field].length > 1 && value[field].includes(nothing)
      ? broken(field, value[field].join(', '), `must hold ${nothing} alone or not at all`, `leave ${nothing} out`)
      : undefined;

/** How far shares may be from 1 in sum: rounding of many decimals, no more. */
export const share_tolerance = 1e-6;

/** The items' shares sum to 1. */
export const sumsToOne =
  <K extends string, Item>(field: K, of: string, share: (item: Item) => number): Rule<With<K, readonly Item[]>> =>
  (value) => {
    let sum = 0;
    for (const item of value[field]) sum += share(item);
    return Math.abs(sum - 1) <= share_tolerance
      ? undefined
      : broken(`${field}[*].${of}`, sum, 'must sum to 1', 'divide each by their sum');
  };

/** Numbers that are numbers. */
export const eachFinite =
  <K extends string>(field: K): Rule<With<K, readonly number[]>> =>
  (value) => {
    const items = value[field];
    for (let i = 0; i < items.length; i++)
      if (!Number.isFinite(items[i]))
        return broken(`${field}[${i}]`, items[i], 'must be finite', 'leave out what is not known');
    return undefined;
  };
