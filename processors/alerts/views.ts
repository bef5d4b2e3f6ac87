/** State of the loop as answers for people. Nothing is decided here. */
import { rulesOf, type AlertRule, type AlertsPolicy } from '../../policy/alerts.ts';
import { nextRaise } from './course.ts';
import { deskOf, type OpenAlert, type Parts, type PastAlert } from './state.ts';

export interface OpenView extends OpenAlert {
  readonly account_id: string;
  readonly rule_id: string;
  readonly scope: AlertRule['scope'];
  readonly entity_id: string;
  readonly raised_ms: number;
  /** When the condition held last, UTC epoch milliseconds. */
  readonly met_ms: number;
}

export interface UntakenMessage {
  readonly account_id: string;
  readonly notification_id: string;
  readonly channel: string;
  readonly title: string;
  readonly outcome: 'refused' | 'failed';
  readonly why: string;
  readonly tries: number;
  readonly at_ms: number;
}

export interface AlertsView {
  /** The most urgent first, then the newest. */
  readonly open: readonly OpenView[];
  /** The newest first. */
  readonly past: readonly (PastAlert & { readonly account_id: string })[];
  /** Things of which people are still to be told: quiet hours, or a message of the same rule within the hour. */
  readonly waiting: number;
  /** Messages that a channel did not take: they may be sent again. */
  readonly untaken: readonly UntakenMessage[];
}

const order = ['critical', 'high', 'medium', 'low', 'info'];

/** Alerts of one account. */
export function alertsView(account_id: string, parts: Parts): AlertsView {
  const { entries, past, queue, sent } = deskOf(parts);
  const open = entries.flatMap(({ rule_id, scope, entity_id, course, open: alert }): readonly OpenView[] =>
    alert === null
      ? []
      : [{ ...alert, account_id, rule_id, scope, entity_id, raised_ms: course.raised_ms ?? 0, met_ms: course.met_ms }],
  );
  return {
    open: open.sort(byUrgency),
    past: [...past].reverse().map((one) => ({ ...one, account_id })),
    waiting: queue.length,
    untaken: sent.flatMap(({ message, outcome, why, tries }) => {
      if (outcome === null) return [];
      const { notification_id, channel, title, at_ms } = message;
      return [{ account_id, notification_id, channel, title, outcome, why: why ?? outcome, tries, at_ms }];
    }),
  };
}

/** Alerts of several accounts as one list. */
export function joined(views: readonly AlertsView[]): AlertsView {
  return {
    open: views.flatMap(({ open }) => open).sort(byUrgency),
    past: views.flatMap(({ past }) => past).sort((a, b) => b.resolved_ms - a.resolved_ms),
    waiting: views.reduce((sum, { waiting }) => sum + waiting, 0),
    untaken: views.flatMap(({ untaken }) => untaken).sort((a, b) => b.at_ms - a.at_ms),
  };
}

const byUrgency = (a: OpenView, b: OpenView): number =>
  order.indexOf(a.severity) - order.indexOf(b.severity) ||
  b.raised_ms - a.raised_ms ||
  (a.alert_id < b.alert_id ? -1 : 1);

export interface RuleView extends AlertRule {
  readonly evaluated: boolean;
  /** Open alerts of it. */
  readonly open: number;
  /** Until when no other one is raised, of the thing for which that is soonest; null where one may be at once. */
  readonly quiet_until_ms: number | null;
}

/** Rules of an account with what they do now. */
export function rulesView(policy: AlertsPolicy, parts: Parts): readonly RuleView[] {
  const { entries, now_ms } = deskOf(parts);
  const evaluated = new Set(rulesOf(policy).map(({ rule_id }) => rule_id));
  return policy.rules.map((rule) => {
    const own = entries.filter(({ rule_id }) => rule_id === rule.rule_id);
    const next = own.map(({ course }) => nextRaise(course, rule)).filter((at_ms) => at_ms > now_ms);
    return {
      ...rule,
      evaluated: evaluated.has(rule.rule_id),
      open: own.filter(({ open }) => open !== null).length,
      quiet_until_ms: next.length === 0 ? null : Math.min(...next),
    };
  });
}
