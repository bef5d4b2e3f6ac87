/** Sets budgets as the engine proposes, on a platform where no money is. */
import { z } from 'zod';
import type { Log, LogRecord } from '../../engine/ports.ts';
import { readRange } from '../../engine/read-range.ts';
import type { AdPlatform, AdSet } from '../../ports/ad-platform/port.ts';
import { allocationProposed } from '../../schemas/index.ts';

/** What is needed of a proposal. */
const proposalShape = z.object({
  account_id: z.string(),
  campaign_id: z.string(),
  arms: z.array(z.object({ adset_id: z.string(), share: z.number() })),
});

export type Proposal = z.infer<typeof proposalShape>;

/** Where proposals are read from. */
export interface ProposalLog {
  readonly log: Log;
  decoded(record: LogRecord): { readonly value: object | null };
}

export interface NewProposals {
  /** The newest of each campaign. */
  readonly proposals: readonly Proposal[];
  /** By partition: the offset to read from next. */
  readonly next: readonly number[];
}

/** Proposals appended from these offsets on, by partition; offsets that the log no longer keeps count as read. */
export async function newProposals(engine: ProposalLog, offsets: readonly number[]): Promise<NewProposals> {
  const { log } = engine;
  const newest = new Map<string, Proposal>();
  const next: number[] = [];
  for (let partition = 0; partition < log.partitions; partition++) {
    const { start, end } = await log.range(allocationProposed.name, partition);
    const from = Math.max(start, offsets[partition] ?? 0);
    for await (const record of readRange(log, allocationProposed.name, partition, from, end)) {
      const proposal = proposalShape.safeParse(engine.decoded(record).value);
      if (proposal.success) newest.set(proposal.data.campaign_id, proposal.data);
    }
    next.push(Math.max(from, end));
  }
  return { proposals: [...newest.values()], next };
}

/**
 * Splits the daily budget of each campaign as proposed. The total stays as it is; an ad set keeps one minor unit at
 * least, and gets the rest of the rounding when it has the largest share. Left alone are campaigns that are over, and
 * experiments that assign users at random, whose shares are part of the design, and observational ones, which move no
 * money.
 */
export async function applyProposals(platform: AdPlatform, proposals: readonly Proposal[]): Promise<void> {
  for (const account_id of new Set(proposals.map((proposal) => proposal.account_id))) {
    const sets = await platform.adSets(account_id);
    const fixed = new Set<string>();
    for (const { campaign_id, design } of await platform.experiments(account_id))
      if (design !== 'parallel') fixed.add(campaign_id);
    for (const { campaign_id, arms } of proposals) {
      const own = sets.filter(hasDailyBudget).filter((set) => set.campaign_id === campaign_id);
      if (fixed.has(campaign_id) || own.length < 2) continue;
      const total = own.reduce((sum, { daily_budget_minor }) => sum + daily_budget_minor, 0);
      const shares = own.map(({ adset_id }) => arms.find((arm) => arm.adset_id === adset_id)?.share ?? 0);
      for (const [i, minor] of splitMinor(total, shares).entries()) {
        const set = own[i];
        if (set === undefined || set.daily_budget_minor === minor) continue;
        const said = await platform.writeDailyBudget({ account_id, level: 'adset', owner_id: set.adset_id }, minor);
        if (said.outcome !== 'applied') throw new Error(`budget of ${set.adset_id}: ${said.message}`);
      }
    }
  }
}

const hasDailyBudget = (set: AdSet): set is AdSet & { readonly daily_budget_minor: number } =>
  set.daily_budget_minor !== null;

/** Whole minor units by share, each at least 1; they sum to `total` where that is enough for all. */
export function splitMinor(total: number, shares: readonly number[]): readonly number[] {
  const minor = shares.map((share) => Math.max(1, Math.floor(total * share)));
  const rest = total - minor.reduce((sum, part) => sum + part, 0);
  const largest = shares.indexOf(Math.max(...shares));
  return minor.map((part, i) => (i === largest ? Math.max(1, part + rest) : part));
}
