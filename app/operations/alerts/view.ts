/** Alerts as they are asked for and answered to. */
import type { AlertsView, RuleView } from '../../../processors/alerts/views.ts';

export interface AlertsReport extends AlertsView {
  readonly accounts: readonly {
    readonly account_id: string;
    readonly open: number;
    /** Open alerts that are critical or high. */
    readonly urgent: number;
  }[];
  /** The account that was asked for; null for all. */
  readonly account_id: string | null;
}

export interface AlertCommandRequest {
  readonly kind: 'acknowledge' | 'resolve' | 'test' | 'resend';
  readonly account_id?: string;
  readonly alert_id?: string;
  readonly notification_id?: string;
  readonly channel?: 'slack' | 'webhook' | 'email';
  readonly actor: string;
  readonly reason?: string;
}

export interface SentAlertCommand {
  readonly command_id: string;
  readonly account_id: string;
}

/** An alert as it is raised, resolved or taken up, for those who listen. */
export interface AlertNews {
  readonly account_id: string;
  readonly what: 'raised' | 'resolved' | 'acknowledged';
  readonly alert_id: string;
  readonly rule_id: string | null;
  readonly severity: string | null;
  readonly reason: string;
  readonly at_ms: number;
}

export interface AlertOperations {
  /** Alerts of an account, or of all: open, over, and messages that were not taken. */
  alerts(of: { readonly account_id?: string; readonly limit?: number }): Promise<AlertsReport>;
  /** Rules as an account has them, or as they are for all. */
  alert_rules(of: { readonly account_id?: string }): Promise<readonly RuleView[]>;
  command_alert(command: AlertCommandRequest): Promise<SentAlertCommand>;
}
