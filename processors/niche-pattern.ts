/** What an account's niche says, as groups keep it that begin with it. */
import type { NichePatternUpdated } from '../schemas/index.ts';

/**
 * What stands after an event; null where nothing does. Where an account went from one niche to another, the two tell it
 * in any order: that the one has nothing to say any more takes nothing from the other.
 */
export function patternAfter<P extends Pick<NichePatternUpdated, 'niche'>>(
  before: P | null,
  event: NichePatternUpdated,
  kept: (event: NichePatternUpdated) => P,
): P | null {
  if (event.status === 'released') return kept(event);
  return before?.niche === event.niche ? null : before;
}
