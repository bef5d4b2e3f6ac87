/**
 * Signatures as Standard Webhooks (standardwebhooks.com, version 1.0.0) has them: HMAC-SHA256 of id, time and body, so that
 * a receiver knows who sent it, that it is whole, and that it is not an old one sent again.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const prefix = 'whsec_';

/** The bytes of a secret: base64 behind `whsec_`, as the standard writes them, else its text. */
export const keyOf = (secret: string): Buffer =>
  secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret, 'utf8');

export function signature(id: string, at_s: number, body: string, secret: string): string {
  const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${at_s}.${body}`).digest('base64');
  return `v1,${mac}`;
}

/** How old or how far ahead a message may be, seconds. */
const tolerance_s = 300;

/** Whether headers and body are of whoever has the secret, and of now. */
export function isSigned(
  headers: { readonly id: string; readonly timestamp: string; readonly signature: string },
  body: string,
  secret: string,
  now_s: number,
): boolean {
  const at_s = Number(headers.timestamp);
  if (!Number.isInteger(at_s) || Math.abs(now_s - at_s) > tolerance_s) return false;
  const expected = Buffer.from(signature(headers.id, at_s, body, secret));
  return headers.signature.split(' ').some((one) => {
    const given = Buffer.from(one);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
