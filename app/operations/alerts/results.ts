/** What operations on alerts answer, as schemas. */
import { z } from 'zod';
import { alert_metrics, alert_scopes, channels, severities } from '../../../policy/alert-kinds.ts';
import type { RuleView } from '../../../processors/alerts/views.ts';
import type { AlertsReport, SentAlertCommand } from './view.ts';

const text = z.string();
const num = z.number();
const maybe = num.nullable();
const severity = z.enum(severities);
const scope = z.enum(alert_scopes);

const said = z.object({ by: text, reason: text, at_ms: num });
const about = {
  ...{
    account_id: text,
    alert_id: text,
    rule_id: text,
    scope,
    entity_id: text,
    entity_name: text.nullable(),
    severity,
  },
  ...{ value: maybe, low: maybe, high: maybe, threshold: maybe, reason: text, raised_ms: num },
  acknowledged: said.nullable(),
};

export const alertsReport: z.ZodType<AlertsReport> = z.object({
  accounts: z.array(z.object({ account_id: text, open: num, urgent: num })),
  account_id: text.nullable(),
  open: z.array(z.object({ ...about, met_ms: num })),
  past: z.array(
    z.object({
      ...about,
      resolved_ms: num,
      how: z.enum(['ended', 'person', 'unknown', 'off']),
      by: text.nullable(),
      why: text,
    }),
  ),
  waiting: num,
  untaken: z.array(
    z.object({
      ...{ account_id: text, notification_id: text, channel: text, title: text },
      ...{ outcome: z.enum(['refused', 'failed']), why: text, tries: num, at_ms: num },
    }),
  ),
});

export const alertRules: z.ZodType<readonly RuleView[]> = z.array(
  z.object({
    ...{ rule_id: text, metric: z.enum(alert_metrics), scope, window_hours: num, settle_hours: num },
    ...{ comparison: z.enum(['above', 'below']), threshold: num, min_exposure: num, severity },
    ...{ hold_hours: num, clear_hours: num, cooldown_hours: num, channels: z.array(z.enum(channels)) },
    ...{ evaluated: z.boolean(), open: num, quiet_until_ms: maybe },
  }),
);

export const sentAlertCommand: z.ZodType<SentAlertCommand> = z.object({ command_id: text, account_id: text });
