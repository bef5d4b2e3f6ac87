import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleOf } from '../schemas/examples.ts';
import { FlywheelError } from '../topology/errors.ts';
import { canonicalJson } from './canonical.ts';
import { defaultAllocationPolicy } from './allocation.ts';
import { defaultPolicy, parsePolicy, policyOfEvent, policyText } from './document.ts';
import { defaultEvidencePolicy } from './evidence.ts';
import { policyChanges } from './changes.ts';
import { policyOf } from './policy.ts';
import { policyDefaults } from './sections.ts';
import { defaultMoneyPolicy } from './money.ts';
import { sha256 } from './sha256.ts';

const { accounts: _accounts, ...defaultPolicyOnly } = defaultPolicy;

const refusedAt = (document: unknown): { field: string | null; message: string } => {
  try {
    parsePolicy(document);
  } catch (error) {
    if (!(error instanceof FlywheelError)) throw error;
    expect(error.code).toBe('policy.invalid');
    return { field: error.field, message: error.message };
  }
  throw new Error('it was taken');
};

describe('a policy document', () => {
  it('that is empty is the default policy', () => {
    const { version: _, accounts, ...document } = defaultPolicy;
    expect(document).toEqual(policyDefaults);
    expect(accounts).toEqual({});
    expect(parsePolicy(null)).toEqual(defaultPolicy);
    expect(defaultPolicy.version).toMatch(/^[0-9a-f]{12}$/);
  });

  it('that sets one field keeps the defaults of the others and has another version', () => {
    const policy = parsePolicy({ evidence: { alpha: 0.1 } });
    expect(policy.evidence).toEqual({ ...defaultEvidencePolicy, alpha: 0.1 });
    expect(policy.version).not.toBe(defaultPolicy.version);
  });

  it('that spells out a default is the same policy', () => {
    const spelt = { allocation: defaultAllocationPolicy, evidence: { min_lift: 0, alpha: 0.05 } };
    expect(parsePolicy(spelt).version).toBe(defaultPolicy.version);
  });

  it('can ask for a click rate of 3 % beside the evidence', () => {
    expect(parsePolicy({ evidence: { min_rate: 0.03 } }).evidence.min_rate).toBe(0.03);
  });

  const usd = defaultMoneyPolicy.limits['USD'];
  const wrong: readonly (readonly [unknown, string, string])[] = [
    [{ evidence: { alfa: 0.1 } }, 'evidence.alfa', 'did you mean alpha?'],
    [{ evidense: {} }, 'evidense', 'did you mean evidence?'],
    [{ evidence: { alpha: 5 } }, 'evidence.alpha', '0.2'],
    [{ evidence: { alpha: '0.05' } }, 'evidence.alpha', 'expected number'],
    [{ evidence: { planned_experiments: 0.5 } }, 'evidence.planned_experiments', 'int'],
    [{ evidence: { block_expected_clicks: 5 } }, 'evidence.block_expected_clicks', '10'],
    [{ evidence: { min_rate: 3 } }, 'evidence.min_rate', '1'],
    [{ evidence: { alpha: 0.01, srm_alpha: 0.02 } }, 'evidence.srm_alpha', 'at most evidence.alpha (0.01)'],
    [{ evidence: [] }, 'evidence', 'expected object'],
    [{ allocation: { exploration_share: 0.5 } }, 'allocation.exploration_share', '0.2'],
    [{ allocation: { half_lives_hours: [96, 24] } }, 'allocation.half_lives_hours', 'must rise'],
    [{ allocation: { half_lives_hours: [] } }, 'allocation.half_lives_hours', '1'],
    [{ money: { mode: 'yolo' } }, 'money.mode', 'dry_run'],
    [{ money: { step_share: 0.5 } }, 'money.step_share', '0.2'],
    [{ money: { worst_case_factor: 1 } }, 'money.worst_case_factor', '1.75'],
    [{ money: { blackout: ['Christmas'] } }, 'money.blackout.0', '2026-11-27'],
    [{ money: { limits: { USD: { ...usd, owner_daily_minor: 1 } } } }, 'money.limits.USD.min_daily_minor', 'at most'],
    [{ money: { limits: { usd } } }, 'money.limits.usd', 'ISO 4217'],
    [[], 'document', 'must be an object'],
    ['alpha: 0.1', 'document', 'must be an object'],
  ];
  it.each(wrong)('%j is refused at %s', (document, field, words) => {
    const refused = refusedAt(document);
    expect(refused.field).toBe(field);
    expect(refused.message).toContain(words);
  });
});

describe('accounts of a policy document', () => {
  const usd = defaultMoneyPolicy.limits['USD'];
  const written = {
    evidence: { alpha: 0.1 },
    accounts: {
      act_2: { evidence: { min_lift: 0.2 }, fatigue: { threshold: 7 } },
      act_1: { evidence: { alpha: 0.1 } },
    },
  };
  const policy = parsePolicy(written);

  it('have their own fields and the document’s others, under the version of the document', () => {
    const own = policyOf(policy, 'act_2');
    expect(own.evidence).toEqual({ ...defaultEvidencePolicy, alpha: 0.1, min_lift: 0.2 });
    expect(own.fatigue.threshold).toBe(7);
    expect(own.allocation).toEqual(defaultAllocationPolicy);
    expect(own.version).toBe(policy.version);
    expect(policyOf(policy, 'act_3')).toEqual({
      ...defaultPolicyOnly,
      version: policy.version,
      evidence: policy.evidence,
    });
  });

  it('are no part of what an account decides by: it does not see what others have', () => {
    for (const account_id of ['act_2', 'act_3']) expect(policyOf(policy, account_id)).not.toHaveProperty('accounts');
  });

  it('are worked out once: each look-up gives the same object', () => {
    expect(policyOf(policy, 'act_2')).toBe(policyOf(policy, 'act_2'));
    expect(policyOf(policy, 'act_3')).toBe(policyOf(policy, 'act_4'));
  });

  it('that say what the document says are left out, so that what means the same is one policy', () => {
    expect(Object.keys(policy.accounts)).toEqual(['act_2']);
    const { act_2 } = written.accounts;
    expect(parsePolicy({ ...written, accounts: { act_2 } }).version).toBe(policy.version);
    expect(parsePolicy({ accounts: { act_9: { evidence: { alpha: 0.05 } } } }).version).toBe(defaultPolicy.version);
    expect(parsePolicy({ evidence: { alpha: 0.1 } }).version).not.toBe(policy.version);
  });

  it('come through an event', () => {
    const text = policyText(policy);
    expect(policyOfEvent(text)).toEqual(policy);
    expect(text.document).toContain('"accounts":{"act_2":{"evidence":{"min_lift":0.2},"fatigue":{"threshold":7}}}');
  });

  it('differ from another policy field by field', () => {
    expect(policyChanges(parsePolicy({ evidence: { alpha: 0.1 } }), policy)).toEqual([
      { field: 'accounts.act_2.evidence.min_lift', before: null, after: 0.2 },
      { field: 'accounts.act_2.fatigue.threshold', before: null, after: 7 },
    ]);
    expect(policyChanges(policy, policy)).toEqual([]);
  });

  it.each<[unknown, string, string]>([
    [{ a: { evidence: { alfa: 1 } } }, 'accounts.a.evidence.alfa', 'did you mean alpha?'],
    [{ a: { evidense: {} } }, 'accounts.a.evidense', 'did you mean evidence?'],
    [{ a: { evidence: { alpha: 5 } } }, 'accounts.a.evidence.alpha', '0.2'],
    [{ a: { niche: { min_ads: 1 } } }, 'accounts.a.niche', 'holds for all accounts alike'],
    [{ a: { evidence: { srm_alpha: 0.04, alpha: 0.03 } } }, 'accounts.a.evidence.srm_alpha', 'evidence.alpha (0.03)'],
    [{ a: 1 }, 'accounts.a', 'expected object'],
    [{ a: { money: { limits: { USD: { month: 1 } } } } }, 'accounts.a.money.limits.USD.month', 'month_minor'],
    [
      { a: { money: { limits: { USD: { owner_daily_minor: 900_000 } } } } },
      'accounts.a.money.limits.USD.owner_daily_minor',
      'account_daily_minor (500000)',
    ],
    [
      { a: { money: { limits: { SEK: { owner_daily_minor: 1 } } } } },
      'accounts.a.money.limits.SEK',
      'the document has no limits for SEK',
    ],
    [{ ' a': {} }, 'accounts. a', 'must be the id of an ad account'],
    [[], 'accounts', 'expected record'],
  ])('%j are refused at %s', (accounts, field, words) => {
    const refused = refusedAt({ accounts });
    expect(refused.field).toBe(field);
    expect(refused.message).toContain(words);
  });

  it('have single limits of money otherwise: other limits and currencies stay the document’s', () => {
    const given = { a: { money: { limits: { USD: { owner_daily_minor: 50_000 }, EUR: usd } } } };
    const policy = parsePolicy({ accounts: given });
    const { limits } = policyOf(policy, 'a').money;
    expect(limits).toEqual({ ...defaultMoneyPolicy.limits, USD: { ...usd, owner_daily_minor: 50_000 } });
    expect(policy.accounts).toEqual({ a: { money: { limits: { USD: { owner_daily_minor: 50_000 } } } } });
    expect(policyOfEvent(policyText(policy))).toEqual(policy);
    // What the document changes holds for the account too.
    const other = { USD: { ...usd, account_daily_minor: 400_000 } };
    const changed = parsePolicy({ money: { limits: other }, accounts: given });
    expect(policyOf(changed, 'a').money.limits['USD']).toMatchObject({
      owner_daily_minor: 50_000,
      account_daily_minor: 400_000,
    });
  });

  it('hold any fields: what comes of it is the document with those fields written into it', () => {
    const alpha = fc.double({ min: 0.01, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(alpha, fc.option(alpha), fc.option(fc.integer({ min: 2, max: 50 })), (all, own, min_blocks) => {
        const fields = { ...(own !== null && { alpha: own }), ...(min_blocks !== null && { min_blocks }) };
        const { evidence } = policyOf(
          parsePolicy({ evidence: { alpha: all }, accounts: { a: { evidence: fields } } }),
          'a',
        );
        expect(evidence).toEqual(parsePolicy({ evidence: { alpha: all, ...fields } }).evidence);
      }),
    );
  });
});

describe('the event that brings a policy into force', () => {
  const policy = parsePolicy({ evidence: { alpha: 0.1 } });

  it('gives the same policy back', () => {
    expect(policyOfEvent(policyText(policy))).toEqual(policy);
  });

  it('of an older program keeps its version, and gets the defaults of what is new', () => {
    const document = canonicalJson({ evidence: { alpha: 0.1 } });
    const version = sha256(document).slice(0, 12);
    expect(policyOfEvent({ version, document })).toEqual({ ...policy, version });
  });

  it('in the example of its topic is the default policy', () => {
    const { version, document } = exampleOf('policy.changed');
    if (typeof version !== 'string' || typeof document !== 'string') throw new Error('not a policy event');
    expect(policyOfEvent({ version, document })).toEqual({ ...defaultPolicy, version });
  });

  it('is refused where its version is not the hash of its document', () => {
    expect(() => policyOfEvent({ ...policyText(policy), version: 'abcdefabcdef' })).toThrow('must be the hash');
    const document = '{';
    expect(() => policyOfEvent({ version: sha256(document).slice(0, 12), document })).toThrow('write it as JSON');
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('NaN');
    expect(() => canonicalJson({ a: undefined })).toThrow('undefined');
  });
});

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of %j is the standard’s', (text, hash) => {
    expect(sha256(text)).toBe(hash);
  });

  it('of any text is the platform’s, at every length around a block', () => {
    const platform = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
    for (let length = 0; length < 200; length++) expect(sha256('ä'.repeat(length))).toBe(platform('ä'.repeat(length)));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(sha256(text)).toBe(platform(text));
      }),
    );
  });
});
