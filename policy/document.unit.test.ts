import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleOf } from '../schemas/examples.ts';
import { FlywheelError } from '../topology/errors.ts';
import { canonicalJson } from './canonical.ts';
import { defaultAllocationPolicy } from './allocation.ts';
import { defaultPolicy, parsePolicy, policyDefaults, policyEvent, policyOfEvent } from './document.ts';
import { defaultEvidencePolicy } from './evidence.ts';
import { defaultMoneyPolicy } from './money.ts';
import { sha256 } from './sha256.ts';

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
    const { version: _, ...document } = defaultPolicy;
    expect(document).toEqual(policyDefaults);
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
    [{ money: { limits: { usd } } }, 'money.limits.usd', 'Invalid key'],
    [[], 'document', 'must be an object'],
    ['alpha: 0.1', 'document', 'must be an object'],
  ];
  it.each(wrong)('%j is refused at %s', (document, field, words) => {
    const refused = refusedAt(document);
    expect(refused.field).toBe(field);
    expect(refused.message).toContain(words);
  });
});

describe('the event that brings a policy into force', () => {
  const policy = parsePolicy({ evidence: { alpha: 0.1 } });

  it('gives the same policy back', () => {
    expect(policyOfEvent(policyEvent(policy, 1))).toEqual(policy);
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
    expect(() => policyOfEvent({ ...policyEvent(policy, 1), version: 'abcdefabcdef' })).toThrow('must be the hash');
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
