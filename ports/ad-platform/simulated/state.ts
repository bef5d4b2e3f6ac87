/** What a simulated platform has to remember; all else is made again from the seed. */
import { z } from 'zod';

const count = z.int().min(0);

/** Impressions of each ad of a campaign in an hour. */
const shown = z.array(count);

const campaign = z.object({
  /** Places of its account and of the campaign among the account's. */
  a: count,
  n: count,
  /** Daily budget of each ad set, minor units. */
  budgets: z.array(z.int().min(1)),
  /** Hours that had passed when each ad set was last changed; null, or none: not since it was set up. */
  changed: z.array(count.nullable()).default([]),
  /** Places of the ads that are switched off. */
  off: z.array(count).default([]),
  /** Hour that `recent` begins with, and the impressions of the campaign before it. */
  from: count,
  exposure: count,
  /** Hours whose reports are not final. */
  recent: z.array(shown),
  /** Older hours that will be corrected. */
  awaited: z.array(z.object({ hour: count, exposure: count, shown })),
});

export const platformState = z.object({
  /** Hours that have passed. */
  hours: count,
  campaigns: z.array(campaign),
});

export type PlatformState = z.infer<typeof platformState>;
export type CampaignState = z.infer<typeof campaign>;
