/** What recall is wished to know, and how what it does not know yet is wished again. */
import { memoryIndexRequested, type MemoryIndexRequested, type WinnerIndexed } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { counted, done, skipped, type StepOutcome } from '../cycle-step.ts';
import type { AccountState, AdPart, Won } from './state.ts';

const nothing_known = '00000000000000000000000000000000';

/** Winners that are wished again at once. */
export const most_again = 100;

/** Whether the hour is the last of a day: what recall does not know is wished again once a day. */
export const isDaily = ({ hour_ms: hour }: { readonly hour_ms: number }): boolean => (hour + hour_ms) % day_ms === 0;

const without = (ids: readonly string[], ad_id: string): readonly string[] => ids.filter((id) => id !== ad_id);

/** The account with a wish more that is not answered. */
export const wished = (state: AccountState, ad_id: string): AccountState => ({
  ...state,
  unindexed: [...without(state.unindexed, ad_id), ad_id],
});

/** The account after an answer: whether the winner can be recalled, or not, as it should be. */
export function answered(
  state: AccountState,
  { ad_id, recallable }: WinnerIndexed,
  won: Won | null | undefined,
): AccountState {
  if (won === null || won === undefined) return state;
  if (recallable !== (won.withdrawn_ms === null)) return wished(state, ad_id);
  return state.unindexed.includes(ad_id) ? { ...state, unindexed: without(state.unindexed, ad_id) } : state;
}

export interface At {
  readonly account_id: string;
  readonly at_ms: number;
  readonly policy_version: string;
}

/** The wish that recall knows a winner as it is now. */
export const wishOf = (
  ad_id: string,
  { text, format, dna }: AdPart,
  { version, experiment_id, niche, lift, won_at_ms, withdrawn_ms }: Won,
  { account_id, at_ms, policy_version }: At,
): MemoryIndexRequested => ({
  account_id,
  ad_id,
  version,
  experiment_id,
  text,
  traits: dna?.traits ?? [],
  fingerprint: dna?.fingerprint ?? nothing_known,
  format,
  niche,
  lift,
  recallable: withdrawn_ms === null,
  won_at_ms,
  at_ms,
  policy_version,
});

/** The wishes that were not met, once more: a store that has met one since takes it without change. */
export const again = (
  { unindexed }: AccountState,
  parts: ReadonlyMap<string, AdPart>,
  at: At,
): readonly ReturnType<typeof memoryIndexRequested.event>[] =>
  unindexed.flatMap((ad_id) => {
    const ad = parts.get(ad_id);
    return ad === undefined || ad.won === null ? [] : [memoryIndexRequested.event(wishOf(ad_id, ad, ad.won, at))];
  });

/** What a cycle's step comes to. */
export function indexingOutcome({ winners, unindexed }: AccountState, wishes: number): StepOutcome {
  if (winners === 0) return skipped('the account has no winner to remember');
  if (wishes === 0) return skipped(`recall knows all ${counted(winners, 'winner')} already`);
  return done(
    wishes,
    `recall is asked again for ${wishes} of ${counted(winners, 'winner')}, ${unindexed.length} not known to it`,
  );
}
