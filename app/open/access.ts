/** Who may ask beside this user, and what several instances of the gateway share, as the configuration has it. */
import { EngineError } from '../../engine/errors.ts';
import type { SharedGateway } from '../../engine/kafka/redis/buckets.ts';
import type { Oidc } from '../access/oidc.ts';
import type { Access } from '../assemble.ts';
import { redisSettings } from '../config/servers.ts';
import type { Config } from '../config/settings.ts';
import { takenOf, type Buckets } from '../gateway/limits/buckets.ts';
import { parseKept, printKept, type Replies } from '../gateway/once.ts';

export const sharedBuckets = (shared: SharedGateway): Buckets => ({
  take: async (key, rule, weight) => {
    const { ok, tokens } = await shared.take(key, rule, weight);
    return takenOf(ok, tokens, rule, weight);
  },
});

/** Doing a request twice is what a key is to avoid: without Redis it is refused, to be tried again. */
async function there<T>(ask: Promise<T>): Promise<T> {
  try {
    return await ask;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError(
      'redis.away',
      `answers are kept in Redis, which is away: ${why}`,
      'try again when it is back',
    );
  }
}

export const sharedReplies = (shared: SharedGateway): Replies => ({
  begin: async (name, fingerprint, for_ms) => {
    const found = await there(shared.keepFirst(name, printKept({ fingerprint, answer: null }), for_ms));
    return found === null ? null : parseKept(found);
  },
  finish: (name, answered, for_ms) => there(shared.keep(name, printKept(answered), for_ms)),
  forget: (name) => there(shared.forget(name)),
});

/** What nobody asked for is not loaded. */
export async function openAccess(config: Config): Promise<Access> {
  const shared = config.engine === 'kafka' ? await sharedOf(config) : null;
  return {
    oidc: await oidcOf(config),
    origins: (config.api_origins ?? []).map((origin) => origin.toLowerCase()),
    shared: shared === null ? null : { buckets: sharedBuckets(shared), replies: sharedReplies(shared) },
    close: () => Promise.resolve(shared?.close()),
  };
}

async function oidcOf(config: Config): Promise<Oidc | null> {
  const { oidc_issuer: issuer, oidc_audience: audience, oidc_jwks_url: jwks_url } = config;
  const { oidc_role_claim: role_claim, oidc_accounts_claim: accounts_claim } = config;
  if (issuer === null || audience === null) return null;
  const { Oidc: Issuer } = await import('../access/oidc.ts');
  return new Issuer({ issuer, audience, jwks_url, role_claim, accounts_claim });
}

async function sharedOf(config: Config): Promise<SharedGateway> {
  const { url, ...secrets } = redisSettings(config);
  const { SharedGateway: Shared } = await import('../../engine/kafka/redis/buckets.ts');
  return new Shared({ url, secrets, namespace: config.namespace });
}
