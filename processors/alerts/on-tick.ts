/** The end of an hour: totals are measured, time passes over everything else, digests are made, what waits is told. */
import { isWindowed, rulesOf, type AlertRule, type WindowMetric } from '../../policy/alerts.ts';
import type { Policy } from '../../policy/policy.ts';
import { digestMade } from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import type { Decision } from '../../topology/processor.ts';
import { Desk, type Observation } from './desk.ts';
import { digestMessage, digestOf, dueDigests } from './digest.ts';
import { sendFailedAgain } from './messages.ts';
import { isMet, measured, type Measured, type Place } from './measure.ts';
import {
  desk_name,
  deskOf,
  nameIn,
  tally_name,
  tallyOf,
  type AccountState,
  type Entity,
  type Part,
  type Parts,
  type TallyPart,
} from './state.ts';
import { isActive, withoutOld } from './totals.ts';
import type { wiring } from './wiring.ts';
import { reasonOf, thingWords } from './words.ts';

export interface At {
  readonly account_id: string;
  /** End of the hour, UTC epoch milliseconds. */
  readonly now_ms: number;
  readonly policy: Policy;
}

export function onTick(state: AccountState, parts: Parts, at: At): Decision<typeof wiring> {
  const { account_id, policy } = at;
  const before = deskOf(parts);
  const { now_ms } = at;
  const desk = new Desk(account_id, before, policy, now_ms);
  const place: Place = { state, parts, desk: before, policy, now_ms };
  measureAll(desk, place, account_id);
  for (const entry of desk.desk.entries) if (!isMeasured(entry.rule_id, policy)) desk.pass(entry);
  const digests = digestsAt(desk, { state, parts, tally: tallyOf(parts) }, at);
  sendFailedAgain(desk);
  desk.tell();
  const changed = new Map<string, Part | null>();
  const gone = new Map<string, null>();
  const kept = now_ms % day_ms === 0 ? withoutOld(state, now_ms, gone) : state;
  for (const [name] of gone) changed.set(name, null);
  if (desk.changed !== undefined) changed.set(desk_name, desk.changed);
  if (digests.tally !== null) changed.set(tally_name, digests.tally);
  return { state: kept, parts: changed, emit: [...digests.emit, ...desk.emit] };
}

const isMeasured = (rule_id: string, { alerts }: Policy): boolean =>
  rulesOf(alerts).some((rule) => rule.rule_id === rule_id && isWindowed(rule.metric));

/** Measures each rule on each thing of its scope that has totals of late; of what has none any more nothing is known. */
function measureAll(desk: Desk, place: Place, account_id: string): void {
  const { state, policy, now_ms } = place;
  const active = state.entities.filter((one) => isActive(one, now_ms));
  for (const rule of rulesOf(policy.alerts)) {
    if (!isWindowed(rule.metric)) continue;
    const things = active.filter(({ scope }) => scope === rule.scope);
    for (const entity of things) observe(rule.metric, rule, entity, { desk, place, account_id });
    const known = new Set(things.map((one) => idOf(one, account_id)));
    for (const { rule_id, scope, entity_id, open } of desk.desk.entries)
      if (rule_id === rule.rule_id && scope === rule.scope && !known.has(entity_id))
        desk.observe({
          ...{ rule, entity_id, entity_name: open?.entity_name ?? null, met: null, value: null, low: null, high: null },
          ...{ exposure: null, reason: 'It has had no totals for days.', path: '#/alerts' },
        });
  }
}

interface Measuring {
  readonly desk: Desk;
  readonly place: Place;
  readonly account_id: string;
}

/** Measures a rule on one thing and lays what it finds on the desk. */
function observe(metric: WindowMetric, rule: AlertRule, entity: Entity, { desk, place, account_id }: Measuring): void {
  const entity_id = idOf(entity, account_id);
  const found = measured(metric, rule, entity, place);
  const known = desk.entryOf(rule.rule_id, rule.scope, entity_id);
  const met = isMet(rule, found, (known?.open ?? null) !== null);
  // Most things are well at most hours, and need no words.
  if (known === undefined && met !== true) return;
  desk.observe(observation(rule, entity, { found, met, entity_id, place }));
}

interface Finding {
  readonly found: Measured | null;
  readonly met: boolean | null;
  readonly entity_id: string;
  readonly place: Place;
}

/** What a rule found of one thing, in words. */
function observation(rule: AlertRule, entity: Entity, { found, met, entity_id, place }: Finding): Observation {
  const entity_name = entity.scope === 'ad' ? nameIn(place.parts, entity.id) : null;
  const thing = thingWords(entity.scope, entity_id, entity_name);
  const about = { rule, entity_id, entity_name, met, path: pathOf(entity) };
  if (found === null)
    return { ...about, value: null, low: null, high: null, exposure: null, reason: `Nothing is known of ${thing}.` };
  const { value, low, high, exposure } = found;
  return { ...about, value, low, high, exposure, reason: reasonOf(rule, thing, found, place.state.currency) };
}

const idOf = ({ scope, id }: Entity, account_id: string): string => (scope === 'account' ? account_id : id);

const pathOf = ({ scope }: Entity): string =>
  scope === 'ad' ? '#/fatigue' : scope === 'account' ? '#/budgets' : '#/alerts';

interface Digests {
  /** Null where nothing changed. */
  readonly tally: TallyPart | null;
  readonly emit: readonly ReturnType<typeof digestMade.event>[];
}

function digestsAt(
  desk: Desk,
  { state, parts, tally }: { readonly state: AccountState; readonly parts: Parts; readonly tally: TallyPart },
  { account_id, now_ms, policy }: At,
): Digests {
  const due = dueDigests({ tally, policy, now_ms });
  const made = due.flatMap(
    ({ period }) => digestOf(period, { account_id, state, parts, tally, desk: desk.desk, policy, now_ms }) ?? [],
  );
  // An account that nothing is known of yet is asked again at the next hour: it costs nothing and changes nothing.
  if (made.length === 0) return { tally: null, emit: [] };
  for (const digest of made) desk.send(policy.alerts.digest_channels, digestMessage(digest));
  const dates = Object.fromEntries(due.map(({ period, date }) => [period, date]));
  return { tally: { ...tally, ...dates }, emit: made.map((digest) => digestMade.event(digest)) };
}
