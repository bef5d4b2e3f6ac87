/**
 * Rules that fields of events keep, as small functions to combine: each takes a value and the time its record reached
 * the log, and answers with the first field that breaks it. They run on every event read, so they allocate nothing
 * while all is well.
 */
import type { Violation } from '../../topology/topic.ts';
import { printValue } from '../fit.ts';

export type Rule<V> = (value: V, at_ms: number) => Violation | undefined;

/** An object with a field `K` of type `T`, which is all a rule of one field needs to know. */
export type With<K extends string, T> = { readonly [Field in K]: T };

export const broken = (field: string, value: unknown, rule: string, remedy: string): Violation => ({
  field,
  value: printValue(value),
  rule,
  remedy,
});

/** The first of several rules that is broken. */
export const all =
  <V>(...rules: readonly Rule<V>[]): Rule<V> =>
  (value, at_ms) => {
    for (let i = 0; i < rules.length; i++) {
      const violation = rules[i]?.(value, at_ms);
      if (violation !== undefined) return violation;
    }
    return undefined;
  };

/** A rule for values of which `condition` holds. */
export const when =
  <V>(condition: (value: V) => boolean, rule: Rule<V>): Rule<V> =>
  (value, at_ms) =>
    condition(value) ? rule(value, at_ms) : undefined;

/** A rule for each item of a list; the field is named with its place, `arms[2].share`. */
export const each =
  <K extends string, Item>(field: K, rule: Rule<Item>): Rule<With<K, readonly Item[]>> =>
  (value, at_ms) => {
    const items = value[field];
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      const violation = item === undefined ? undefined : rule(item, at_ms);
      if (violation !== undefined) return { ...violation, field: `${field}[${i}].${violation.field}` };
    }
    return undefined;
  };
