/** Rules of ids, texts and codes. */
import type { Violation } from '../../topology/topic.ts';
import { currencies, isCurrency } from '../currency.ts';
import { nearest } from '../../topology/nearest.ts';
import { isNiche, niches } from '../niches.ts';
import { broken, type Rule, type With } from './rule.ts';

const idLimit = 128;

/** Why a string cannot name something; undefined where it can. */
function idProblem(id: string): string | undefined {
  const { length } = id;
  if (length === 0) return 'must not be empty';
  if (length > idLimit) return `must have at most ${idLimit} characters`;
  for (let i = 0; i < length; i++) {
    const code = id.charCodeAt(i);
    if (code < 32 || (code >= 127 && code < 160) || code === 0xfffd) return 'must hold no control characters';
  }
  if (id.charCodeAt(0) === 32 || id.charCodeAt(length - 1) === 32) return 'must not begin or end with a space';
  return undefined;
}

const idBroken = (field: string, id: string, problem: string): Violation =>
  broken(field, id, problem, 'give the id as the platform writes it');

/** Ids: 1 to 128 characters, none of them a control character, no space at the ends. */
export const ids =
  <K extends string>(...fields: readonly K[]): Rule<With<K, string>> =>
  (value) => {
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      if (field === undefined) continue;
      const problem = idProblem(value[field]);
      if (problem !== undefined) return idBroken(field, value[field], problem);
    }
    return undefined;
  };

export const optionalId =
  <K extends string>(field: K): Rule<With<K, string | null>> =>
  (value) => {
    const id = value[field];
    const problem = id === null ? undefined : idProblem(id);
    return problem === undefined ? undefined : idBroken(field, id ?? '', problem);
  };

export const eachId =
  <K extends string>(field: K): Rule<With<K, readonly string[]>> =>
  (value) => {
    for (const [i, id] of value[field].entries()) {
      const problem = idProblem(id);
      if (problem !== undefined) return idBroken(`${field}[${i}]`, id, problem);
    }
    return undefined;
  };

const invisible = /[^\P{Cc}\n\r\t]|\uFFFD/u;

/** Text for people: visible, of a bounded length. */
export const text =
  <K extends string>(field: K, least: number, most: number): Rule<With<K, string | null>> =>
  (value) => {
    const found = value[field];
    if (found === null) return undefined;
    if (found.trim().length < least) return broken(field, found, 'must not be empty', 'give the text people see');
    if (found.length > most) return broken(field, found, `must have at most ${most} characters`, 'shorten it');
    if (invisible.test(found))
      return broken(field, found, 'must hold no control characters', 'remove characters that cannot be seen');
    return undefined;
  };

/** A list of texts, each as `text` has it. */
export const eachText =
  <K extends string>(field: K, least: number, most: number): Rule<With<K, readonly string[]>> =>
  (value) => {
    const rule = text('item', least, most);
    for (const [i, item] of value[field].entries()) {
      const violation = rule({ item }, 0);
      if (violation !== undefined) return { ...violation, field: `${field}[${i}]` };
    }
    return undefined;
  };

function currencyBroken(field: string, found: string): Violation {
  const near = nearest(found.toUpperCase(), currencies);
  const remedy = near === undefined ? 'give the currency of the account, for example EUR' : `did you mean ${near}?`;
  return broken(field, found, 'must be an ISO 4217 code', remedy);
}

/** ISO 4217, upper case. */
export const currency =
  <K extends string>(field: K): Rule<With<K, string>> =>
  (value) =>
    isCurrency(value[field]) ? undefined : currencyBroken(field, value[field]);

/** The same, where it may be missing. */
export const optionalCurrency =
  <K extends string>(field: K): Rule<With<K, string | null>> =>
  (value) => {
    const found = value[field];
    return found === null || isCurrency(found) ? undefined : currencyBroken(field, found);
  };

/** Whose experiments of an account share one error budget: those of a quarter, `2026-Q4`, or `all`. */
export const family =
  <K extends string>(field: K): Rule<With<K, string>> =>
  (value) =>
    /^(\d{4}-Q[1-4]|all(-[1-9]\d*)?)$/.test(value[field])
      ? undefined
      : broken(
          field,
          value[field],
          'must be a quarter such as 2026-Q4, or all',
          'take the quarter in which the experiment starts, UTC',
        );

/** The language of a text, ISO 639-1. */
export const languageCode =
  <K extends string>(field: K): Rule<With<K, string | null>> =>
  (value) => {
    const found = value[field];
    return found === null || /^[a-z]{2}$/.test(found)
      ? undefined
      : broken(field, found, 'must be an ISO 639-1 code', 'give two lower-case letters: English is en');
  };

/** A name in the taxonomy of creatives: lower-case letters, figures and underscores. */
export const taxonomyWord =
  <K extends string>(field: K): Rule<With<K, string | null>> =>
  (value) => {
    const word = value[field];
    if (word === null || /^[a-z0-9][a-z0-9_]{0,63}$/.test(word)) return undefined;
    const rule = 'must be 1 to 64 lower-case letters, figures and underscores';
    return broken(field, word, rule, 'take a name from docs/dna.md');
  };

/** 128 bits as hexadecimal digits. */
export const hash128 =
  <K extends string>(field: K): Rule<With<K, string>> =>
  (value) =>
    /^[0-9a-f]{32}$/.test(value[field])
      ? undefined
      : broken(field, value[field], 'must be 32 hexadecimal digits', 'give the hash as it was made');

const nicheBroken = (field: string, found: string): Violation => {
  const near = nearest(found, niches);
  const remedy = near === undefined ? `give one of ${niches.join(', ')}` : `did you mean ${near}?`;
  return broken(field, found, 'must be a niche that is known', remedy);
};

/** One of `niches`. */
export const niche =
  <K extends string>(field: K): Rule<With<K, string>> =>
  (value) =>
    isNiche(value[field]) ? undefined : nicheBroken(field, value[field]);

export const optionalNiche =
  <K extends string>(field: K): Rule<With<K, string | null>> =>
  (value) => {
    const found = value[field];
    return found === null || isNiche(found) ? undefined : nicheBroken(field, found);
  };

/** A JSON object as text. */
export const jsonObject =
  <K extends string>(field: K): Rule<With<K, string>> =>
  (value) => {
    try {
      const parsed: unknown = JSON.parse(value[field]);
      if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return undefined;
    } catch {
      // Not JSON: refused below like JSON that is no object.
    }
    return broken(field, value[field], 'must be a JSON object', 'write it as canonical JSON');
  };
