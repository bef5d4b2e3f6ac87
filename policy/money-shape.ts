/** Rules of the section `money`. */
import { z } from 'zod';
import type { MoneyLimits, MoneyPolicy, MoneyPool } from './money.ts';
import type { OwnLimits } from './policy.ts';
import type { Shape } from './shape.ts';

const minor = z.int().min(0);
const isoCurrency = () => z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code');

const limits = {
  min_daily_minor: z.int().min(1),
  owner_daily_minor: z.int().min(1),
  account_daily_minor: z.int().min(1),
  account_worst_case_minor: z.int().min(1),
  global_daily_minor: z.int().min(1),
  month_minor: minor.nullable(),
  target_cost_minor: minor.nullable(),
  target_roas: z.number().min(0).nullable(),
  approve_new_minor: minor,
  approve_raise_minor: minor,
} satisfies Shape<MoneyLimits>;

/** Limits of one currency, all of them. */
export const moneyLimits = z.strictObject(limits);

/** Limits as one account may have them otherwise: what is left out is the document's. */
export const ownLimits = z.record(isoCurrency(), moneyLimits.partial()).readonly();

const pool = {
  name: z.string().min(1).max(64),
  currency: isoCurrency(),
  daily_minor: z.int().min(1),
  members: z.array(z.string().min(1)).min(1).readonly(),
} satisfies Shape<MoneyPool>;

/** A UTC day, or the first and the last of several. */
const utc_days = /^\d{4}-\d{2}-\d{2}(\/\d{4}-\d{2}-\d{2})?$/;

/** The rule of each field of `money`. */
export const money = {
  mode: z.enum(['dry_run', 'approve', 'auto']),
  step_share: z.number().gt(0).max(0.2),
  raise_share_24h: z.number().gt(0).max(1),
  worst_case_factor: z.number().min(1.75).max(10),
  scale_factor: z.number().gt(1).max(10),
  cooldown_hours: z.number().min(1).max(168),
  changes_per_day: z.int().min(1).max(3),
  wait_for_learning: z.boolean(),
  min_impressions: z.int().min(0),
  request_hours: z.number().min(1).max(336),
  approval_hours: z.number().min(1).max(168),
  min_move_share: z.number().min(0).max(1),
  allocate: z.boolean(),
  pause_after: z.int().min(0).max(100),
  stand_down_hours: z.number().min(1).max(720),
  breaker_errors: z.int().min(1).max(100),
  breaker_hours: z.number().min(1).max(168),
  stale_hours: z.number().min(1).max(168),
  velocity_factor: z.number().min(1).max(10),
  tracking_share: z.number().min(0).max(1),
  tracking_conversions: z.number().min(1),
  blackout: z
    .array(z.string().regex(utc_days, 'must be a UTC day such as 2026-11-27, or two with / between'))
    .readonly(),
  protected_ids: z.array(z.string().min(1)).readonly(),
  learning_results: z.int().min(1).max(1_000),
  daypart_days: z.int().min(0).max(60),
  daypart_loss: z.number().gt(0).max(1),
  pools: z.array(z.strictObject(pool)).max(100).readonly(),
  limits: z.record(isoCurrency(), moneyLimits).readonly(),
} satisfies Shape<MoneyPolicy>;

/** Limits that one account has of a currency for which the document has none: then they must be whole. */
export function* lackingLimits(
  { limits: all }: MoneyPolicy,
  own: OwnLimits | undefined,
): Generator<{ readonly path: readonly string[]; readonly value: unknown; readonly message: string }> {
  for (const [currency, fields] of Object.entries(own ?? {})) {
    const lacking = Object.keys(limits).filter((name) => !Object.hasOwn({ ...all[currency], ...fields }, name));
    if (lacking.length > 0)
      yield {
        path: ['money', 'limits', currency],
        value: fields,
        message: `must have ${lacking.join(', ')}: the document has no limits for ${currency}`,
      };
  }
}

/** Limits of which each is at most the next. */
const rising = [
  ['min_daily_minor', 'owner_daily_minor'],
  ['owner_daily_minor', 'account_daily_minor'],
  ['account_daily_minor', 'global_daily_minor'],
  ['account_daily_minor', 'account_worst_case_minor'],
] as const;

/** Limits that are not in order, and pools that have one name. */
export function* limitProblems({ limits: all, pools }: MoneyPolicy): Generator<{
  readonly path: readonly string[];
  readonly value: number | string;
  readonly rule: string;
}> {
  for (const [i, { name }] of pools.entries())
    if (pools.findIndex((one) => one.name === name) < i)
      yield { path: ['money', 'pools', String(i), 'name'], value: name, rule: 'must be the name of one pool' };
  for (const [currency, limit] of Object.entries(all))
    for (const [field, most] of rising)
      if (limit[field] > limit[most])
        yield {
          path: ['money', 'limits', currency, field],
          value: limit[field],
          rule: `must be at most ${most} (${limit[most]})`,
        };
}
