import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../../policy/document.ts';
import type { PromotionPolicy } from '../../../policy/promotion.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import type {
  BudgetChangeRequested,
  EvidenceChanged,
  ExperimentDeclared,
  WinnerDetected,
  WinnerWithdrawn,
} from '../../../schemas/index.ts';
import { day_ms } from '../../../schemas/values.ts';
import { familyOf, nextFamily } from '../family.ts';
import { familyViews } from '../views.ts';
import { decide } from './decide.ts';
import { isHeldOut } from './holdout.ts';
import { initialAccount, type AccountState, type Member } from './state.ts';
import { wiring } from './wiring.ts';

const start_ms = Date.parse('2026-11-02T00:00:00Z');

const arm = (ad_id: string, impressions: number, clicks: number): EvidenceChanged['arms'][number] => ({
  ad_id,
  adset_id: `set-${ad_id}`,
  impressions,
  clicks,
  rate: clicks / impressions,
  e_value: 0,
  peak_e_value: 0,
});

const example: EvidenceChanged = {
  account_id: 'act',
  experiment_id: 'a',
  campaign_id: 'c',
  family: '2026-Q4',
  design: 'parallel',
  primary_metric: 'link_ctr',
  status: 'deciding',
  leading_ad_id: 'ad_a',
  e_value: 3,
  peak_e_value: 3,
  threshold: 600,
  blocks: 9,
  block_hours: 24,
  arms: [arm('ad_a', 10_000, 198), arm('ad_b', 10_000, 150)],
  needed_impressions: 3_000,
  srm_p: null,
  lift: 0.11,
  lift_low: -0.14,
  lift_high: 0.36,
  guardrail_broken: null,
  restated: false,
  start_ms,
  provenance: 'live',
  reason: 'so it is',
  at_ms: start_ms,
  policy_version: 'p',
};

/** What the arms had at their strongest. */
const peaks = (a: number, b = 0): Pick<EvidenceChanged, 'arms' | 'peak_e_value'> => ({
  peak_e_value: Math.max(a, b),
  arms: example.arms.map((one, i) => ({ ...one, peak_e_value: i === 0 ? a : b })),
});

const declaration: ExperimentDeclared = {
  account_id: 'act',
  experiment_id: 'a',
  campaign_id: 'c',
  name: 'headlines',
  design: 'parallel',
  primary_metric: 'link_ctr',
  guardrail_metrics: [],
  arms: ['ad_a', 'ad_b'].map((ad_id) => ({ ad_id, adset_id: `set-${ad_id}`, planned_share: 0.5 })),
  control_ad_id: null,
  start_ms,
  planned_days: 14,
  expected_rate: 0.015,
  provenance: 'live',
};

const seedless = { at_ms: 0, seed: 0, random: () => 0, key: 'act', stateKey: '' };
type Emitted = { readonly topic: string; readonly value: WinnerDetected | WinnerWithdrawn };

/** An account's state and parts, moved by handlers that see only the parts that the wiring names. */
class Account {
  state: AccountState = initialAccount();
  readonly parts = new Map<string, Member>();
  readonly requests: BudgetChangeRequested[] = [];
  readonly #policy;

  constructor(evidence: Partial<EvidencePolicy> = {}, promotion: Partial<PromotionPolicy> = {}) {
    this.#policy = {
      ...defaultPolicy,
      evidence: { ...defaultPolicy.evidence, ...evidence },
      promotion: { ...defaultPolicy.promotion, ...promotion },
    };
  }

  #context(names: readonly string[] | undefined) {
    const parts = new Map([...this.parts].filter(([name]) => names?.includes(name)));
    return { ...seedless, policy: this.#policy, parts };
  }

  #keep(decision: { state: AccountState | null; parts?: ReadonlyMap<string, Member | null> }): void {
    this.state = decision.state ?? initialAccount();
    for (const [name, part] of decision.parts ?? []) if (part !== null) this.parts.set(name, part);
  }

  evidence(experiment_id: string, e_value: number, given: Partial<EvidenceChanged> = {}): readonly Emitted[] {
    const event: EvidenceChanged = {
      ...example,
      experiment_id,
      status: 'deciding',
      e_value,
      peak_e_value: e_value,
      arms: example.arms.map((one) => (one.ad_id === 'ad_a' ? { ...one, peak_e_value: e_value } : one)),
      ...given,
    };
    const decision = decide['evidence.changed'](
      this.state,
      event,
      this.#context(wiring.partKeys?.['evidence.changed']?.(event, this.state)),
    );
    this.#keep(decision);
    const emitted = decision.emit ?? [];
    this.requests.push(...emitted.flatMap((one) => (one.topic === 'budget.change.requested' ? [one.value] : [])));
    return emitted.flatMap((one) =>
      one.topic === 'cycle.step.finished' || one.topic === 'budget.change.requested' ? [] : [one],
    );
  }

  /** The step of a cycle: what is emitted, its answer last. */
  step(): readonly string[] {
    const at_ms = start_ms;
    const event = { account_id: 'act', cycle_id: 'one', retrain: true, accuracy_threshold: null, at_ms } as const;
    const request = { ...event, step: 'auto_promote' } as const;
    const names = wiring.partKeys?.['cycle.step.requested']?.(request, this.state);
    const decision = decide['cycle.step.requested'](this.state, request, this.#context(names));
    this.#keep(decision);
    const emitted = (decision.emit ?? []).filter(({ topic }) => topic !== 'budget.change.requested');
    return emitted.map((one) =>
      one.topic === 'cycle.step.finished' ? one.value.reason : `${one.topic} ${one.value.experiment_id}`,
    );
  }

  declare(experiment_id: string): void {
    const event = { ...declaration, experiment_id };
    this.#keep(decide['experiment.declared'](this.state, event, this.#context([experiment_id])));
  }
}

const names = (emitted: readonly Emitted[]): readonly string[] =>
  emitted.map(({ topic, value }) => `${topic} ${value.experiment_id}`);

describe('announcing winners', () => {
  it('needs K/α of an experiment that is alone, and carries its evidence', () => {
    const account = new Account();
    expect(account.evidence('a', 599)).toEqual([]);
    const [won] = account.evidence('a', 600);
    expect(won).toMatchObject({
      topic: 'winner.detected',
      value: {
        ad_id: 'ad_a',
        e_value: 600,
        threshold: 600,
        planned_experiments: 30,
        announced_before: 0,
        rivals: ['ad_b'],
      },
    });
    expect(won?.value.reason).toMatch(/^ad_a beats ad_b: 1\.98 % against 1\.5 %, lift \+11 % \(−14 % to \+36 %\)\. /);
  });

  it('needs less of each when several are strong, and announces them together', () => {
    const account = new Account();
    expect(account.evidence('a', 310)).toEqual([]);
    expect(names(account.evidence('b', 305))).toEqual(['winner.detected a', 'winner.detected b']);
    expect(names(account.evidence('c', 201))).toEqual(['winner.detected c']);
  });

  it('happens once, and an announced winner stays however its evidence falls', () => {
    const account = new Account();
    account.evidence('a', 700);
    expect(account.evidence('a', 5_000)).toEqual([]);
    expect(account.evidence('a', 3)).toEqual([]);
    expect(names(account.evidence('b', 301))).toEqual(['winner.detected b']);
  });

  it('is taken back when restated data take the evidence away, and then no longer helps others', () => {
    const account = new Account();
    account.evidence('a', 700);
    const [back] = account.evidence('a', 40, { ...peaks(90), restated: true });
    expect(back).toMatchObject({
      topic: 'winner.withdrawn',
      value: { e_value_announced: 700, e_value: 90, threshold: 600 },
    });
    expect(account.evidence('b', 301)).toEqual([]);
    expect(names(account.evidence('a', 700))).toEqual(['winner.detected a', 'winner.detected b']);
  });

  it('is not taken back by a restatement that leaves enough', () => {
    const account = new Account();
    account.evidence('a', 700);
    expect(account.evidence('a', 40, { ...peaks(650), restated: true })).toEqual([]);
  });

  it('is taken back when restated data turn the evidence over to its rival', () => {
    const account = new Account();
    account.evidence('a', 700);
    const turned = { ...peaks(3, 9_000), leading_ad_id: 'ad_b', restated: true };
    expect(names(account.evidence('a', 9_000, turned))).toEqual(['winner.withdrawn a', 'winner.detected a']);
  });

  it.each<[string, Partial<EvidenceChanged>, Partial<EvidencePolicy>]>([
    ['an observational design', { design: 'observational', status: 'leader' }, {}],
    ['too little exposure', { status: 'collecting' }, {}],
    ['a sample ratio that does not fit', { status: 'blocked' }, {}],
    ['a broken guardrail', { guardrail_broken: 'cvr' }, {}],
    ['a lift that is not worth it', { lift_low: 0.01 }, { min_lift: 0.02 }],
    ['a rate below the least', { arms: example.arms.map((arm) => ({ ...arm, rate: 0.02 })) }, { min_rate: 0.03 }],
    ['no leading ad', { leading_ad_id: null }, {}],
  ])('does not happen with %s', (_, given, policy) => {
    const account = new Account(policy);
    expect(account.evidence('a', 1e9, given)).toEqual([]);
    expect(names(new Account().evidence('a', 1e9))).toEqual(['winner.detected a']);
  });

  it('never announces more than e-BH allows, in whatever order evidence comes', () => {
    const evidence = fc.array(fc.tuple(fc.nat(6), fc.double({ min: 0, max: 2_000, noNaN: true })), { maxLength: 40 });
    fc.assert(
      fc.property(evidence, (changes) => {
        const account = new Account({ planned_experiments: 5 });
        const announced: number[] = [];
        for (const [experiment, e] of changes)
          for (const { value } of account.evidence(String(experiment), e)) announced.push(value.e_value);
        announced.forEach((e) => expect(e).toBeGreaterThanOrEqual(5 / (0.05 * announced.length) - 1e-9));
      }),
    );
  });
});

describe('winners that are held out', () => {
  const winner = (i: number) => ({ account_id: 'act', experiment_id: `e${i}`, ad_id: `ad${i}` });
  const all = Array.from({ length: 20_000 }, (_, i) => winner(i));

  it('are about as many as the policy has it', () => {
    for (const share of [0, 0.1, 0.5]) {
      const held = all.filter((one) => isHeldOut(one, share)).length;
      expect(Math.abs(held - share * all.length)).toBeLessThanOrEqual(4 * Math.sqrt(share * (1 - share) * all.length));
    }
  });

  it('are the same under a larger share, and more', () => {
    for (const one of all.slice(0, 2_000)) if (isHeldOut(one, 0.1)) expect(isHeldOut(one, 0.3)).toBe(true);
  });

  it('do not hang on where their ids come in a row', () => {
    const held = all.map((one) => isHeldOut(one, 0.5));
    const alike = held.filter((one, i) => one === held[i + 1]).length;
    expect(Math.abs(alike - all.length / 2)).toBeLessThanOrEqual(4 * Math.sqrt(all.length / 4));
  });

  it('are announced with the lot and its reason, and stay on their side when they are announced again', () => {
    const held_out = (share: number): readonly boolean[] => {
      const account = new Account({}, { holdout_share: share });
      const won = account.evidence('a', 700);
      account.evidence('a', 40, { ...peaks(90), restated: true });
      return [...won, ...account.evidence('a', 700)].map(({ value }) => 'is_held_out' in value && value.is_held_out);
    };
    expect(held_out(0)).toEqual([false, false]);
    expect(held_out(1)).toEqual([true, true]);
    const [won] = new Account({}, { holdout_share: 1 }).evidence('a', 700);
    expect(won?.value.reason).toContain('held out at random');
  });
});

describe('families', () => {
  it('are quarters of the start, in UTC', () => {
    const quarter = (date: string): string => familyOf(Date.parse(date), 'quarter');
    expect(quarter('2026-01-01T00:00:00Z')).toBe('2026-Q1');
    expect(quarter('2024-02-29T12:00:00Z')).toBe('2024-Q1');
    expect(quarter('2025-03-31T23:59:59Z')).toBe('2025-Q1');
    expect(quarter('2025-04-01T00:00:00Z')).toBe('2025-Q2');
    expect(quarter('2026-12-31T23:59:59Z')).toBe('2026-Q4');
    expect(nextFamily('2026-Q4')).toBe('2027-Q1');
    expect(nextFamily('2026-Q1')).toBe('2026-Q2');
  });

  it('agree with the calendar on every day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (day) => {
        const date = new Date(day * day_ms);
        const expected = `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
        expect(familyOf(day * day_ms, 'quarter')).toBe(expected);
      }),
    );
  });

  it('that are full send further starts to the next quarter', () => {
    const account = new Account({ planned_experiments: 2 });
    for (const id of ['a', 'b', 'c', 'c']) account.declare(id);
    expect(familyViews(account.state).map(({ family, members }) => [family, members])).toEqual([
      ['2026-Q4', 2],
      ['2027-Q1', 1],
    ]);
  });

  it('keep the K and α that they began with', () => {
    const account = new Account({ planned_experiments: 2 });
    account.evidence('a', 1);
    expect(familyViews(account.state)[0]).toMatchObject({ planned: 2, alpha: 0.05, members: 1 });
  });

  it('of all experiments have room for as many as were planned; the next are a family of their own', () => {
    const account = new Account({ planned_experiments: 2, family: 'all' });
    for (const id of ['a', 'b', 'c']) account.declare(id);
    expect(familyViews(account.state)).toMatchObject([
      { family: 'all', members: 2 },
      { family: 'all-2', members: 1 },
    ]);
  });
});

describe('the step of a cycle', () => {
  it('looks at every experiment again, and finds what was announced already', () => {
    const account = new Account();
    expect(account.step()).toEqual(['no experiment that could have a winner was declared']);
    account.evidence('a', 700);
    account.declare('b');
    expect(account.step()).toEqual(['2 experiments checked: 1 winner in all, no other may be announced']);
  });

  it('announces whoever may be announced and was not, with its evidence', () => {
    const account = new Account();
    account.evidence('a', 250);
    account.evidence('b', 590);
    // As if the family had planned fewer experiments: both pass now, though no evidence changes.
    account.state = { families: account.state.families.map((family) => ({ ...family, planned: 10 })) };
    expect(account.step()).toEqual([
      'winner.detected b',
      'winner.detected a',
      '2 experiments checked: 2 winners in all, 2 winners announced now',
    ]);
    expect(account.step()).toEqual(['2 experiments checked: 2 winners in all, no other may be announced']);
  });
});
