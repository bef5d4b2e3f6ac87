/** A key of the API as text: `fw_<id>_<secret>`. The secret has 256 random bits, so that a plain digest of it is safe. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface KeyText {
  readonly key_id: string;
  readonly secret: string;
}

const id_bytes = 9;
const secret_bytes = 32;
const form = /^fw_([0-9a-f]{18})_([A-Za-z0-9_-]{43})$/;

export const newKey = (): KeyText => ({
  key_id: randomBytes(id_bytes).toString('hex'),
  secret: randomBytes(secret_bytes).toString('base64url'),
});

export const printKey = ({ key_id, secret }: KeyText): string => `fw_${key_id}_${secret}`;

/** Undefined where the text has not the form of a key. */
export function parseKey(text: string): KeyText | undefined {
  const [, key_id, secret] = form.exec(text) ?? [];
  return key_id === undefined || secret === undefined ? undefined : { key_id, secret };
}

export const digestOf = (secret: string): string => hash('sha256', secret, 'hex');

/** Compares in time that tells nothing of how far the two agree. */
export function isSecret(secret: string, digest: string): boolean {
  const expected = Buffer.from(digest, 'hex');
  const found = hash('sha256', secret, 'buffer');
  return expected.length === found.length && timingSafeEqual(expected, found);
}
