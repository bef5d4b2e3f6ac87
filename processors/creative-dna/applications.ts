/** Ads made from other ads, for people: what was expected of each, what came of it, and how well expectations hold. */
import { holdingOf, least_judged, type Holding, type Judged } from '../../learning/dna/formula/application.ts';
import { lift } from '../../learning/dna/formula/words.ts';
import type { ApplicationPart, Outcome } from './formula/state.ts';

/** How it did: better or worse where the whole interval of the outcome says so. */
export type Verdict = 'better' | 'worse' | 'not_told_apart' | 'waiting';

export interface ApplicationView {
  readonly ad_id: string;
  readonly made_from: ApplicationPart['made_from'];
  readonly expected: ApplicationPart['expected'];
  readonly expected_ms: number;
  readonly outcome: Outcome | null;
  readonly verdict: Verdict;
  /** Whether the outcome lies where it was predicted; null where nothing was predicted or nothing came yet. */
  readonly inside: boolean | null;
}

export interface ApplicationsView {
  readonly account_id: string;
  readonly applications: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Over those that ran beside the ad that they were made from. */
  readonly holding: Holding;
  readonly words: string;
  /** The newest first. */
  readonly rows: readonly ApplicationView[];
}

const verdictOf = (outcome: Outcome | null): Verdict => {
  if (outcome === null) return 'waiting';
  if (outcome.low > 0) return 'better';
  return outcome.high < 0 ? 'worse' : 'not_told_apart';
};

function rowOf({ ad_id, made_from, expected, expected_ms, outcome }: ApplicationPart): ApplicationView {
  const predicted = outcome?.predicted ?? null;
  const inside =
    outcome === null || predicted === null ? null : predicted.low <= outcome.effect && outcome.effect <= predicted.high;
  return { ad_id, made_from, expected, expected_ms, outcome, verdict: verdictOf(outcome), inside };
}

/** @param limit rows at most; counts and means are of all */
export function applicationsView(
  account_id: string,
  parts: readonly ApplicationPart[],
  limit: number,
): ApplicationsView {
  const rows = parts.map(rowOf).sort((a, b) => b.expected_ms - a.expected_ms || (a.ad_id < b.ad_id ? -1 : 1));
  const judged = rows.flatMap(({ expected, outcome, inside }): readonly Judged[] =>
    expected === null || outcome === null || inside === null
      ? []
      : [{ expected: expected.effect, observed: outcome.effect, inside }],
  );
  const holding = holdingOf(judged);
  const of = (verdict: Verdict): number => rows.filter((row) => row.verdict === verdict).length;
  return {
    account_id,
    applications: rows.length,
    verdicts: {
      better: of('better'),
      worse: of('worse'),
      not_told_apart: of('not_told_apart'),
      waiting: of('waiting'),
    },
    holding,
    words: wordsOf(rows.length, holding),
    rows: rows.slice(0, limit),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function wordsOf(applications: number, { judged, inside, expected, observed }: Holding): string {
  if (applications === 0) return 'no ad says what it was made from';
  if (inside === null || expected === null || observed === null)
    return `too few to say how well expectations hold: ${judged} of ${least_judged} outcomes`;
  const mean = `${expected < 0 ? '−' : '+'}${Math.abs(100 * Math.expm1(expected)).toFixed(1)} %`;
  return (
    `${percent(inside.share)} of ${judged} outcomes came where they were predicted ` +
    `(95 %: ${percent(inside.low)} to ${percent(inside.high)}); expected ${mean} clicks on average, came ${lift(observed)}`
  );
}
