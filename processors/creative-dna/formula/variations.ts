/** Variations of a winner: its DNA with one trait changed to what the account's experiments go best with. */
import { informationOf } from '../../../learning/dna/formula/information.ts';
import { score, suggestions, type Suggestion } from '../../../learning/dna/formula/score.ts';
import { changeWords } from '../../../learning/dna/formula/words.ts';
import { valueName } from '../../../learning/dna/formula/columns.ts';
import type { Formula } from '../../../learning/dna/formula/effects.ts';
import type { Policy } from '../../../policy/policy.ts';
import { sha256 } from '../../../policy/sha256.ts';
import { variationProposed, type VariationProposed } from '../../../schemas/index.ts';
import { adOf, type AccountState, type AdPart, type Part, type Winning } from './state.ts';

type Parts = ReadonlyMap<string, Part>;

/** Winners that wait for a change that is known to go with more clicks; those before them are given up. */
const most_waiting = 10;

/** The same winner with the same change has the same name, so that it is queued once. */
const nameOf = (ad_id: string, { trait, from, to }: Suggestion): string =>
  `var_${sha256([ad_id, trait, from ?? '', to ?? ''].join('\u001f')).slice(0, 16)}`;

function changed(values: readonly string[], { trait, from, to }: Suggestion): readonly string[] {
  const left = from === null ? values : values.filter((name) => name !== valueName(trait, from));
  return to === null ? left : [...left, valueName(trait, to)];
}

interface Proposing {
  readonly account_id: string;
  readonly at_ms: number;
  readonly policy: Policy;
}

function proposal(
  winner: Winning,
  ad: AdPart,
  change: Suggestion,
  formula: Formula,
  { account_id, at_ms, policy }: Proposing,
): VariationProposed {
  const { trait, from, to, effect, low, high, experiments } = change;
  const { arm_sd, information_weight } = policy.dna;
  const clicks = policy.evidence.min_blocks * policy.evidence.block_expected_clicks;
  const information = informationOf(change, { arm_sd, dispersion: formula.posterior.dispersion, clicks });
  const total = score(formula, changed(ad.values, change)).effect;
  return {
    account_id,
    variation_id: nameOf(winner.ad_id, change),
    experiment_id: winner.experiment_id,
    ad_id: winner.ad_id,
    fingerprint: ad.fingerprint,
    ...{ trait, from, to, effect, low, high, experiments },
    score: total,
    information,
    priority: total + information_weight * information,
    winner_lift: winner.lift,
    reason: `${winner.ad_id}, varied: ${changeWords(change)}`,
    at_ms,
    policy_version: policy.version,
  };
}

/** The best-supported changes of a winner, one a trait; none where its DNA is not known or was read by other rules. */
function variationsOf(winner: Winning, parts: Parts, formula: Formula, on: Proposing): readonly VariationProposed[] {
  const ad = adOf(parts, winner.ad_id);
  if (ad === null) return [];
  const { changes } = suggestions(formula, ad.values, on.policy.dna.least_experiments);
  return changes.slice(0, on.policy.dna.variations).map((change) => proposal(winner, ad, change, formula, on));
}

export interface Proposed {
  readonly state: AccountState;
  readonly emit: readonly ReturnType<typeof variationProposed.event>[];
}

/** Proposes for winners; those of which no change is known wait for a formula that knows one. */
export function propose(
  state: AccountState,
  winners: readonly Winning[],
  parts: Parts,
  formula: Formula,
  on: Proposing,
): Proposed {
  if (winners.length === 0) return { state, emit: [] };
  const found = winners.map((winner) => ({ winner, proposed: variationsOf(winner, parts, formula, on) }));
  const settled = new Set(found.filter(({ proposed }) => proposed.length > 0).map(({ winner }) => winner.ad_id));
  const others = state.waiting.filter((one) => !winners.some(({ ad_id }) => ad_id === one.ad_id));
  const waiting = [...others, ...winners.filter(({ ad_id }) => !settled.has(ad_id))].slice(-most_waiting);
  return {
    state: { ...state, waiting },
    emit: found.flatMap(({ proposed }) => proposed.map((one) => variationProposed.event(one))),
  };
}
