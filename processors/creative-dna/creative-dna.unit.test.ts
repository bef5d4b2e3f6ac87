import { describe, expect, it } from 'vitest';
import { extractor_version } from '../../learning/dna/extract.ts';
import { specOf } from '../../learning/dna/taxonomy.ts';
import { defaultPolicy } from '../../policy/document.ts';
import { parseSchema, type SchemaNode } from '../../schemas/avro/schema.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { schemaFile } from '../../schemas/ids.ts';
import { adCreated, type AdCreated, type DnaExtracted } from '../../schemas/index.ts';
import { decide } from './decide.ts';
import { initialAccount, type AccountState, type AdPart } from './state.ts';
import { wiring } from './wiring.ts';

const example = exampleOf('ad.created') as unknown as AdCreated;
const at_ms = 1_740_823_260_000;

/** One account's state and parts, moved by a handler that sees only the parts that the wiring names. */
class Account {
  state: AccountState = initialAccount();
  readonly parts = new Map<string, AdPart>();

  created(given: Partial<AdCreated>): DnaExtracted | undefined {
    const event = { ...example, ...given };
    const names = wiring.partKeys?.['ad.created']?.(event, this.state) ?? [];
    const parts = new Map([...this.parts].filter(([name]) => names.includes(name)));
    const context = { at_ms, seed: 0, random: () => 0, policy: defaultPolicy, key: 'act_1001', stateKey: '', parts };
    const decision = decide['ad.created'](this.state, event, context);
    this.state = decision.state ?? initialAccount();
    for (const [name, part] of decision.parts ?? []) if (part !== null) this.parts.set(name, part);
    return decision.emit?.[0]?.value;
  }
}

describe('an ad', () => {
  it('is read when it is created: the example of the topic is what is said of the example of an ad', () => {
    expect(new Account().created({})).toEqual(exampleOf('dna.extracted'));
  });

  it('that is described again in the same way is not announced again', () => {
    const account = new Account();
    account.created({});
    expect(account.created({ name: 'another name' })).toBeUndefined();
    expect(account.state).toEqual({ ads: 1 });
  });

  it('whose creative changed, or that joins another experiment, is announced again', () => {
    const account = new Account();
    const [first, changed] = [account.created({}), account.created({ headline: 'Why do coats weigh so much?' })];
    expect(changed?.fingerprint).not.toBe(first?.fingerprint);
    expect(account.created({ headline: 'Why do coats weigh so much?', experiment_id: 'other' })).toMatchObject({
      experiment_id: 'other',
      fingerprint: changed?.fingerprint,
    });
    expect(account.state).toEqual({ ads: 1 });
  });

  it('that was read by older rules is announced again', () => {
    const account = new Account();
    account.created({});
    for (const [name, part] of account.parts) account.parts.set(name, { ...part, extractor_version: 0 });
    expect(account.created({})).toMatchObject({ extractor_version });
  });

  it('made like another has its fingerprint, and is announced by itself', () => {
    const account = new Account();
    const [one, other] = [account.created({}), account.created({ ad_id: 'twin' })];
    expect(other).toEqual({ ...one, ad_id: 'twin' });
  });
});

/** Symbols of an enum, of a list of them too; none of other types. */
function symbolsOf(node: SchemaNode): readonly string[] {
  if (node.kind === 'enum') return node.symbols;
  return node.kind === 'array' || node.kind === 'optional'
    ? symbolsOf(node.kind === 'array' ? node.items : node.of)
    : [];
}

describe('the vocabulary', () => {
  it.each(['format', 'audio', 'people', 'speaker', 'text_overlay'] as const)(
    'has a word for every %s that ad.created can give',
    (trait) => {
      const field = parseSchema(schemaFile('ad.created', adCreated.version)).fields.find(({ name }) => name === trait);
      const symbols = field === undefined ? [] : symbolsOf(field.node);
      expect(symbols.length).toBeGreaterThan(2);
      expect([...specOf(trait).values, 'unknown']).toEqual(expect.arrayContaining([...symbols]));
    },
  );
});
