/** Alerts of the scene: open, looked after, over, and a message that was refused. */
import type { AlertOperations, AlertsReport } from '../../operations/alerts/view.ts';
import { scene_ms } from './scene-experiments.ts';

const hour_ms = 3_600_000;
const none = { value: null, low: null, high: null, threshold: null, acknowledged: null };

export const sceneAlerts: AlertsReport = {
  accounts: [
    { account_id: 'act_10001', open: 2, urgent: 1 },
    { account_id: '*', open: 1, urgent: 1 },
  ],
  account_id: null,
  open: [
    {
      ...{
        account_id: '*',
        alert_id: 'group_stopped-1',
        rule_id: 'group_stopped',
        scope: 'account',
        severity: 'critical',
      },
      ...{ entity_id: 'archivist', entity_name: null, ...none, raised_ms: scene_ms - hour_ms, met_ms: scene_ms },
      reason: 'Group archivist stopped: ClickHouse does not answer',
    },
    {
      ...{ account_id: 'act_10001', alert_id: 'roas_very_low-1', rule_id: 'roas_very_low', scope: 'campaign' },
      ...{
        severity: 'high',
        entity_id: 'cmp_1',
        entity_name: null,
        ...none,
        value: 1.4,
        low: 1.1,
        high: 1.8,
        threshold: 2,
      },
      ...{ raised_ms: scene_ms - 3 * hour_ms, met_ms: scene_ms },
      reason:
        'ROAS of campaign cmp_1: 1.40 (95 %: 1.10 to 1.80) in 24 hours; the rule is below 2.00, on 41 conversions.',
    },
    {
      ...{
        account_id: 'act_10001',
        alert_id: 'ad_fatigued-1',
        rule_id: 'ad_fatigued',
        scope: 'ad',
        severity: 'medium',
      },
      ...{
        entity_id: 'ad_0_0',
        entity_name: 'A calmer morning',
        ...none,
        raised_ms: scene_ms - 30 * hour_ms,
        met_ms: scene_ms,
      },
      acknowledged: { by: 'sam', reason: 'a new one comes tomorrow', at_ms: scene_ms - hour_ms },
      reason:
        '“A calmer morning” (ad_0_0): Clicked 31 % less (20 % to 41 %) than before, beside the account, for 9 days.',
    },
  ],
  past: [
    {
      ...{
        account_id: 'act_10001',
        alert_id: 'stale_data-1',
        rule_id: 'stale_data',
        scope: 'account',
        severity: 'high',
      },
      ...{
        entity_id: 'act_10001',
        entity_name: null,
        ...none,
        raised_ms: scene_ms - 50 * hour_ms,
        resolved_ms: scene_ms - 48 * hour_ms,
      },
      ...{
        how: 'ended',
        by: null,
        why: 'Totals come again.',
        reason: 'The newest totals end at 2026-11-20 09:00 UTC.',
      },
    },
  ],
  waiting: 2,
  untaken: [
    {
      ...{ account_id: 'act_10001', notification_id: 'raised-1x2y3z/slack', channel: 'slack', title: 'ROAS very low' },
      ...{ outcome: 'refused', why: 'hooks.slack.com answered with 404: no_service; check notify_slack_url', tries: 1 },
      at_ms: scene_ms - hour_ms,
    },
  ],
};

/** Alerts that a person may look after and end; what he does stays done. */
export function sceneAlertOperations(): AlertOperations {
  let report = sceneAlerts;
  return {
    alerts: async ({ account_id }) =>
      account_id === undefined
        ? report
        : { ...report, account_id, open: report.open.filter((one) => one.account_id === account_id) },
    alert_rules: async () => [],
    command_alert: async ({ kind, alert_id, notification_id, actor, account_id = '*' }) => {
      const said = { by: actor, reason: '', at_ms: scene_ms };
      const open = report.open
        .filter((one) => kind !== 'resolve' || one.alert_id !== alert_id)
        .map((one) => (kind === 'acknowledge' && one.alert_id === alert_id ? { ...one, acknowledged: said } : one));
      const untaken = report.untaken.filter((one) => one.notification_id !== notification_id);
      report = { ...report, open, untaken };
      return { command_id: 'cmd-1', account_id };
    },
  };
}
