/** What a refusal of Graph means for whoever asked, by its code (docs: insights/error-codes, overview/rate-limiting). */
import { hour_ms } from '../../../schemas/values.ts';
import type { GraphErrorBody } from './transport.ts';

export type MetaErrorKind =
  /** Passes by itself: ask again. */
  | 'transient'
  /** Too many calls: ask after `retry_after_ms`. */
  | 'throttled'
  /** A sign of abuse: the account is left alone for hours. */
  | 'abuse'
  /** The token is not taken: nobody with it gets anything. */
  | 'token'
  | 'permission'
  /** This version of the API has expired. */
  | 'version'
  | 'unknown_id'
  /** More than one answer may hold: ask for less, or for a report. */
  | 'too_much'
  /** Wrong in itself: asking again is no use. */
  | 'invalid'
  /** No answer: what was asked for may have been done. */
  | 'no_answer';

export interface MetaErrorFacts {
  readonly kind: MetaErrorKind;
  readonly code: number | null;
  readonly subcode: number | null;
  /** Milliseconds; null where nothing says it. */
  readonly retry_after_ms: number | null;
}

/** Says what was asked and what was answered, never the token or an address that holds it. */
export class MetaError extends Error {
  override readonly name = 'MetaError';
  readonly kind: MetaErrorKind;
  readonly code: number | null;
  readonly subcode: number | null;
  readonly retry_after_ms: number | null;

  constructor(message: string, facts: MetaErrorFacts) {
    super(message);
    this.kind = facts.kind;
    this.code = facts.code;
    this.subcode = facts.subcode;
    this.retry_after_ms = facts.retry_after_ms;
  }
}

export const noAnswer = (what: string, why: string): MetaError =>
  new MetaError(`${what}: ${why}`, { kind: 'no_answer', code: null, subcode: null, retry_after_ms: null });

/** By code and subcode, where the subcode says more than the code. */
const by_subcode: Readonly<Record<string, MetaErrorKind>> = {
  '100/33': 'unknown_id',
  '100/1487534': 'too_much',
  '100/1504018': 'too_much',
  '2/1504038': 'too_much',
  '2/1504041': 'invalid',
  '2/1504042': 'invalid',
};

const by_code: Readonly<Record<number, MetaErrorKind>> = {
  [-2]: 'transient',
  1: 'transient',
  2: 'transient',
  3: 'permission',
  4: 'throttled',
  10: 'permission',
  17: 'throttled',
  32: 'throttled',
  190: 'token',
  341: 'throttled',
  368: 'abuse',
  613: 'throttled',
  803: 'unknown_id',
  2635: 'version',
};

/** Too many changes of one budget: its own limit, whatever else the account may do. */
const budget_changes = '613/1487632';
/** How long an account that is suspected of abuse is left alone. */
const abuse_pause_ms = 4 * hour_ms;

const isBusinessLimit = (code: number): boolean => code >= 80_000 && code <= 80_014;
const isPermission = (code: number): boolean => code >= 200 && code < 300;

function kindOf({ code, error_subcode, is_transient }: GraphErrorBody, status: number): MetaErrorKind {
  const known = by_subcode[`${code}/${error_subcode ?? ''}`];
  if (known !== undefined) return known;
  // Meta's text: this limit without a subcode is for those who look like abusing it.
  if (code === 613 && error_subcode === undefined) return 'abuse';
  if (isBusinessLimit(code)) return 'throttled';
  if (isPermission(code)) return 'permission';
  return by_code[code] ?? (is_transient === true || status >= 500 ? 'transient' : 'invalid');
}

/** @param regain_ms how long the answer's headers say that calls are not taken; null where they do not */
export function classify(error: GraphErrorBody, status: number, regain_ms: number | null): MetaErrorFacts {
  const { code, error_subcode: subcode = null } = error;
  const kind = kindOf(error, status);
  const waits: Partial<Record<MetaErrorKind, number | null>> = {
    throttled: `${code}/${subcode ?? ''}` === budget_changes ? hour_ms : regain_ms,
    abuse: abuse_pause_ms,
  };
  return { kind, code, subcode, retry_after_ms: waits[kind] ?? null };
}

/** Who reads it learns what Meta says to people, and what its support asks for. */
export function refused(what: string, error: GraphErrorBody, facts: MetaErrorFacts): MetaError {
  const { message, error_user_title, error_user_msg, fbtrace_id } = error;
  const said = [message, error_user_title, error_user_msg].filter((text) => text !== undefined && text !== null);
  const code = facts.subcode === null ? `${facts.code}` : `${facts.code}/${facts.subcode}`;
  const trace = fbtrace_id === undefined ? '' : `, trace ${fbtrace_id}`;
  return new MetaError(`${what}: ${withoutSecrets(said.join('; '))} (error ${code}${trace})`, facts);
}

const said_length = 600;

/** Meta may repeat a parameter; a token must not come back by that way. */
const withoutSecrets = (text: string): string =>
  text
    .replaceAll(/(access_token|input_token|appsecret_proof)=[^&\s"]+/g, '$1=(hidden)')
    .replaceAll(/\bEAA[A-Za-z0-9]{20,}/g, '(hidden)')
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .slice(0, said_length);
