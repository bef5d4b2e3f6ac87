/**
 * The desk: takes what is observed of a rule, raises and resolves alerts, and sees to it that people are told once, of many
 * alike together, and not at night of what can wait. It works on copies; `done` gives what is to be kept and emitted.
 */
import { hash32 } from '../../learning/numeric.ts';
import { isQuiet } from './quiet.ts';
import { isEvent, rulesOf, type AlertRule, type AlertScope, type Channel } from '../../policy/alerts.ts';
import type { Policy } from '../../policy/policy.ts';
import { ruleTitle } from '../../policy/rule-title.ts';
import {
  alertRaised,
  alertResolved,
  notificationRequested,
  type AlertRaised,
  type NotificationRequested,
} from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { ended, isIdle, newCourse, step, type Turn } from './course.ts';
import type { DeskPart, Entry, OpenAlert, PastAlert, Queued, Said } from './state.ts';

/** What a rule found of one thing. */
export interface Observation {
  readonly rule: AlertRule;
  readonly entity_id: string;
  readonly entity_name: string | null;
  /** Whether its condition holds; null where that is not known. Given what is open, so that it may hold on to it. */
  readonly met: boolean | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly exposure: number | null;
  readonly reason: string;
  /** Where the page shows it. */
  readonly path: string;
}

type Emitted =
  | ReturnType<typeof alertRaised.event>
  | ReturnType<typeof alertResolved.event>
  | ReturnType<typeof notificationRequested.event>;

const kept_past = 100;
const kept_sent = 60;
const shown_items = 20;
/** Longest text of one item of a message. */
const item_length = 2_000;
export const alerts_path = '#/alerts';

/** `alerts` of the account of a desk at a time. */
export class Desk {
  readonly #account_id: string;
  readonly #policy: Policy;
  readonly #before: DeskPart;
  readonly #rules: readonly AlertRule[];
  #desk: DeskPart;
  readonly emit: Emitted[] = [];
  /**
   * The time of what is taken, UTC epoch milliseconds: an event's own, whatever the desk was told before, so that what is
   * raised does not hang on what came first.
   */
  readonly now_ms: number;

  /** @param now_ms 0 where what is taken has no time of its own */
  constructor(account_id: string, desk: DeskPart, policy: Policy, now_ms: number) {
    this.#account_id = account_id;
    this.#policy = policy;
    this.#before = desk;
    this.#rules = rulesOf(policy.alerts);
    this.now_ms = now_ms === 0 ? desk.now_ms : now_ms;
    this.#desk = now_ms > desk.now_ms ? { ...desk, now_ms } : desk;
  }

  get desk(): DeskPart {
    return this.#desk;
  }

  /** What is to be kept; undefined where nothing changed but the time. */
  get changed(): DeskPart | undefined {
    const { now_ms: _, ...now } = this.#desk;
    const { now_ms: __, ...before } = this.#before;
    const is_same = (Object.keys(now) as (keyof typeof now)[]).every((key) => now[key] === before[key]);
    return is_same ? undefined : this.#desk;
  }

  set(change: Partial<Omit<DeskPart, 'kind' | 'now_ms' | 'entries'>>): void {
    this.#desk = { ...this.#desk, ...change };
  }

  /** Rules about a metric. */
  rulesOn(metric: AlertRule['metric']): readonly AlertRule[] {
    return this.#rules.filter((rule) => rule.metric === metric);
  }

  entryOf(rule_id: string, scope: AlertScope, entity_id: string): Entry | undefined {
    return this.#desk.entries.find(
      (one) => one.rule_id === rule_id && one.entity_id === entity_id && one.scope === scope,
    );
  }

  isOpen(rule: AlertRule, entity_id: string): boolean {
    return (this.entryOf(rule.rule_id, rule.scope, entity_id)?.open ?? null) !== null;
  }

  /** Takes what a rule found; raises or resolves its alert where that is due. */
  observe(found: Observation): void {
    const { rule, entity_id, met } = found;
    const known = this.entryOf(rule.rule_id, rule.scope, entity_id);
    if (known === undefined && met !== true) return;
    const entry = known ?? newEntry(rule, entity_id, this.now_ms);
    const { course, turn } = step(entry.course, met, this.now_ms, rule);
    const next = this.#turned({ ...entry, course, holds: met ?? entry.holds }, turn, found);
    this.#put(known, isIdle(next.course, this.now_ms, rule) && !next.holds ? null : next);
  }

  /** Lets time pass over what is not measured anew: what happened is over unless it happens again, a state goes on. */
  pass(entry: Entry): void {
    const rule = this.#rules.find(({ rule_id }) => rule_id === entry.rule_id);
    if (rule === undefined) return this.#put(entry, this.#closed(entry, 'off', null, 'its rule is no longer there'));
    const met = isEvent(rule.metric) ? false : entry.holds;
    const { value = null, low = null, high = null, reason = ruleTitle(entry.rule_id) } = entry.open ?? {};
    const entity_name = entry.open?.entity_name ?? null;
    const { entity_id } = entry;
    const words = met ? reason : 'It did not happen again.';
    this.observe({
      ...{ rule, entity_id, entity_name, met, value, low, high },
      ...{ exposure: null, reason: words, path: alerts_path },
    });
  }

  /** A person looks after an alert; false where it is not open. */
  acknowledge(alert_id: string, said: Said): boolean {
    const entry = this.#byAlert(alert_id);
    if (entry === undefined || entry.open === null) return false;
    this.#put(entry, { ...entry, open: { ...entry.open, acknowledged: said } });
    return true;
  }

  /** A person ends an alert; false where it is not open. */
  resolve(alert_id: string, { by, reason }: Said): boolean {
    const entry = this.#byAlert(alert_id);
    if (entry === undefined || entry.open === null) return false;
    const why = reason.trim() === '' ? `${by} resolved it.` : reason;
    const left = this.#closed(entry, 'person', by, why);
    // A state that still holds is not raised again at the next hour: it was seen.
    this.#put(entry, left === null ? null : { ...left, holds: false });
    return true;
  }

  #byAlert(alert_id: string): Entry | undefined {
    return this.#desk.entries.find(({ open }) => open?.alert_id === alert_id);
  }

  #put(known: Entry | undefined, next: Entry | null): void {
    const { entries } = this.#desk;
    const others = known === undefined ? entries : entries.filter((one) => one !== known);
    this.#desk = { ...this.#desk, entries: next === null ? others : [...others, next] };
  }

  #turned(entry: Entry, turn: Turn, found: Observation): Entry {
    if (turn === 'raise') return this.#raise(entry, found);
    if (turn === null) return entry;
    const forgotten = turn === 'forget';
    const why = forgotten ? 'Nothing was known of it for three days.' : found.reason;
    return this.#closed(entry, forgotten ? 'unknown' : 'ended', null, why) ?? entry;
  }

  #raise(entry: Entry, found: Observation): Entry {
    const { rule, entity_id, entity_name, value, low, high, exposure, reason, path } = found;
    const { rule_id, metric, scope, severity } = rule;
    const alert_id = named(rule_id, scope, entity_id, this.now_ms);
    const is_number = value !== null || low !== null;
    const threshold = is_number ? rule.threshold : null;
    const event: AlertRaised = {
      ...{ account_id: this.#account_id, alert_id, rule_id, metric, scope, entity_id, entity_name, severity },
      ...{ comparison: is_number ? rule.comparison : 'is', value, low, high, threshold, exposure },
      ...{ window_hours: exposure === null ? null : rule.window_hours, reason },
      ...{ at_ms: this.now_ms, policy_version: this.#policy.version },
    };
    this.emit.push(alertRaised.event(event));
    this.#queue({ rule_id, kind: 'raised', alert_id, severity, text: reason, path });
    const open: OpenAlert = {
      ...{ alert_id, severity, entity_name, value, low, high, threshold, reason, acknowledged: null },
    };
    return { ...entry, open };
  }

  /** The entry without its alert, which is told and kept among those that are over. */
  #closed(entry: Entry, how: PastAlert['how'], by: string | null, why: string): Entry | null {
    const { rule_id, scope, entity_id, open, course } = entry;
    if (open === null) return null;
    const raised_ms = course.raised_ms ?? course.raises.at(-1) ?? this.now_ms;
    const { alert_id, severity } = open;
    const reason = `${why.charAt(0).toUpperCase()}${why.slice(1)}`;
    this.emit.push(
      alertResolved.event({
        ...{ account_id: this.#account_id, alert_id, rule_id, scope, entity_id, severity, how, by, reason, raised_ms },
        ...{ at_ms: this.now_ms, policy_version: this.#policy.version },
      }),
    );
    const past: PastAlert = {
      ...open,
      ...{ rule_id, scope, entity_id, raised_ms, resolved_ms: this.now_ms, how, by, why: reason },
    };
    this.#desk = { ...this.#desk, past: [...this.#desk.past, past].slice(-kept_past) };
    this.#queue({ rule_id, kind: 'resolved', alert_id, severity, text: reason, path: alerts_path });
    return { ...entry, course: ended(course), open: null };
  }

  /** An alert that ended before people were told of it is not told at all. */
  #queue(item: Queued): void {
    const { queue } = this.#desk;
    const untold = queue.find(({ alert_id, kind }) => alert_id === item.alert_id && kind === 'raised');
    const next =
      item.kind === 'resolved' && untold !== undefined ? queue.filter((one) => one !== untold) : [...queue, item];
    this.#desk = { ...this.#desk, queue: next };
  }

  /** Tells people what may be told now: one message of all alike. */
  tell(): void {
    const groups = new Map<string, Queued[]>();
    for (const item of this.#desk.queue) {
      const name = `${item.rule_id} ${item.kind}`;
      groups.set(name, [...(groups.get(name) ?? []), item]);
    }
    for (const [name, items] of groups) if (this.#mayTell(name, items)) this.#tellOf(name, items);
  }

  #mayTell(name: string, items: readonly Queued[]): boolean {
    const { alerts } = this.#policy;
    const is_critical = items.some(({ severity, kind }) => severity === 'critical' && kind === 'raised');
    if (!is_critical && isQuiet(this.now_ms, alerts)) return false;
    const last_ms = this.#desk.told[name];
    return last_ms === undefined || this.now_ms - last_ms >= alerts.group_hours * hour_ms;
  }

  #tellOf(name: string, items: readonly Queued[]): void {
    const [first] = items;
    const rule = this.#rules.find(({ rule_id }) => rule_id === first?.rule_id);
    this.#desk = {
      ...this.#desk,
      queue: this.#desk.queue.filter((one) => !items.includes(one)),
      told: { ...recent(this.#desk.told, this.now_ms), [name]: this.now_ms },
    };
    if (first === undefined || rule === undefined) return;
    const { kind, severity, rule_id } = first;
    const count = items.length > 1 ? ` (${items.length})` : '';
    const title = `${kind === 'resolved' ? 'Resolved: ' : ''}${ruleTitle(rule_id)}${count}`;
    this.send(rule.channels, {
      ...{ kind, severity, rule_id, title, path: items.length === 1 ? first.path : alerts_path },
      items: items.map(({ alert_id, text, path }) => ({ alert_id, text: text.slice(0, item_length), path })),
      facts: [],
    });
  }

  /** Asks for a message by each channel. */
  send(
    channels: readonly Channel[],
    {
      items,
      ...message
    }: Pick<NotificationRequested, 'kind' | 'severity' | 'rule_id' | 'title' | 'items' | 'facts' | 'path'>,
  ): void {
    const what = items.map(({ alert_id, text }) => alert_id ?? text);
    const name = named(message.kind, message.title, ...what, this.now_ms);
    const sent = channels.map((channel): NotificationRequested => ({
      ...{ account_id: this.#account_id, notification_id: `${name}/${channel}`, channel },
      ...message,
      ...{ items: items.slice(0, shown_items), more: Math.max(0, items.length - shown_items) },
      ...{ at_ms: this.now_ms, policy_version: this.#policy.version },
    }));
    this.#desk = {
      ...this.#desk,
      sent: [...this.#desk.sent, ...sent.map((one) => ({ message: one, tries: 1, outcome: null, why: null }))].slice(
        -kept_sent,
      ),
    };
    for (const one of sent) this.emit.push(notificationRequested.event(one));
  }
}

/** Names by what they are of, 64 bits: the same each time that it is decided, in whatever order. */
function named(kind: string, ...of: readonly (string | number)[]): string {
  const text = of.join('\u001f');
  const [first, second] = [hash32(text), hash32(text, hash32(`${kind}\u001f${text.length}`))];
  return `${kind}-${first.toString(36)}${second.toString(36)}`;
}

const kept_times_ms = 48 * hour_ms;
/** Without times that hold nothing back any more. */
const recent = (told: DeskPart['told'], now_ms: number): DeskPart['told'] =>
  Object.fromEntries(Object.entries(told).filter(([, at_ms]) => now_ms - at_ms < kept_times_ms));

const newEntry = ({ rule_id, scope }: AlertRule, entity_id: string, now_ms: number): Entry => ({
  rule_id,
  scope,
  entity_id,
  course: newCourse(now_ms),
  open: null,
  holds: false,
});
