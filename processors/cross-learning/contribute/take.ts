/** What the account's own events add to what is known of it. */
import type { ActualsFetched, AdCreated, DnaFormulaUpdated } from '../../../schemas/index.ts';
import { voteOf } from '../../../learning/niche/detect.ts';
import { partOf } from '../../parts.ts';
import { adName, type AccountState, type AdPart, type FormulaPart, type Part } from './state.ts';

interface Taken {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part>;
}

const unseen: AdPart = { kind: 'ad', vote: null, impressions: 0, clicks: 0 };

/** All that people read of an ad. */
const copyOf = ({ name, headline, primary_text, call_to_action_text, overlay_text, transcript }: AdCreated): string =>
  [name, headline, primary_text, call_to_action_text, overlay_text, transcript].filter((one) => one !== null).join(' ');

/** An ad gives one vote, the one of its copy as it is now. */
export function takeAd(state: AccountState, event: AdCreated, parts: ReadonlyMap<string, Part>): Taken | null {
  const name = adName(event.ad_id);
  const known = partOf(parts, name, 'ad') ?? unseen;
  const vote = voteOf(copyOf(event));
  if (vote === known.vote) return null;
  const votes = { ...state.votes };
  if (vote !== null) votes[vote] = (votes[vote] ?? 0) + 1;
  if (known.vote !== null) votes[known.vote] = Math.max(0, (votes[known.vote] ?? 0) - 1);
  return { state: { ...state, votes }, parts: new Map([[name, { ...known, vote }]]) };
}

/** The actuals of an ad's first prediction stand for the ad; restated ones replace what they said before. */
export function takeActuals(
  state: AccountState,
  { ad_id, stage, impressions, clicks }: ActualsFetched,
  parts: ReadonlyMap<string, Part>,
): Taken | null {
  if (stage !== 'cold') return null;
  const name = adName(ad_id);
  const known = partOf(parts, name, 'ad') ?? unseen;
  const was = known.impressions > 0 ? 1 : 0;
  return {
    state: {
      ...state,
      ads: state.ads + (impressions > 0 ? 1 : 0) - was,
      impressions: state.impressions + impressions - known.impressions,
      clicks: state.clicks + clicks - known.clicks,
    },
    parts: new Map([[name, { ...known, impressions, clicks }]]),
  };
}

/**
 * Effects that the account's own data tell, each times its reliability σ²/(σ² + s²), s its standard deviation: an effect
 * that its data say little of is near nothing, so that accounts can be added up without knowing how much each has seen.
 * What the niche lent the account is not in it.
 */
export function takeFormula({ experiments, traits }: DnaFormulaUpdated, effect_sd: number): FormulaPart {
  return {
    kind: 'formula',
    experiments,
    effects: traits.flatMap(({ trait, value, raw_effect, raw_sd, experiments: own }) => {
      if (raw_effect === null || raw_sd === null) return [];
      const reliability = effect_sd ** 2 / (effect_sd ** 2 + raw_sd ** 2);
      return [{ trait, value, effect: reliability * raw_effect, experiments: own }];
    }),
  };
}
