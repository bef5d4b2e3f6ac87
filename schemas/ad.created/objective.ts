/** What a campaign is paid for. */
import type { AdCreated } from '../generated/types.ts';

type Objective = AdCreated['objective'];

const ofConversions: ReadonlySet<Objective> = new Set<Objective>(['leads', 'app_promotion', 'sales']);

/** Whether it is paid for conversions: a better click rate alone is then no reason to move money. */
export const isPaidForConversions = (objective: Objective): boolean => ofConversions.has(objective);
