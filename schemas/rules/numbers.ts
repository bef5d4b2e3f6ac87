/** Rules of counts, rates and amounts. */
import { broken, type Rule, type With } from './rule.ts';

/** Whole numbers of zero or more. */
export const counts =
  <K extends string>(...fields: readonly K[]): Rule<With<K, number>> =>
  (value) => {
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      if (field === undefined) continue;
      const found = value[field];
      if (found >= 0 && Number.isSafeInteger(found)) continue;
      return broken(field, found, 'must be a whole number of at least 0', 'send totals of the window, not differences');
    }
    return undefined;
  };

/** The same, where a number may be missing. */
export const optionalCount =
  <K extends string>(...fields: readonly K[]): Rule<With<K, number | null>> =>
  (value) => {
    for (const field of fields) {
      const found = value[field];
      if (found !== null && !(found >= 0 && Number.isSafeInteger(found)))
        return broken(field, found, 'must be a whole number of at least 0', 'give null where there is none');
    }
    return undefined;
  };

/** A number between two limits, both included; a number that is none is outside. */
export const between =
  <K extends string>(field: K, least: number, most: number, remedy: string): Rule<With<K, number>> =>
  (value) => {
    const found = value[field];
    return found >= least && found <= most
      ? undefined
      : broken(field, found, `must be from ${least} to ${most}`, remedy);
  };

/** The same, where a number may be missing. */
export const optionalBetween =
  <K extends string>(field: K, least: number, most: number, remedy: string): Rule<With<K, number | null>> =>
  (value) => {
    const found = value[field];
    return found === null || (found >= least && found <= most)
      ? undefined
      : broken(field, found, `must be from ${least} to ${most}`, remedy);
  };

const rateRemedy = 'give a fraction: 1.5 % is 0.015';

/** Fractions in [0, 1]. */
export const rates =
  <K extends string>(...fields: readonly K[]): Rule<With<K, number>> =>
  (value) => {
    for (const field of fields)
      if (!(value[field] >= 0 && value[field] <= 1))
        return broken(field, value[field], 'must be from 0 to 1', rateRemedy);
    return undefined;
  };

export const optionalRate =
  <K extends string>(field: K): Rule<With<K, number | null>> =>
  (value) => {
    const found = value[field];
    return found === null || (found >= 0 && found <= 1)
      ? undefined
      : broken(field, found, 'must be from 0 to 1', rateRemedy);
  };

/** Fractions above 0 and below 1. */
export const openRate =
  <K extends string>(...fields: readonly K[]): Rule<With<K, number>> =>
  (value) => {
    for (const field of fields)
      if (!(value[field] > 0 && value[field] < 1))
        return broken(field, value[field], 'must be above 0 and below 1', rateRemedy);
    return undefined;
  };

/** Numbers of zero or more, infinity included: strong evidence overflows. */
export const notNegative =
  <K extends string>(...fields: readonly K[]): Rule<With<K, number>> =>
  (value) => {
    for (const field of fields)
      if (!(value[field] >= 0))
        return broken(field, value[field], 'must be a number of at least 0', 'check how it is computed');
    return undefined;
  };

/** Numbers that are neither infinite nor undefined. */
export const finite =
  <K extends string>(...fields: readonly K[]): Rule<With<K, number>> =>
  (value) => {
    for (const field of fields)
      if (!Number.isFinite(value[field]))
        return broken(field, value[field], 'must be a finite number', 'check how it is computed');
    return undefined;
  };

/** The same, where a number may be missing. */
export const optionalFinite =
  <K extends string>(...fields: readonly K[]): Rule<With<K, number | null>> =>
  (value) => {
    for (const field of fields)
      if (value[field] !== null && !Number.isFinite(value[field]))
        return broken(field, value[field], 'must be a finite number', 'give null where it is not known');
    return undefined;
  };

/** One number is at most another: a part at most its whole, an interval's low end its high end. */
export const atMost =
  <K extends string, L extends string>(
    field: K,
    limit: L,
    remedy: string,
  ): Rule<With<K, number | null> & With<L, number>> =>
  (value) => {
    const found = value[field];
    const most = value[limit];
    return found === null || found <= most
      ? undefined
      : broken(field, found, `must be at most ${limit} (${most})`, remedy);
  };
