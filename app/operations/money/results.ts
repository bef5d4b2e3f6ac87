/** What the operations on budgets answer, as schemas. */
import { z } from 'zod';
import type { MoneyView, PlannedChange, SentCommand } from './view.ts';

const text = z.string();
const num = z.number();
export const changeKind = z.enum(['scale', 'revert', 'allocation', 'pause', 'undo']);
const stop = z.object({ actor: text, reason: text, at_ms: num });
export const legShape = z.object({
  level: z.enum(['adset', 'campaign', 'ad']),
  id: text,
  owner_id: text,
  from_minor: num.nullable(),
  to_minor: num.nullable(),
  to_status: z.enum(['ACTIVE', 'PAUSED']).nullable(),
  state: z.enum(['planned', 'writing', 'uncertain', 'verified', 'refused', 'restored', 'theirs']),
});

export const moneyViews: z.ZodType<readonly MoneyView[]> = z.array(
  z.object({
    account_id: text,
    mode: z.enum(['dry_run', 'approve', 'auto']),
    killed: stop.nullable(),
    halted: stop.nullable(),
    breaker_until_ms: num.nullable(),
    waiting: z.array(
      z.object({
        change_id: text,
        kind: changeKind,
        legs: z.array(legShape),
        affected_ad_ids: z.array(text),
        currency: text.nullable(),
        account_after_minor: num.nullable(),
        worst_case_minor: num.nullable(),
        waits_until_ms: num.nullable(),
        why: text,
      }),
    ),
    underway: z.array(z.object({ change_id: text, state: text, why: text, waits_for_room: z.boolean() })),
    applied: z.array(
      z.object({
        change_id: text,
        kind: changeKind,
        legs: z.array(legShape),
        currency: text.nullable(),
        at_ms: num,
        undone: z.boolean(),
      }),
    ),
  }),
);

export const sentCommand: z.ZodType<SentCommand> = z.object({ command_id: text, account_ids: z.array(text) });

export const plannedChanges: z.ZodType<readonly PlannedChange[]> = z.array(
  z.object({
    account_id: text,
    kind: changeKind,
    experiment_id: text.nullable(),
    campaign_id: text.nullable(),
    legs: z.array(legShape),
    currency: text.nullable(),
    first_ms: num,
    last_ms: num,
    times: num,
  }),
);
