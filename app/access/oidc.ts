/** Tokens of an OpenID Connect issuer: checked by its published keys, with issuer, audience and time. */
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { FlywheelError } from '../../topology/errors.ts';
import { z } from 'zod';
import { Proved } from './proved.ts';
import { roles, type Principal } from './principal.ts';

export interface OidcSettings {
  /** `iss` of its tokens, and where its configuration is found. */
  readonly issuer: string;
  /** `aud` that a token must be for. */
  readonly audience: string;
  /** Where its keys are; null: as its configuration says. */
  readonly jwks_url: string | null;
  /** Claim that holds the role. */
  readonly role_claim: string;
  /** Claim that lists the accounts; `*` among them stands for all. */
  readonly accounts_claim: string;
}

/** Signatures by a key that only the issuer has; none that whoever checks could make. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Clocks may differ by this much. */
const skew_s = 30;
const discovery_within_ms = 5_000;
/** A token whose signature was checked is not checked again for this long; that its time is over is noticed at once. */
const proved_ms = 60_000;

interface Found {
  readonly principal: Principal;
  /** UTC epoch milliseconds. */
  readonly until_ms: number;
}

const configuration = z.object({ issuer: z.string(), jwks_uri: z.url() });

export class Oidc {
  readonly #settings: OidcSettings;
  readonly #now_ms: () => number;
  readonly #proved = new Proved<Found>();
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(settings: OidcSettings, now_ms: () => number = Date.now) {
    this.#settings = settings;
    this.#now_ms = now_ms;
  }

  /** Who shows this token. @throws FlywheelError `request.credentials`, `oidc.away` */
  async principalOf(token: string): Promise<Principal> {
    const { issuer, audience } = this.#settings;
    const now_ms = this.#now_ms();
    const before = this.#proved.get(token);
    if (before !== undefined && now_ms < before.until_ms) return before.principal;
    const keys = await this.#keySet();
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        clockTolerance: skew_s,
        currentDate: new Date(now_ms),
        requiredClaims: ['sub', 'exp'],
      });
      const principal = this.#principal(payload);
      const ends_ms = ((payload.exp ?? 0) + skew_s) * 1_000;
      this.#proved.set(token, { principal, until_ms: Math.min(ends_ms, now_ms + proved_ms) });
      return principal;
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  #principal(claims: JWTPayload): Principal {
    const { role_claim, accounts_claim } = this.#settings;
    const role = z.enum(roles).safeParse(claims[role_claim]);
    if (!role.success) throw refused(`its claim ${role_claim} is none of ${roles.join(', ')}`);
    const accounts = z.array(z.string()).min(1).safeParse(claims[accounts_claim]);
    if (!accounts.success) throw refused(`its claim ${accounts_claim} is no list of accounts`);
    const all = accounts.data.includes('*');
    return { id: `oidc:${claims.sub ?? ''}`, role: role.data, accounts: all ? 'all' : accounts.data };
  }

  /** Found once; where that fails the next request tries again. */
  #keySet(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#find().catch((error: unknown) => {
      this.#keys = undefined;
      throw this.#away(error);
    });
    return this.#keys;
  }

  async #find(): Promise<JWTVerifyGetKey> {
    const { issuer, jwks_url } = this.#settings;
    if (jwks_url !== null) return createRemoteJWKSet(new URL(jwks_url), { timeoutDuration: discovery_within_ms });
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(address, { signal: AbortSignal.timeout(discovery_within_ms), redirect: 'error' });
    if (!response.ok) throw new Error(`${address} answered ${response.status}`);
    const found = configuration.parse(await response.json());
    if (found.issuer !== issuer) throw new Error(`${address} is of the issuer ${found.issuer}`);
    return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: discovery_within_ms });
  }

  #refusal(error: unknown): unknown {
    if (error instanceof FlywheelError) return error;
    if (error instanceof errors.JWKSTimeout || error instanceof TypeError) return this.#away(error);
    if (error instanceof errors.JWTExpired) return refused('it is expired');
    if (error instanceof errors.JOSEError) return refused(error.message);
    return this.#away(error);
  }

  #away(error: unknown): FlywheelError {
    const why = error instanceof Error ? error.message : String(error);
    return new FlywheelError('oidc.away', { issuer: this.#settings.issuer, why }, { cause: error });
  }
}

const refused = (why: string): FlywheelError => new FlywheelError('request.credentials', { kind: 'token', why });
