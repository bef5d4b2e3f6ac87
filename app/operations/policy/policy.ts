/** Policies: the one in force, what was proposed, and bringing one into force. Each step is an event. */
import { z } from 'zod';
import { readRange } from '../../../engine/read-range.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { policyChanges } from '../../../policy/changes.ts';
import { defaultPolicy, parsePolicy, policyOfEvent, policyText } from '../../../policy/document.ts';
import { policyOf, type WholePolicy } from '../../../policy/policy.ts';
import { policyChanged, policyProposed } from '../../../schemas/index.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { wholePolicyInForce } from '../../policy-in-force.ts';
import type { BacktestJob } from './backtest-results.ts';
import type { OperationsContext } from '../context.ts';
import type { ActivatedPolicy, PolicyStep, PolicyView, ProposedPolicy, Signed } from './view.ts';
import { timeOf } from '../time-of.ts';

type Reading = Pick<OperationsContext, 'engine'>;

const words = z.string().nullable().default(null);
const changedShape = z.object({
  version: z.string(),
  document: z.string(),
  activated_by: words,
  reason: words,
  activated_ms: z.number(),
});
const proposedShape = z.object({
  version: z.string(),
  document: z.string(),
  based_on: z.string(),
  proposed_by: words,
  reason: words,
  proposed_ms: z.number(),
});

/** A policy that an event brought, in the order of the log. */
interface Event {
  readonly kind: PolicyStep['kind'];
  readonly policy: WholePolicy;
  readonly based_on: string | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly at_ms: number;
  readonly appended_ms: number;
}

/** Undefined where the event cannot be a policy: the groups refused it, and the one before stayed in force. */
function eventOf(topic: string, value: unknown, appended_ms: number): Event | undefined {
  try {
    if (topic === policyChanged.name) {
      const { activated_by: by, reason, activated_ms: at_ms, ...text } = changedShape.parse(value);
      return { kind: 'activated', policy: policyOfEvent(text), based_on: null, by, reason, at_ms, appended_ms };
    }
    const { proposed_by: by, reason, proposed_ms: at_ms, based_on, ...text } = proposedShape.parse(value);
    return { kind: 'proposed', policy: policyOfEvent(text), based_on, by, reason, at_ms, appended_ms };
  } catch (error) {
    if (error instanceof FlywheelError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** Both topics have a copy in each partition: the first one's is read. */
async function eventsOf(engine: Runtime): Promise<readonly Event[]> {
  const events: Event[] = [];
  for (const topic of [policyProposed.name, policyChanged.name]) {
    const { start, end } = await engine.log.range(topic, 0);
    for await (const record of readRange(engine.log, topic, 0, start, end)) {
      const event = eventOf(topic, engine.decoded(record).value, record.appended_ms);
      if (event !== undefined) events.push(event);
    }
  }
  return events.sort((a, b) => a.appended_ms - b.appended_ms);
}

function known(events: readonly Event[], version: string): WholePolicy {
  const found = events.findLast(({ policy }) => policy.version === version)?.policy;
  if (found !== undefined) return found;
  if (version === defaultPolicy.version) return defaultPolicy;
  throw new FlywheelError('policy.unknown', { version });
}

/**
 * A policy in full: that in force, or any that was proposed or in force; as one account has it where one is named.
 * @throws FlywheelError `policy.unknown`
 */
export async function policy(
  { engine }: Reading,
  { version, account_id }: { readonly version?: string; readonly account_id?: string },
): Promise<PolicyView> {
  const in_force = await wholePolicyInForce(engine);
  const whole = version === undefined ? in_force : known(await eventsOf(engine), version);
  const common = { version: whole.version, in_force: whole.version === in_force.version };
  if (account_id !== undefined) {
    const { version: _, ...document } = policyOf(whole, account_id);
    return { ...common, account_id, document };
  }
  const { version: _, overrides: __, accounts, ...sections } = whole;
  const document = Object.keys(accounts).length === 0 ? sections : { ...sections, accounts };
  return { ...common, account_id: null, document };
}

/** Every policy that was proposed or came into force, newest first, with what each changes. */
export async function policyHistory({ engine }: Reading): Promise<readonly PolicyStep[]> {
  const events = await eventsOf(engine);
  const in_force = events.findLast(({ kind }) => kind === 'activated');
  const policies = new Map([defaultPolicy, ...events.map((event) => event.policy)].map((one) => [one.version, one]));
  let before: WholePolicy | undefined;
  const steps = events.map((event): PolicyStep => {
    const { kind, policy: after, by, reason, at_ms } = event;
    const ground = event.based_on === null ? before : policies.get(event.based_on);
    if (kind === 'activated') before = after;
    return {
      ...{ kind, version: after.version, in_force: event === in_force },
      against: event.based_on ?? ground?.version ?? null,
      changes: ground === undefined ? [] : policyChanges(ground, after),
      ...{ by, reason, at_ms },
    };
  });
  return steps.reverse();
}

/**
 * Publishes a document for others to see, compare and bring into force; nothing changes by it.
 * @throws FlywheelError `policy.invalid` with the field and its limits
 */
export async function proposePolicy(
  context: OperationsContext,
  { document, by = null, reason = null }: { readonly document: object } & Partial<Nullable<Signed>>,
): Promise<ProposedPolicy> {
  const { engine } = context;
  const proposed = parsePolicy(document);
  const in_force = await wholePolicyInForce(engine);
  const { version: against } = in_force;
  const answer = { version: proposed.version, against, changes: policyChanges(in_force, proposed) };
  const before = (await eventsOf(engine)).some(
    (event) => event.based_on === against && event.policy.version === proposed.version,
  );
  if (before || proposed.version === against) return { ...answer, published: false };
  const value = { ...policyText(proposed), based_on: against, proposed_by: by, reason, proposed_ms: timeOf(context) };
  await publish(engine, policyProposed, value);
  return { ...answer, published: true };
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

/**
 * Brings a policy into force that was proposed, or that was in force before. A proposal replaces the whole document: one
 * that was written on another ground than what holds now would undo what came between, and is refused unless `anyway`.
 * @throws FlywheelError `policy.unknown`, `policy.outdated`
 */
export async function activatePolicy(
  context: OperationsContext,
  {
    version,
    by = null,
    reason = null,
    anyway = false,
  }: { readonly version: string; readonly anyway?: boolean } & Partial<Nullable<Signed>>,
): Promise<ActivatedPolicy> {
  const { engine } = context;
  const events = await eventsOf(engine);
  const next = known(events, version);
  const in_force = await wholePolicyInForce(engine);
  const answer = { version, against: in_force.version, changes: policyChanges(in_force, next) };
  if (version === in_force.version) return { ...answer, published: false };
  const proposals = events.filter((event) => event.kind === 'proposed' && event.policy.version === version);
  const was_in_force = events.some((event) => event.kind === 'activated' && event.policy.version === version);
  const fits = was_in_force || proposals.length === 0 || proposals.some((event) => event.based_on === in_force.version);
  if (!fits && !anyway)
    throw new FlywheelError('policy.outdated', {
      version,
      based_on: proposals.at(-1)?.based_on ?? '',
      in_force: in_force.version,
    });
  await publish(engine, policyChanged, {
    ...policyText(next),
    version,
    activated_by: by,
    reason,
    activated_ms: timeOf(context),
  });
  return { ...answer, published: true };
}

/** Checks the event, so that a mistake is told as one of the request, and publishes it. */
async function publish<V extends { readonly reason: string | null }>(
  engine: Runtime,
  topic: {
    check(value: V, at_ms: number): { field: string; value: string; rule: string; remedy: string } | undefined;
    event(value: V): { readonly topic: string; readonly value: V };
  },
  value: V,
): Promise<void> {
  const broken = topic.check(value, Infinity);
  if (broken !== undefined)
    throw new FlywheelError('usage.invalid', {
      why: `${broken.field} is ${broken.value}: ${broken.rule}`,
      what_to_do: broken.remedy,
    });
  await engine.publish({ source: 'operator', position: null, events: [topic.event(value)] });
}

/**
 * The backtest of a policy on the history of this data folder.
 * @throws FlywheelError `policy.invalid`, `usage.invalid` where there is no folder or another one runs
 */
export async function backtestPolicy(
  { backtests }: Pick<OperationsContext, 'backtests'>,
  { document }: { readonly document: object },
): Promise<BacktestJob> {
  if (backtests === null)
    throw new FlywheelError('usage.invalid', {
      why: 'a backtest reads the history of a data folder, and this engine has none',
      what_to_do: 'copy the events into a folder with flywheel publish, and run flywheel backtest there',
    });
  return backtests.of(document);
}
