/** What a tired ad may be made anew from: the account's formula, its DNA, and winners that are not tired. */
import { refreshOf, type Refresh } from '../../learning/fatigue/refresh.ts';
import { isTired } from './judge.ts';
import { adOf, dnaOf, formulaOf, type Part, type Status, type Winner } from './state.ts';

export interface Knowledge {
  readonly winners: readonly Winner[];
  readonly parts: ReadonlyMap<string, Part>;
  /** As judged now; ads that are not in it have the status that was told last. */
  readonly statuses: ReadonlyMap<string, Status>;
  /** Experiments below which a change is not proposed. */
  readonly least_experiments: number;
}

/** DNA and formula of different versions of the rules are not compared. */
export function proposed(ad_id: string, { winners, parts, statuses, least_experiments }: Knowledge): Refresh {
  const own = dnaOf(parts, ad_id);
  const formula = formulaOf(parts);
  const fresh = winners.flatMap(({ ad_id: winner, lift }) => {
    const dna = dnaOf(parts, winner);
    const status = statuses.get(winner) ?? adOf(parts, winner)?.status ?? 'insufficient_data';
    if (winner === ad_id || isTired(status) || dna?.extractor_version !== own?.extractor_version) return [];
    return [{ ad_id: winner, lift, values: dna?.values ?? [] }];
  });
  return refreshOf({
    values: own?.values ?? null,
    effects: formula !== undefined && formula.extractor_version === own?.extractor_version ? formula.effects : [],
    winners: fresh,
    least_experiments,
  });
}
