/** What the group reads, keeps and emits. */
import { nicheContribution, nichePatternUpdated, tickHourly } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { everyKey, wire } from '../../../topology/processor.ts';
import { businessName, initialBusiness, initialNiche, type NicheState } from './state.ts';

/** Whether a release is due at a full hour. */
export const isRelease = (now_ms: number, release_hours: number): boolean => now_ms % (release_hours * hour_ms) === 0;

export const wiring = wire({
  group: 'cross-learning.aggregate',
  description: 'Adds up what accounts of a niche say, hides each of them by noise, and tells the members once a week',
  partitionBy: 'niche',
  reads: [nicheContribution, tickHourly],
  emits: [nichePatternUpdated],
  writes: [],
  // A later contribution makes up for one that was left out.
  onError: 'skip',
  state: { version: 1, initial: initialNiche },
  stateKey: { 'niche.contribution': () => '', 'tick.hourly': everyKey },
  part: { version: 1, initial: initialBusiness },
  partKeys: {
    'niche.contribution': ({ niche, business_id }) => [businessName(niche, business_id)],
    // How long a period is, is policy, which is not known here: those of a day are enough to leave out most hours.
    'tick.hourly': ({ hour_ms: hour }, { members }: NicheState) =>
      isRelease(hour + hour_ms, 24) ? [...new Set(members.map(({ business }) => business))] : [],
  },
});
