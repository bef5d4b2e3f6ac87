/** Rules of the section `alerts`. */
import { z } from 'zod';
import { alert_metrics, alert_scopes, channels, severities, type AlertRule, type AlertsPolicy } from './alerts.ts';
import type { Shape } from './shape.ts';

/** Windows with what they are compared with must be among the days that are kept. */
const longest_hours = 48;

const hour = z.int().min(0).max(23);
const ways = z.array(z.enum(channels)).max(channels.length).readonly();
const name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a name such as roas_low: a to z, 0 to 9 and _');

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const rule = {
  rule_id: name,
  metric: z.enum(alert_metrics),
  scope: z.enum(alert_scopes),
  window_hours: z.int().min(1).max(longest_hours),
  settle_hours: z.int().min(0).max(longest_hours),
  comparison: z.enum(['above', 'below']),
  threshold: z.number(),
  min_exposure: z.number().min(0),
  severity: z.enum(severities),
  hold_hours: z.int().min(0).max(168),
  clear_hours: z.int().min(0).max(168),
  cooldown_hours: z.int().min(0).max(168),
  channels: ways,
} satisfies Shape<AlertRule>;

/** The rule of each field of `alerts`. */
export const alerts = {
  rules: z
    .array(z.strictObject(rule))
    .max(100)
    .refine((rules) => new Set(rules.map(({ rule_id }) => rule_id)).size === rules.length, {
      message: 'must name each rule_id once',
    })
    .readonly(),
  off: z.array(name).max(100).readonly(),
  time_zone: z.string().refine(isZone, { message: 'must be an IANA time zone such as Europe/Berlin' }),
  quiet_from_hour: hour,
  quiet_to_hour: hour,
  group_hours: z.int().min(1).max(24),
  dispersion: z.number().min(1).max(100),
  digest_daily: z.boolean(),
  digest_weekly: z.boolean(),
  digest_hour: hour,
  digest_channels: ways,
} satisfies Shape<AlertsPolicy>;
