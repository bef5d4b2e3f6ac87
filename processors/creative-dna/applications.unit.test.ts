import { describe, expect, it } from 'vitest';
import { applicationsView } from './applications.ts';
import type { ApplicationPart } from './formula/state.ts';

const limit = 50;

/** An application of which +10 % was expected, and what came of it. */
function application(i: number, effect: number | null, given: Partial<ApplicationPart> = {}): ApplicationPart {
  const span = { low: -0.3, high: 0.5 };
  return {
    kind: 'application',
    ad_id: `ad${i}`,
    made_from: { ad_id: 'source', trait: 'hook', from: null, to: 'question', suggested_by: 'score', decision_id: null },
    expected: { effect: 0.1, low: 0, high: 0.2, differs: ['hook'] },
    expected_ms: i,
    outcome:
      effect === null
        ? null
        : {
            experiment_id: `e${i}`,
            against: 'source',
            effect,
            low: effect - 0.1,
            high: effect + 0.1,
            impressions: 80_000,
            clicks: 1_400,
            predicted: span,
            at_ms: i,
          },
    ...given,
  };
}

describe('ads made from other ads', () => {
  it('are listed newest first with what came of them, losers as winners', () => {
    const told = applicationsView('act', [application(1, 0.3), application(2, -0.4), application(3, 0.05)], limit);
    expect(told.rows.map(({ ad_id, verdict, inside }) => [ad_id, verdict, inside])).toEqual([
      ['ad3', 'not_told_apart', true],
      ['ad2', 'worse', false],
      ['ad1', 'better', true],
    ]);
    expect(told.verdicts).toEqual({ better: 1, worse: 1, not_told_apart: 1, waiting: 0 });
    expect(told.holding).toMatchObject({ judged: 3, status: 'too_few', inside: null, observed: null });
    expect(told.words).toBe('too few to say how well expectations hold: 3 of 10 outcomes');
  });

  it('are told by how well expectations held, of those that were judged only', () => {
    const judged = Array.from({ length: 20 }, (_, i) => application(i, i < 2 ? -0.4 : 0.05));
    const beside = application(20, 2);
    const rivals = { ...beside, outcome: beside.outcome && { ...beside.outcome, predicted: null } };
    const told = applicationsView('act', [...judged, application(21, null), rivals], 5);
    expect(told).toMatchObject({ applications: 22, verdicts: { waiting: 1, worse: 2 } });
    expect(told.holding).toMatchObject({ judged: 20, inside: { share: 0.9 } });
    expect(told.holding.observed?.effect).toBeCloseTo((18 * 0.05 - 2 * 0.4) / 20, 12);
    expect(told.words).toMatch(
      /^90 % of 20 outcomes came where they were predicted \(95 %: 68 % to 99 %\); expected \+10\.5 % clicks on average, came \+0\.5 % clicks/,
    );
    expect(told.rows).toHaveLength(5);
    expect(told.rows.map(({ inside }) => inside).slice(0, 2)).toEqual([null, null]);
  });

  it('are none where no ad says what it was made from', () => {
    expect(applicationsView('act', [], limit)).toMatchObject({
      applications: 0,
      rows: [],
      words: 'no ad says what it was made from',
    });
  });
});
