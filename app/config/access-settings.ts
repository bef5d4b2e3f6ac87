/** Settings of who may ask beside this user: an issuer of tokens, and pages of other origins. */
import { z } from 'zod';
import { ConfigError } from './config-error.ts';

const text = z.string().min(1).nullable();
const address = z.url({ protocol: /^https?$/ }).nullable();
const claim = z.string().min(1).max(200);

export const accessShape = {
  /** Null: nobody's tokens are taken. */
  oidc_issuer: address,
  oidc_audience: text,
  /** Null: as the issuer's configuration says. */
  oidc_jwks_url: address,
  oidc_role_claim: claim,
  oidc_accounts_claim: claim,
  /** Null: no page but our own may ask. */
  api_origins: z
    .array(z.string().regex(/^https?:\/\/[^/\s]+$/))
    .min(1)
    .nullable(),
};

type AccessConfig = z.infer<z.ZodObject<typeof accessShape>>;

export const accessDefaults: AccessConfig = {
  oidc_issuer: null,
  oidc_audience: null,
  oidc_jwks_url: null,
  oidc_role_claim: 'flywheel_role',
  oidc_accounts_claim: 'flywheel_accounts',
  api_origins: null,
};

const said = (meaning: string, rule: string): { flag: null; meaning: string; secret: false; rule: string } => ({
  flag: null,
  meaning,
  secret: false,
  rule,
});

const an_address = 'an address that begins with https://, or http:// on this machine';

export const accessSettings = {
  oidc_issuer: said('issuer of OpenID Connect tokens that the API takes; none where it is not set', an_address),
  oidc_audience: said('audience that those tokens must be for', 'a text'),
  oidc_jwks_url: said("address of the issuer's keys; as its configuration says where it is not set", an_address),
  oidc_role_claim: said('claim that holds viewer, operator or admin', 'the name of a claim'),
  oidc_accounts_claim: said('claim that lists the accounts a token is for; * stands for all', 'the name of a claim'),
  api_origins: said(
    'origins of other pages that may ask the API; none where it is not set',
    'origins, for example https://tools.example.com',
  ),
} satisfies Record<keyof AccessConfig, unknown>;

const here: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whoever can change what an issuer says on its way makes himself anybody. */
const isOpen = (url: string): boolean => url.startsWith('http://') && !here.has(new URL(url).hostname);

export function checkAccess(config: AccessConfig, origins: Readonly<Record<keyof AccessConfig, string>>): void {
  const { oidc_issuer, oidc_audience, oidc_jwks_url } = config;
  if (oidc_issuer !== null && oidc_audience === null)
    throw new ConfigError(
      origins.oidc_issuer,
      'an issuer is named, but not the audience that its tokens must be for',
      'set oidc_audience: without it tokens that were made for others would be taken',
    );
  for (const [key, url] of [
    ['oidc_issuer', oidc_issuer],
    ['oidc_jwks_url', oidc_jwks_url],
  ] as const)
    if (url !== null && isOpen(url))
      throw new ConfigError(origins[key], `${url} is not encrypted`, 'use an address that begins with https://');
}
