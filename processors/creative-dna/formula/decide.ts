/** The group's handlers. */
import { extractor_version } from '../../../learning/dna/extract.ts';
import { formulaOf, type Arm, type Contest } from '../../../learning/dna/formula.ts';
import type { Policy } from '../../../policy/policy.ts';
import { dnaFormulaUpdated, type DnaFormulaUpdated, type EvidenceChanged } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { processor, type Decide } from '../../../topology/processor.ts';
import { adName, contestName, type AccountState, type ContestPart, type Part } from './state.ts';
import { wiring } from './wiring.ts';

/** Experiments of an account that are remembered; older ones give way. */
const most_contests = 400;

export const decide: Decide<typeof wiring, Policy> = {
  'dna.extracted': (state, { ad_id, extractor_version: version, traits }) => ({
    state,
    parts: new Map<string, Part>([
      [
        adName(ad_id),
        {
          kind: 'ad',
          extractor_version: version,
          traits: traits.filter(({ value }) => value !== 'unknown').map(({ trait, value }) => `${trait}=${value}`),
        },
      ],
    ]),
  }),

  'evidence.changed': (state, event, { parts, policy }) => {
    const contest = contestOf(event, parts, policy.dna.min_clicks);
    if (contest === null) return { state };
    return withContest(state, event.experiment_id, contest);
  },

  'tick.hourly': (state, tick, { parts, policy, key }) => {
    const now_ms = tick.hour_ms + hour_ms;
    const soon = state.told_ms !== null && now_ms - state.told_ms < policy.dna.update_hours * hour_ms;
    // Two ticks may be of the same hour when the log is handled late: only the first tells.
    if (!state.changed || soon) return { state };
    const told = formula(key, now_ms, contestsOf(state, parts), policy);
    return {
      state: { ...state, changed: false, told_ms: now_ms },
      emit: told === null ? [] : [dnaFormulaUpdated.event(told)],
    };
  },
};

export const creativeDnaFormula = processor(wiring, decide);

/**
 * The arms of an experiment with their traits; null where they are no contrast: judged by something else than clicks,
 * an audience that nobody assigned, an assignment that was not as declared, or less than two arms that are known.
 */
function contestOf(event: EvidenceChanged, parts: ReadonlyMap<string, Part>, min_clicks: number): ContestPart | null {
  if (event.primary_metric !== 'link_ctr' || event.design === 'observational' || event.status === 'blocked')
    return null;
  const arms = event.arms.flatMap(({ ad_id, impressions, clicks }): readonly Arm[] => {
    const ad = parts.get(adName(ad_id));
    const known = ad?.kind === 'ad' && ad.extractor_version === extractor_version;
    return known && clicks >= min_clicks ? [{ impressions, clicks, traits: ad.traits }] : [];
  });
  return arms.length < 2 ? null : { kind: 'contest', extractor_version, arms };
}

function withContest(
  state: AccountState,
  experiment_id: string,
  contest: ContestPart,
): { readonly state: AccountState; readonly parts: ReadonlyMap<string, Part | null> } {
  const known = state.contests.includes(experiment_id);
  const contests = known ? state.contests : [...state.contests, experiment_id].slice(-most_contests);
  const gone = known ? [] : state.contests.filter((one) => !contests.includes(one));
  return {
    state: known && state.changed ? state : { ...state, contests, changed: true },
    parts: new Map<string, Part | null>([
      [contestName(experiment_id), contest],
      ...gone.map((one) => [contestName(one), null] as const),
    ]),
  };
}

/** Contests that today's rules extracted; others are not compared with them. */
const contestsOf = ({ contests }: AccountState, parts: ReadonlyMap<string, Part>): readonly Contest[] =>
  contests.flatMap((experiment_id) => {
    const part = parts.get(contestName(experiment_id));
    return part?.kind === 'contest' && part.extractor_version === extractor_version ? [part.arms] : [];
  });

/** The formula; null where no trait was ever in contrast. */
function formula(
  account_id: string,
  at_ms: number,
  contests: readonly Contest[],
  policy: Policy,
): DnaFormulaUpdated | null {
  const { effects, experiments, arms } = formulaOf(contests, policy.dna);
  if (effects.length === 0) return null;
  return {
    account_id,
    experiments,
    ads: arms,
    extractor_version,
    traits: effects.map(({ trait: named, ...effect }) => {
      const at = named.indexOf('=');
      return { trait: named.slice(0, at), value: named.slice(at + 1), ...effect };
    }),
    at_ms,
    policy_version: policy.version,
  };
}
