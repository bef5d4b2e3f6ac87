import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPairs, withBlock } from '../../../learning/evidence/blocks.ts';
import { metricOf } from '../../../learning/evidence/metrics.ts';
import { binomial, generator, normal, poisson } from '../../../learning/numeric.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import type { AdMetrics, EvidenceChanged, ExperimentDeclared } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { snapshot as anySnapshot, start_ms, type Given } from '../../../testing/snapshot.ts';
import { decide } from './decide.ts';
import { blockName, initialExperiment, type ExperimentState, type Part } from './state.ts';
import { experimentView } from '../views.ts';
import { wiring } from './wiring.ts';

const seedless = { at_ms: start_ms, seed: 0, random: () => 0, key: 'act', stateKey: 'exp' };

/** One experiment's state and parts, moved by handlers that see only the parts that the wiring names. */
class Experiment {
  state: ExperimentState = initialExperiment();
  readonly parts = new Map<string, Part>();
  dormant = false;
  readonly #policy;

  constructor(evidence: Partial<EvidencePolicy> = {}) {
    this.#policy = { ...defaultPolicy, evidence: { ...defaultPolicy.evidence, ...evidence } };
  }

  #named(names: readonly string[] | undefined): ReadonlyMap<string, Part> {
    return new Map([...this.parts].filter(([name]) => names?.includes(name)));
  }

  #keep(decision: {
    state: ExperimentState | null;
    dormant?: boolean;
    parts?: ReadonlyMap<string, Part | null>;
  }): void {
    this.state = decision.state ?? initialExperiment();
    this.dormant = decision.dormant ?? false;
    for (const [name, part] of decision.parts ?? [])
      if (part === null) this.parts.delete(name);
      else this.parts.set(name, part);
  }

  declare(given: Partial<ExperimentDeclared> = {}): this {
    const context = { ...seedless, policy: this.#policy, parts: new Map<string, Part>() };
    this.#keep(decide['experiment.declared'](this.state, declaration(given), context));
    return this;
  }

  metrics(given: Given): void {
    const event = snapshot(given);
    const parts = this.#named(wiring.partKeys?.['ad.metrics']?.(event, this.state));
    this.#keep(decide['ad.metrics'](this.state, event, { ...seedless, policy: this.#policy, parts }));
  }

  tick(hour: number): EvidenceChanged | undefined {
    const event = { hour_ms: start_ms + hour * hour_ms };
    const parts = this.#named(wiring.partKeys?.['tick.hourly']?.(event, this.state));
    const decision = decide['tick.hourly'](this.state, event, { ...seedless, policy: this.#policy, parts });
    this.#keep(decision);
    return decision.emit?.[0]?.value;
  }

  get view(): NonNullable<ReturnType<typeof experimentView>> {
    const view = experimentView(this.state);
    if (view === null) throw new Error('the experiment is not declared');
    return view;
  }
}

/** A snapshot of the experiment's. */
const snapshot = (given: Given): AdMetrics => anySnapshot({ experiment_id: 'exp', ...given });

function declaration(given: Partial<ExperimentDeclared>): ExperimentDeclared {
  return {
    account_id: 'act',
    experiment_id: 'exp',
    campaign_id: 'c',
    name: 'headlines',
    design: 'randomised',
    primary_metric: 'link_ctr',
    guardrail_metrics: [],
    arms: ['x', 'y'].map((ad_id) => ({ ad_id, adset_id: `set-${ad_id}`, planned_share: 0.5 })),
    control_ad_id: null,
    start_ms,
    planned_days: 14,
    expected_rate: 0.015,
    provenance: 'live',
    ...given,
  };
}

interface Rates {
  readonly x: number;
  readonly y: number;
}

/** Plays hours of two ads with these click rates; returns what was told. */
function play(experiment: Experiment, from: number, to: number, rates: Rates, seed = 1): EvidenceChanged[] {
  const random = generator(seed);
  const told: EvidenceChanged[] = [];
  for (let hour = from; hour < to; hour++) {
    for (const ad_id of ['x', 'y'] as const)
      experiment.metrics({ hour, ad_id, link_clicks: binomial(1_000, rates[ad_id], random) });
    const event = experiment.tick(hour);
    if (event !== undefined) told.push(event);
  }
  return told;
}

const better: Rates = { x: 0.03, y: 0.015 };
const equal: Rates = { x: 0.015, y: 0.015 };

describe('evidence of an experiment', () => {
  it('leads to the better ad, and says so in numbers and words', () => {
    const last = play(new Experiment().declare(), 0, 12 * 24, better).at(-1);
    expect(last).toMatchObject({ status: 'separated', leading_ad_id: 'x', restated: false, family: '2024-Q4' });
    expect(last?.e_value).toBeGreaterThan(last?.threshold ?? Infinity);
    expect(last?.lift_low).toBeGreaterThan(0);
    expect(last?.reason).toMatch(/^x leads with evidence .*, above the 600 that the first winner of its family needs/);
  });

  it('does not separate ads that are alike', () => {
    const told = play(new Experiment().declare(), 0, 12 * 24, equal);
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set(['collecting', 'deciding']));
  });

  it('is told when a block closes, when the status changes and every six hours, not each hour', () => {
    const experiment = new Experiment().declare({ expected_rate: 0.0001 });
    const told = Array.from({ length: 13 }, (_, hour) => {
      experiment.metrics({ hour, ad_id: 'x', link_clicks: 0 });
      experiment.metrics({ hour, ad_id: 'y', link_clicks: 0 });
      return experiment.tick(hour) === undefined ? '-' : 'told';
    });
    expect(told.join(' ')).toBe('told - - - - - told - - - - - told');
  });

  it('says from its pace what lift it can show within its plan', () => {
    const experiment = new Experiment().declare({ design: 'parallel', planned_days: 14 });
    const last = play(experiment, 0, 100, equal).at(-1);
    // 15 clicks an hour in the smaller arm, 264 of the planned hours after calibration: 3,960 clicks in 11 blocks, of which a t of 6.4 is needed.
    expect(last?.reason).toMatch(
      /At this pace a lift of about (19|20|21) % or more shows within the planned 14 days\.$/,
    );
  });

  it('says once its planned days are over that they are, and no longer what may show within them', () => {
    const experiment = new Experiment().declare({ design: 'parallel', planned_days: 14 });
    const told = play(experiment, 0, 331, equal);
    expect(told.at(-1)?.reason).toMatch(/At this pace .* within the planned 14 days\.$/);
    // The data may end before the plan does: the end is told with the hour in which it falls.
    const ended = Array.from({ length: 24 }, (_, i) => experiment.tick(331 + i)).filter((event) => event !== undefined);
    expect(ended.map(({ at_ms }) => (at_ms - start_ms) / day_ms)).toEqual([14]);
    expect(ended[0]?.reason).toMatch(
      / Its planned 14 days are over: a lift of about \d+ % or more would have shown\.$/,
    );
  });

  it('says of a plan that is too short that nothing can show in it', () => {
    const told = play(new Experiment().declare({ design: 'parallel', planned_days: 5 }), 0, 110, equal);
    expect(told.at(-1)?.reason).toMatch(/no lift shows within the planned 5 days: they hold too few blocks\.$/);
  });

  it('below 1 is nobody’s lead', () => {
    const told = play(new Experiment().declare(), 0, 14 * 24, equal).filter(({ status }) => status === 'deciding');
    const weak = told.filter(({ e_value }) => e_value > 0 && e_value < 1);
    expect(weak.length).toBeGreaterThan(0);
    for (const { reason } of weak) expect(reason).toMatch(/^No ad stands out: the strongest evidence is 0\./);
    for (const { reason, e_value } of told) if (e_value >= 1) expect(reason).toMatch(/^[xy] leads with evidence/);
  });

  it('names the threshold of a first winner only: what it needs itself depends on its family', () => {
    const reasons = play(new Experiment().declare(), 0, 10 * 24, equal).map(({ reason }) => reason);
    expect(reasons.at(-1)).toContain('The first winner of its family needs 600, each further one less.');
  });

  it('counts only what has matured', () => {
    const experiment = new Experiment({ maturity_hours: 3 }).declare();
    play(experiment, 0, 5, better);
    expect(experiment.view.hours).toBe(2);
  });

  it('waits for the end of a window that is longer than an hour', () => {
    const experiment = new Experiment().declare();
    const day = { window_start_ms: start_ms, window_end_ms: start_ms + day_ms };
    for (const ad_id of ['x', 'y']) experiment.metrics({ ...day, ad_id, as_of_ms: start_ms + 5 * hour_ms });
    for (let hour = 0; hour < 23; hour++) experiment.tick(hour);
    expect(experiment.view.hours).toBe(0);
    experiment.tick(23);
    expect(experiment.view.arms.map(({ impressions }) => impressions)).toEqual([1_000, 1_000]);
  });
});

describe('a restatement', () => {
  const hours = 30;
  type Restated = readonly (readonly [hour: number, ad: number, clicks: number])[];
  const restatements: fc.Arbitrary<Restated> = fc.array(fc.tuple(fc.nat(hours - 1), fc.nat(1), fc.nat(60)), {
    minLength: 1,
    maxLength: 12,
  });

  /** What was restated to what, the last word for each hour and ad. */
  const lastWord = (changes: Restated): ReadonlyMap<string, number> =>
    new Map(changes.map(([hour, ad, clicks]) => [`${hour} ${ad}`, clicks]));

  function restatedRun(design: ExperimentDeclared['design'], changes: Restated, seed: number): Experiment {
    const experiment = new Experiment({ calibration_hours: 8 }).declare({ design });
    play(experiment, 0, hours, better, seed);
    changes.forEach(([hour, ad, link_clicks], i) =>
      experiment.metrics({ hour, ad_id: ad === 0 ? 'x' : 'y', link_clicks, as_of_ms: start_ms + 90 * hour_ms + i }),
    );
    return experiment;
  }

  it.each(['randomised', 'parallel'] as const)('of a %s design moves every total by the difference only', (design) => {
    fc.assert(
      fc.property(restatements, fc.nat(1_000), (changes, seed) => {
        const experiment = restatedRun(design, changes, seed);
        const last = lastWord(changes);
        const clicks = [0, 0];
        const random = generator(seed);
        for (let hour = 0; hour < hours; hour++)
          for (const ad of [0, 1]) {
            const drawn = binomial(1_000, ad === 0 ? better.x : better.y, random);
            clicks[ad] = (clicks[ad] ?? 0) + (last.get(`${hour} ${ad}`) ?? drawn);
          }
        expect(experiment.view.arms.map(({ successes }) => successes)).toEqual(clicks);
      }),
      { numRuns: 40 },
    );
  });

  it.each(['randomised', 'parallel'] as const)('of a %s design leaves the evidence that its blocks give', (design) => {
    fc.assert(
      fc.property(restatements, fc.nat(1_000), (changes, seed) => {
        const experiment = restatedRun(design, changes, seed);
        const { following } = experiment.state;
        if (following === null) throw new Error('the experiment is declared');
        const blocks = following.block_starts.map((start) => experiment.parts.get(blockName(start)));
        const values = blocks.map((block) =>
          block?.kind === 'block' ? [0, 1].map((arm) => metricOf('link_ctr', block.totals, arm)) : [],
        );
        const [found] = following.course.pairs;
        const [expected] = values.reduce(withBlock, emptyPairs(2));
        expect(found?.n).toBe(following.course.blocks);
        expect(found?.n).toBe(expected?.n);
        expect(found?.sum).toBeCloseTo(expected?.sum ?? NaN, 12);
        expect(found?.sum_squares).toBeCloseTo(expected?.sum_squares ?? NaN, 12);
      }),
      { numRuns: 40 },
    );
  });

  it('moves a closed block and is told with the next tick', () => {
    const hours = 12 * 24;
    const experiment = new Experiment().declare();
    play(experiment, 0, hours, better);
    const before = experiment.view.e_value;
    experiment.metrics({ hour: 100, ad_id: 'y', link_clicks: 200, as_of_ms: start_ms + 400 * hour_ms });
    const told = experiment.tick(hours);
    expect(told?.restated).toBe(true);
    expect(experiment.view.e_value).toBeLessThan(before);
    expect(told?.peak_e_value).toBeLessThan(before);
    expect(experiment.tick(hours + 1)?.restated ?? false).toBe(false);
  });

  it('that says again what was said is none', () => {
    const hours = 12 * 24;
    const experiment = new Experiment().declare();
    play(experiment, 0, hours, equal);
    const { course } = experiment.state.following ?? {};
    const random = generator(1);
    for (let hour = 0; hour < hours; hour++)
      for (const ad_id of ['x', 'y'] as const) {
        const link_clicks = binomial(1_000, equal[ad_id], random);
        experiment.metrics({ hour, ad_id, link_clicks, as_of_ms: start_ms + 400 * hour_ms });
      }
    expect(experiment.state.following).toMatchObject({ restated: false, course });
  });

  it('keeps the strongest moment of each arm: the evidence may turn from one to the other', () => {
    const hours = 12 * 24;
    const experiment = new Experiment().declare();
    play(experiment, 0, hours, better);
    const won = experiment.view.e_value;
    const random = generator(1);
    for (let hour = 0; hour < hours; hour++)
      for (const [ad_id, other] of [
        ['x', 'y'],
        ['y', 'x'],
      ] as const) {
        const link_clicks = binomial(1_000, better[other], random);
        experiment.metrics({ hour, ad_id, link_clicks, as_of_ms: start_ms + 400 * hour_ms });
      }
    const told = experiment.tick(hours);
    const peaks = told?.arms.map(({ peak_e_value }) => peak_e_value) ?? [];
    expect(told?.leading_ad_id).toBe('y');
    expect(peaks[0]).toBeLessThan(20);
    expect(peaks[1]).toBeGreaterThan(600);
    expect(won).toBeGreaterThan(600);
  });

  it('that is not newer changes nothing', () => {
    const experiment = new Experiment().declare();
    play(experiment, 0, 10, better);
    const { state } = experiment;
    experiment.metrics({ hour: 3, ad_id: 'y', link_clicks: 200, as_of_ms: start_ms + 4 * hour_ms });
    expect(experiment.state).toBe(state);
  });

  it('is not taken after 30 days, when the book of its day is gone', () => {
    const experiment = new Experiment().declare();
    play(experiment, 0, 24, better);
    experiment.metrics({ hour: 31 * 24, ad_id: 'x' });
    for (let hour = 24; hour < 32 * 24; hour += 1) experiment.tick(hour);
    const { arms } = experiment.view;
    experiment.metrics({ hour: 2, ad_id: 'x', link_clicks: 900, as_of_ms: start_ms + 800 * hour_ms });
    expect(experiment.view.arms).toEqual(arms);
    expect([...experiment.parts.keys()].filter((name) => name.startsWith('book'))).toHaveLength(1);
  });
});

/** Hours of impressions of both arms, with clicks at one rate. */
function shown(experiment: Experiment, hours: number, of: (hour: number) => readonly [number, number]): void {
  for (let hour = 0; hour < hours; hour++) {
    const impressions = of(hour);
    for (const [arm, ad_id] of ['x', 'y'].entries()) {
      const n = impressions[arm] ?? 0;
      const as_of_ms = start_ms + (hours + hour + 1) * hour_ms;
      experiment.metrics({ hour, ad_id, impressions: n, link_clicks: Math.round(n * 0.015), as_of_ms });
    }
    experiment.tick(hour);
  }
}

describe('what keeps a winner from being named', () => {
  it('observational data have a leader, whatever they say', () => {
    const told = play(new Experiment().declare({ design: 'observational' }), 0, 24 * 24, better);
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set(['leader']));
    expect(told.at(-1)?.e_value).toBeGreaterThan(600);
    expect(told.at(-1)?.reason).toContain('never a winner');
  });

  it('a randomised design whose impressions do not follow the plan is blocked', () => {
    const experiment = new Experiment().declare();
    shown(experiment, 5 * 24, () => [1_300, 1_000]);
    expect(experiment.view.status(defaultPolicy.evidence)).toBe('blocked');
  });

  it('an arm whose data come late blocks nothing once they are there', () => {
    const archive = new Experiment().declare({ provenance: 'replayed' });
    shown(archive, 24, () => [1_000, 1_000]);
    const late = { hour: 24, impressions: 60_000, link_clicks: 900, as_of_ms: start_ms + 90 * hour_ms };
    archive.metrics({ ...late, ad_id: 'x' });
    archive.tick(24);
    expect(archive.view.status(defaultPolicy.evidence)).toBe('blocked');
    archive.metrics({ ...late, ad_id: 'y' });
    expect(archive.view.status(defaultPolicy.evidence)).not.toBe('blocked');
  });

  it('shares that vary by themselves are no mismatch: users of an ad study see an ad several times', () => {
    let blocked = 0;
    for (let seed = 0; seed < 40; seed++) {
      const random = generator(seed);
      const experiment = new Experiment().declare();
      const pacing = (): number => poisson(1_000 * Math.exp(0.1 * normal(random)), random);
      shown(experiment, 14 * 24, () => [pacing(), pacing()]);
      if (experiment.view.status(defaultPolicy.evidence) === 'blocked') blocked++;
    }
    expect(blocked).toBe(0);
  });

  it('a guardrail that is broken is named', () => {
    const experiment = new Experiment().declare({ guardrail_metrics: ['cvr'] });
    const random = generator(2);
    let last: EvidenceChanged | undefined;
    for (let hour = 0; hour < 15 * 24; hour++) {
      experiment.metrics({ hour, ad_id: 'x', link_clicks: binomial(1_000, 0.03, random), conversions: 3 });
      experiment.metrics({ hour, ad_id: 'y', link_clicks: binomial(1_000, 0.015, random), conversions: 6 });
      last = experiment.tick(hour) ?? last;
    }
    expect(last).toMatchObject({ leading_ad_id: 'x', guardrail_broken: 'cvr' });
  });

  it('a guardrail may be added once hours have counted, and none may go', () => {
    const experiment = new Experiment().declare({ guardrail_metrics: ['cvr'] });
    play(experiment, 0, 24 * 8, better);
    expect(() => experiment.declare({ guardrail_metrics: [] })).toThrow(/may not lose cvr/);
    experiment.declare({ guardrail_metrics: ['cvr', 'roas'] });
    expect(experiment.state.following?.declared.guardrails).toEqual(['cvr', 'roas']);
    const early = new Experiment().declare();
    play(early, 0, 24, better);
    expect(() => early.declare({ guardrail_metrics: ['roas'] })).toThrow(/nor gain roas, which mature later/);
  });

  it('a guardrail on conversions makes all its data mature as conversions do', () => {
    const maturity = (given: Partial<ExperimentDeclared>): number | undefined =>
      new Experiment().declare(given).state.following?.rule.maturity_hours;
    expect(maturity({})).toBe(defaultPolicy.evidence.maturity_hours);
    expect(maturity({ guardrail_metrics: ['profit'] })).toBe(defaultPolicy.evidence.conversion_maturity_hours);
    expect(maturity({ primary_metric: 'cvr' })).toBe(defaultPolicy.evidence.conversion_maturity_hours);
  });

  it.each(['cost_per_result', 'roas', 'profit', 'cvr'] as const)(
    'hours without a conversion at the start of an experiment on %s hold up nothing that comes after',
    (primary_metric) => {
      const experiment = new Experiment().declare({ design: 'parallel', primary_metric, planned_days: 60 });
      const random = generator(3);
      for (let hour = 0; hour < 40 * 24; hour++) {
        for (const [ad_id, rate] of [
          ['x', 0.2],
          ['y', 0.1],
        ] as const) {
          const conversions = hour < 100 ? 0 : binomial(15, rate, random);
          experiment.metrics({ hour, ad_id, conversions, conversion_value_minor: conversions * 5_000 });
        }
        experiment.tick(hour);
      }
      expect(experiment.view.blocks).toBeGreaterThan(5);
    },
  );

  it('the first hours of a parallel design choose the length of blocks and are no evidence', () => {
    const experiment = new Experiment().declare({ design: 'parallel' });
    const told = play(experiment, 0, 72, better, 3);
    expect(told.at(-2)?.reason).toMatch(/^Hour \d+ of the 72 /);
    expect(experiment.view.blocks).toBe(0);
    play(experiment, 72, 24 * 6, better);
    expect(experiment.view).toMatchObject({ blocks: 3, block_hours: 24 });
  });
});

describe('an experiment', () => {
  it('counts metrics that came before its declaration', () => {
    const experiment = new Experiment();
    for (const ad_id of ['x', 'y']) experiment.metrics({ ad_id });
    experiment.tick(0);
    experiment.declare();
    experiment.tick(1);
    expect(experiment.view.arms.map(({ impressions }) => impressions)).toEqual([1_000, 1_000]);
  });

  it('may have its plan changed, but not its arms once hours have counted', () => {
    const experiment = new Experiment().declare();
    play(experiment, 0, 3, better);
    experiment.declare({ planned_days: 28 });
    expect(experiment.view.hours).toBe(3);
    const other = { arms: ['x', 'z'].map((ad_id) => ({ ad_id, adset_id: ad_id, planned_share: 0.5 })) };
    expect(() => experiment.declare(other)).toThrow(/exp has counted 3 hours under other arms/);
  });

  it('is left alone once nothing of it can change, and keeps what it found', () => {
    const experiment = new Experiment().declare();
    play(experiment, 0, 24, better);
    const { arms } = experiment.view;
    for (let hour = 24; hour < 24 * 33; hour++) experiment.tick(hour);
    expect(experiment.dormant).toBe(true);
    expect(experiment.parts.size).toBe(0);
    expect(experiment.view.arms).toEqual(arms);
  });

  it('that is never declared is forgotten with its data', () => {
    const experiment = new Experiment();
    experiment.metrics({});
    for (let hour = 0; hour < 24 * 32; hour++) experiment.tick(hour);
    expect(experiment.parts.size).toBe(0);
    expect(experiment.state).toEqual(initialExperiment());
  });

  it('refuses windows of another length and windows that overlap', () => {
    const experiment = new Experiment().declare();
    experiment.metrics({});
    const half = start_ms + hour_ms / 2;
    expect(() => experiment.metrics({ window_start_ms: half, window_end_ms: half + hour_ms })).toThrow(/count twice/);
    expect(() => experiment.metrics({ window_start_ms: start_ms, window_end_ms: start_ms + day_ms })).toThrow(
      /send one length of window/,
    );
  });

  it('adds up breakdowns of one hour', () => {
    const experiment = new Experiment().declare();
    for (const placement of ['feed', 'story']) experiment.metrics({ context: { placement } });
    experiment.metrics({ ad_id: 'y' });
    experiment.tick(0);
    expect(experiment.view.arms.map(({ impressions }) => impressions)).toEqual([2_000, 1_000]);
  });

  it('keeps nothing of metrics that belong to none', () => {
    const event = snapshot({ experiment_id: null });
    const context = { ...seedless, policy: defaultPolicy, parts: new Map<string, Part>() };
    expect(decide['ad.metrics'](initialExperiment(), event, context).state).toBeNull();
  });
});
