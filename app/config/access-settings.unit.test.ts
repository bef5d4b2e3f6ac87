import { describe, expect, it } from 'vitest';
import { accessDefaults, checkAccess } from './access-settings.ts';

const origins = Object.fromEntries(Object.keys(accessDefaults).map((key) => [key, `file.${key}`])) as Record<
  keyof typeof accessDefaults,
  string
>;

describe('an issuer of tokens', () => {
  it('is taken with an audience, over TLS or on this machine', () => {
    const oidc_audience = 'flywheel';
    for (const oidc_issuer of ['https://id.example.com', 'http://127.0.0.1:9000', 'http://localhost:9000/x'])
      expect(() => checkAccess({ ...accessDefaults, oidc_issuer, oidc_audience }, origins)).not.toThrow();
    expect(() => checkAccess(accessDefaults, origins)).not.toThrow();
  });

  it.each([
    [{ oidc_issuer: 'https://id.example.com' }, 'oidc_audience'],
    [{ oidc_issuer: 'http://id.example.com', oidc_audience: 'a' }, 'not encrypted'],
    [{ oidc_jwks_url: 'http://id.example.com/keys' }, 'not encrypted'],
  ])('%j is refused', (over, words) => {
    expect(() => checkAccess({ ...accessDefaults, ...over }, origins)).toThrow(words);
  });
});
