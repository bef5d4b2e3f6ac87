import { describe, expect, it } from 'vitest';
import { extract } from '../../../learning/dna/extract.ts';
import { headlineOnly } from '../../../learning/dna/creative.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import type { DnaExtracted, DnaFormulaUpdated, EvidenceChanged, MadeFrom } from '../../../schemas/index.ts';
import { decide } from './decide.ts';
import { applicationOf, experimentOf, initialAccount, sumsOf, toldOf, type AccountState, type Part } from './state.ts';
import { wiring } from './wiring.ts';

const evidence = exampleOf('evidence.changed') as unknown as EvidenceChanged;
const arm = evidence.arms[0];
if (arm === undefined) throw new Error('the example has no arm');
type Result = readonly [ad_id: string, impressions: number, clicks: number];

/** One account, moved by a handler that sees only the parts that the wiring names. */
class Account {
  state: AccountState = initialAccount();
  readonly parts = new Map<string, Part>();
  readonly told: DnaFormulaUpdated[] = [];

  read(ad_id: string, headline: string, version?: number, ...made_from: readonly MadeFrom[]): void {
    const { traits, ...dna } = extract(headlineOnly(headline));
    const event: DnaExtracted = {
      account_id: 'act',
      campaign_id: 'c',
      ad_id,
      experiment_id: null,
      ...dna,
      extractor_version: version ?? dna.extractor_version,
      traits: [...traits],
      made_from: [...made_from],
      provenance: 'simulated',
      at_ms: 1,
    };
    this.#keep(
      decide['dna.extracted'](
        this.state,
        event,
        this.#context(wiring.partKeys?.['dna.extracted']?.(event, this.state)),
      ),
    );
  }

  evidence(experiment_id: string, results: readonly Result[], given: Partial<EvidenceChanged> = {}): void {
    const arms = results.map(([ad_id, impressions, clicks]) => ({ ...arm!, ad_id, impressions, clicks }));
    const event = { ...evidence, experiment_id, arms, ...given };
    this.#keep(
      decide['evidence.changed'](
        this.state,
        event,
        this.#context(wiring.partKeys?.['evidence.changed']?.(event, this.state)),
      ),
    );
  }

  get sums() {
    return sumsOf(this.parts);
  }

  #context(names: readonly string[] = []) {
    const parts = new Map([...this.parts].filter(([name]) => names.includes(name)));
    return { at_ms: 7, seed: 0, random: () => 0, policy: defaultPolicy, key: 'act', stateKey: '', parts };
  }

  #keep(decision: ReturnType<(typeof decide)['evidence.changed']>): void {
    this.state = decision.state ?? initialAccount();
    for (const [name, part] of decision.parts ?? []) if (part !== null) this.parts.set(name, part);
    for (const one of decision.emit ?? []) if (one.topic === 'dna.formula.updated') this.told.push(one.value);
  }
}

/** An account with ads that differ in a number in the headline only. */
function account(): Account {
  const made = new Account();
  made.read('number', '9 Small Coats That Are Warm');
  made.read('none', 'Some Small Coats That Are Warm');
  return made;
}
const better: readonly Result[] = [
  ['number', 40_000, 800],
  ['none', 40_000, 600],
];

describe('an account', () => {
  it('is told what goes with more clicks, once an experiment compared it', () => {
    const one = account();
    one.evidence('e1', better);
    expect(one.told).toHaveLength(1);
    const [told] = one.told;
    expect(told).toMatchObject({
      experiments: 1,
      ads: 2,
      extractor_version: 1,
      at_ms: 7,
      policy_version: defaultPolicy.version,
    });
    const number = told?.traits.find(({ trait }) => trait === 'number');
    expect(number).toMatchObject({ value: 'yes', experiments: 1, impressions: 80_000 });
    expect(number?.effect).toBeGreaterThan(0);
    expect(number?.low).toBeLessThan(0);
  });

  it('is surer with each experiment that says the same', () => {
    const one = account();
    for (let i = 0; i < 20; i++) one.evidence(`e${i}`, better);
    expect(one.told.length).toBeGreaterThan(5);
    const last = one.told.at(-1)?.traits.find(({ trait }) => trait === 'number');
    expect(last?.low).toBeGreaterThan(0);
    expect(last?.experiments).toBeGreaterThan(15);
  });
});

describe('an experiment', () => {
  it('whose data go on counts once, with what it last said', () => {
    const [grown, whole] = [account(), account()];
    for (const share of [0.1, 0.3, 0.6, 1])
      grown.evidence(
        'e1',
        better.map(([ad, n, c]) => [ad, n * share, c * share]),
      );
    whole.evidence('e1', better);
    expect(grown.sums.all_experiments).toBe(1);
    expect(grown.sums.all_impressions).toBe(whole.sums.all_impressions);
    for (const [i, value] of whole.sums.vector.entries()) expect(grown.sums.vector[i]).toBeCloseTo(value, 9);
  });

  it('is not counted anew for a few impressions more, but is when data were restated', () => {
    const one = account();
    one.evidence('e1', better);
    const before = one.sums;
    one.evidence(
      'e1',
      better.map(([ad, n, c]) => [ad, n * 1.1, c * 1.1]),
    );
    expect(one.sums).toBe(before);
    one.evidence(
      'e1',
      better.map(([ad, n, c]) => [ad, n * 0.99, c * 0.9]),
      { restated: true },
    );
    expect(one.sums).not.toBe(before);
  });

  it.each([
    ['whose ads share an audience', { design: 'observational', status: 'leader' }],
    ['whose users were not shared out as planned', { status: 'blocked' }],
    ['that counts other things than clicks', { primary_metric: 'cvr' }],
  ] as const)('%s says nothing, and is taken out if it did before', (_, given) => {
    const one = account();
    one.evidence('e1', better, given);
    expect(one.sums.all_experiments).toBe(0);
    expect(one.told).toEqual([]);
    one.evidence('e1', better);
    expect(one.sums.all_experiments).toBe(1);
    one.evidence('e1', better, given);
    expect(one.sums.all_experiments).toBe(0);
    expect(one.told.at(-1)).toMatchObject({ experiments: 0, traits: [] });
  });

  it('in which an ad became another creative is taken out for good', () => {
    const one = account();
    one.evidence('e1', better);
    one.read('none', 'Why do coats weigh so much?');
    one.evidence('e1', better);
    expect(one.sums.all_experiments).toBe(0);
    one.evidence(
      'e1',
      better.map(([ad, n, c]) => [ad, n * 3, c * 3]),
    );
    expect(one.sums.all_experiments).toBe(0);
    expect(experimentOf(one.parts, 'e1')?.changed).toBe(true);
  });

  it('whose ads newer rules read waits until they have read all of them', () => {
    const one = account();
    one.evidence('e1', better);
    one.read('none', 'Some Small Coats That Are Warm', 2);
    one.evidence('e1', better);
    expect(one.sums.all_experiments).toBe(0);
    one.read('number', '9 Small Coats That Are Warm', 2);
    one.evidence('e1', better);
    expect(one.sums.all_experiments).toBe(1);
    expect(one.told.at(-1)?.extractor_version).toBe(2);
  });

  it('counts the ads whose DNA is known, from the time on that it is', () => {
    const one = new Account();
    one.read('number', '9 Small Coats That Are Warm');
    one.evidence('e1', better);
    expect(one.sums.all_experiments).toBe(0);
    one.read('none', 'Some Small Coats That Are Warm');
    one.evidence('e1', better);
    expect(one.sums.all_experiments).toBe(1);
  });
});

describe('a formula', () => {
  it('is not told again when it did not move, nor worked out again before the data grew', () => {
    const one = account();
    one.evidence('e1', better);
    const at = one.state.worked_out_at;
    one.read('one', '8 Coats');
    one.evidence('e2', [
      ['number', 3_000, 60],
      ['one', 3_000, 60],
    ]);
    expect(one.sums.all_experiments).toBe(2);
    expect(one.state.worked_out_at).toBe(at);
    expect(one.told).toHaveLength(1);
    expect(Object.keys(toldOf(one.parts))).toEqual(one.told[0]?.traits.map(({ trait, value }) => `${trait}=${value}`));
  });

  it('is worked out less often than experiments come, the more of them came', () => {
    const one = account();
    for (let i = 0; i < 300; i++) one.evidence(`e${i}`, better);
    expect(one.sums.all_experiments).toBe(300);
    expect(one.told.length).toBeLessThan(60);
  });
});

const from = (ad_id: string): MadeFrom => ({
  ad_id,
  trait: 'number',
  from: null,
  to: 'yes',
  suggested_by: 'score',
  decision_id: null,
});

/** An account that has learned that numbers go with clicks, and made an ad with one from an ad without. */
function applied(): Account {
  const one = account();
  for (let i = 0; i < 10; i++) one.evidence(`e${i}`, better);
  one.read('made', '7 Small Coats That Are Warm', undefined, from('none'));
  return one;
}

describe('an ad made from another one', () => {
  it('is expected to do what the formula says of what was changed, and that stands', () => {
    const one = applied();
    const first = applicationOf(one.parts, 'made');
    expect(first).toMatchObject({ made_from: { ad_id: 'none' }, expected: { differs: ['number'] }, outcome: null });
    expect(first?.expected?.low).toBeGreaterThan(0);
    for (let i = 10; i < 30; i++) one.evidence(`e${i}`, better);
    one.read('made', '7 Small Coats That Are Warm', undefined, from('none'));
    expect(applicationOf(one.parts, 'made')).toEqual(first);
  });

  it.each([
    ['better', 800, 1],
    ['worse', 450, -1],
  ])('keeps what came of it beside that ad, where it did %s', (_, clicks, sign) => {
    const one = applied();
    const expected = applicationOf(one.parts, 'made')?.expected;
    one.evidence('test', [
      ['made', 40_000, clicks],
      ['none', 40_000, 600],
      ['number', 40_000, 2_000],
    ]);
    const application = applicationOf(one.parts, 'made');
    const outcome = application?.outcome;
    expect(outcome).toMatchObject({ experiment_id: 'test', against: 'source', impressions: 80_000, at_ms: 7 });
    expect(outcome?.effect).toBeCloseTo(Math.log((clicks + 0.5) / 600.5), 12);
    expect(Math.sign(outcome?.low ?? 0)).toBe(sign);
    expect(outcome?.predicted?.low).toBeLessThan(expected?.low ?? 0);
    expect(application?.expected).toEqual(expected);
  });

  it('is compared with its rivals where that ad does not run beside it, and nothing was predicted of that', () => {
    const one = applied();
    one.evidence('test', [
      ['made', 40_000, 800],
      ['number', 40_000, 800],
    ]);
    expect(applicationOf(one.parts, 'made')?.outcome).toMatchObject({ against: 'rivals', predicted: null, effect: 0 });
    const beside: readonly Result[] = [
      ['made', 40_000, 800],
      ['none', 40_000, 600],
    ];
    one.evidence('beside', beside);
    expect(applicationOf(one.parts, 'made')?.outcome).toMatchObject({ experiment_id: 'beside', against: 'source' });
    one.evidence('test', [
      ['made', 80_000, 1_600],
      ['number', 80_000, 1_600],
    ]);
    expect(applicationOf(one.parts, 'made')?.outcome?.experiment_id).toBe('beside');
  });

  it('has no outcome where the experiment says nothing, and loses it where it says nothing any more', () => {
    const one = applied();
    const results: readonly Result[] = [
      ['made', 40_000, 800],
      ['none', 40_000, 600],
    ];
    const blocked = { status: 'blocked' } as const;
    one.evidence('test', results, blocked);
    expect(applicationOf(one.parts, 'made')?.outcome).toBeNull();
    one.evidence('test', results);
    expect(applicationOf(one.parts, 'made')?.outcome).not.toBeNull();
    one.evidence('test', results, blocked);
    expect(applicationOf(one.parts, 'made')?.outcome).toBeNull();
  });

  it('of which nobody knows what it was made from has an outcome without an expectation', () => {
    const one = account();
    one.read('made', '7 Small Coats That Are Warm', undefined, from('gone'));
    expect(applicationOf(one.parts, 'made')).toMatchObject({ expected: null, outcome: null });
    one.evidence('e', [
      ['made', 40_000, 800],
      ['none', 40_000, 600],
    ]);
    expect(applicationOf(one.parts, 'made')?.outcome).toMatchObject({ against: 'rivals', predicted: null });
  });
});
