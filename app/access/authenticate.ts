/** Who a request is from: a key of ours, a token of the issuer, this user's own token, or the page's cookie. */
import type { IncomingHttpHeaders } from 'node:http';
import { FlywheelError } from '../../topology/errors.ts';
import type { Guard } from '../gateway/guard.ts';
import type { KeyRing } from './keys.ts';
import type { Oidc } from './oidc.ts';
import { localPrincipal, type Principal } from './principal.ts';

/** Longest header that is looked at: tokens of large companies have some thousand characters. */
const most_characters = 8_192;

export interface Credentials {
  readonly guard: Guard;
  readonly keys: KeyRing;
  readonly oidc: Oidc | null;
}

const key_start = 'fw_';

/** @throws FlywheelError `request.no_token`, `request.credentials`, `oidc.away` */
export async function principalFrom(
  { guard, keys, oidc }: Credentials,
  headers: IncomingHttpHeaders,
): Promise<Principal> {
  const { authorization } = headers;
  if (authorization === undefined) {
    if (guard.hasCookie(headers)) return localPrincipal;
    throw new FlywheelError('request.no_token', {});
  }
  const bearer = authorization.length > most_characters ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (bearer === undefined)
    throw new FlywheelError('request.credentials', { kind: 'header Authorization', why: 'it is no Bearer TOKEN' });
  if (bearer.startsWith(key_start)) return keys.principalOf(bearer);
  if (guard.isToken(bearer)) return localPrincipal;
  if (oidc !== null && bearer.split('.').length === 3) return oidc.principalOf(bearer);
  throw new FlywheelError('request.no_token', {});
}
