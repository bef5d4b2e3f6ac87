/** Changes of campaigns, ad sets and ads, with the rules that refuse them. */
import { countedOf } from './counted.ts';
import { fieldsOf } from './fields.ts';
import { GraphError, invalid, notFound } from './errors.ts';
import type { SeenEffect, SeenWrite } from './seen.ts';
import type { Answer, Request, State } from './state.ts';
import { find, type Found, type Status } from './world.ts';

const statuses: ReadonlySet<string> = new Set(['ACTIVE', 'PAUSED', 'ARCHIVED', 'DELETED']);
const isStatus = (text: string): text is Status => statuses.has(text);

/** Whether a write is done at once, never, or after so many milliseconds, which reads may show. */
export type Done = boolean | { readonly after_ms: number; readonly shown: boolean };

export function written(state: State, request: Request, done: Done): Answer {
  const [id = ''] = request.path;
  const found = find(state.world, id);
  if (found === undefined || found.campaign === undefined) throw notFound(id);
  const { daily_budget, lifetime_budget, status, name } = request.params;
  // A request without a field that is known changes nothing, and is fine.
  const changes: SeenWrite[] = [];
  if (daily_budget !== undefined) changes.push(budgetOf(state, found, 'daily_budget', daily_budget));
  if (lifetime_budget !== undefined) changes.push(budgetOf(state, found, 'lifetime_budget', lifetime_budget));
  if (status !== undefined) changes.push(statusOf(state, found, status));
  if (name !== undefined) changes.push({ ...changeOf(state, found, name), field: 'name' });
  for (const change of changes) {
    state.seen.writes.push({ ...change, applied: done !== false });
    if (done === true) apply(state, found, change, 'client');
    else if (done !== false)
      state.in_process.push({
        id,
        until_ms: state.now_ms + done.after_ms,
        shown: done.shown,
        apply: () => apply(state, found, change, 'client'),
      });
  }
  return { body: { success: true }, account: found.account, use_case: 'ads_management' };
}

/** Somebody else's change, past all rules: seen by whoever reads, and not among the writes. */
export function changedByHuman(
  state: State,
  id: string,
  change: { readonly daily_budget?: number; readonly status?: Status },
): void {
  const found = find(state.world, id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  const { daily_budget, status } = change;
  const at = { at_ms: state.now_ms, owner_id: id, before: null, applied: true };
  if (daily_budget !== undefined)
    apply(state, found, { ...at, field: 'daily_budget', after: String(daily_budget) }, 'human');
  if (status !== undefined) apply(state, found, { ...at, field: 'status', after: status }, 'human');
}

const thingOf = ({ ad, adset, campaign }: Found): NonNullable<Found['ad' | 'adset' | 'campaign']> => {
  const thing = ad ?? adset ?? campaign;
  if (thing === undefined) throw invalid('accounts are not written here');
  return thing;
};

const changeOf = (state: State, found: Found, after: string): Omit<SeenWrite, 'field'> => ({
  at_ms: state.now_ms,
  owner_id: thingOf(found).id,
  before: null,
  after,
  applied: true,
});

function budgetOf(state: State, found: Found, field: 'daily_budget' | 'lifetime_budget', text: string): SeenWrite {
  const { account, campaign, adset, ad } = found;
  if (ad !== undefined) throw invalid(`Tried accessing nonexisting field (${field})`);
  const minor = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(minor)) throw invalid(`Param ${field} must be an integer`);
  const owner = adset ?? campaign;
  if (owner === undefined) throw invalid('accounts have no budget');
  if (adset !== undefined && campaign !== undefined && campaign.daily_budget !== null)
    throw new GraphError({
      code: 100,
      subcode: 1885621,
      message: '(#100) Invalid parameter',
      user_title: 'Ad Set Budget Not Available',
      user_message: 'You can only set an ad set budget or a campaign budget.',
    });
  if (field === 'daily_budget' && adset !== undefined && adset.lifetime_budget !== null)
    throw invalid('You cannot switch between daily and lifetime budget', 1885090);
  if (minor < account.min_daily_budget)
    throw new GraphError({
      code: 100,
      subcode: 1885272,
      message: '(#100) Invalid parameter',
      user_title: 'Budget Is Too Low',
      user_message: `Your budget must be at least ${account.min_daily_budget} minor units of ${account.currency}.`,
    });
  state.limits.takeBudgetChange(owner.id, state.now_ms);
  const before = 'lifetime_budget' in owner && field === 'lifetime_budget' ? owner.lifetime_budget : owner.daily_budget;
  return { ...changeOf(state, found, text), before: before === null ? null : String(before), field };
}

function statusOf(state: State, found: Found, text: string): SeenWrite {
  if (!isStatus(text)) throw invalid('Param status must be one of {ACTIVE, PAUSED, DELETED, ARCHIVED}');
  return { ...changeOf(state, found, text), before: thingOf(found).status, field: 'status' };
}

function apply(state: State, found: Found, change: SeenWrite, by: SeenEffect['by']): void {
  const { field, after, at_ms: sent_ms } = change;
  const { account, adset } = found;
  const thing = thingOf(found);
  const before = valueOf(found, field);
  state.stale.set(thing.id, fieldsOf(found, state.now_ms));
  // Two changes within a second must not look like one: Graph's times have seconds.
  thing.updated_ms = Math.max(state.now_ms, thing.updated_ms + 1_000);
  if (field === 'name') thing.name = after;
  if (field === 'status') setStatus(found, after);
  if (field === 'lifetime_budget' && adset !== undefined) adset.lifetime_budget = Number(after);
  if (field === 'daily_budget') setBudget(state, found, Number(after));
  if (before === after) return;
  const counted = countedOf(state.seen, account, state.now_ms);
  const at = { at_ms: state.now_ms, sent_ms, by, account_id: account.id, id: thing.id };
  state.seen.effects.push({ ...at, field, before, after, ...counted });
}

function valueOf(found: Found, field: SeenWrite['field']): string | null {
  const { campaign, adset } = found;
  if (field === 'status') return thingOf(found).status;
  if (field === 'name') return thingOf(found).name;
  const minor = field === 'daily_budget' ? (adset ?? campaign)?.daily_budget : adset?.lifetime_budget;
  return minor === null || minor === undefined ? null : String(minor);
}

function setStatus(found: Found, after: string): void {
  if (!isStatus(after)) return;
  thingOf(found).status = after;
  found.ad?.onStatus?.(after);
}

function setBudget(state: State, { account, campaign, adset }: Found, minor: number): void {
  const owner = adset ?? campaign;
  if (owner === undefined) return;
  state.seen.budget(account, owner.id, Math.max(owner.daily_budget ?? 0, minor), state.now_ms);
  owner.daily_budget = minor;
  adset?.onBudget?.(minor);
}
