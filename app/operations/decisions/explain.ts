/** Walks back from a decision to the raw events and the policy behind it, and makes it again. */
import { explain as explainByFold, type Explained } from '../../../engine/explain/explain.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { CauseName } from '../../../topology/coordinates.ts';
import { budgetOrigin } from './budget-origin.ts';
import type { OperationsContext } from '../context.ts';
import { parseName } from './id.ts';
import { eventView, plain, plainObject } from '../events/view.ts';
import { outputsOf } from './follow.ts';
import type { EventView, Explanation } from '../operations.ts';
import { decisionRow } from './row.ts';
import { decisionWords } from './words.ts';

/** Longest chain of causes walked back; the topology has no longer one. */
const longest_chain = 12;
/** Raw events shown. */
const most_inputs = 50;

/** Null when the decision or its cause is no longer kept. */
export async function explain(
  context: OperationsContext,
  { id }: { readonly id: string },
): Promise<Explanation | null> {
  const name = parseName(id);
  if (name === undefined) throw new FlywheelError('decision.unknown', { id });
  const explained = await explainName(context.engine, name);
  if (explained === undefined) return null;
  const { chain, raw } = await behind(context.engine, explained);
  return explanationOf(context, name, explained, chain, raw);
}

/** Explains the event of this name, in whichever of the group's topics it is. */
export async function explainName(engine: Runtime, name: CauseName): Promise<Explained | undefined> {
  for (const topic of outputsOf(engine, name.group)) {
    if ((await engine.find(topic, name)) === undefined) continue;
    return explainByFold(engine, topic, name);
  }
  return undefined;
}

/** Follows the causes back; of a change of budgets those of what it was asked for by, too. */
async function behind(engine: Runtime, explained: Explained): Promise<Behind> {
  const first = await causesOf(engine, explained);
  const origin = await budgetOrigin(engine, explained.decision);
  const asked = origin?.record.name && (await explainName(engine, origin.record.name));
  if (origin === undefined || asked === undefined) return first;
  const { chain, raw } = await causesOf(engine, asked);
  return { chain: [...first.chain, eventView(origin), ...chain], raw };
}

interface Behind {
  readonly chain: readonly EventView[];
  readonly raw: Explained;
}

/** Follows the causes back to the record that nobody here made, and the raw events that its group had taken. */
async function causesOf(engine: Runtime, explained: Explained): Promise<Behind> {
  const chain: EventView[] = [eventView(explained.cause)];
  let raw = explained;
  for (let name = explained.cause.record.name; name !== undefined && chain.length < longest_chain;) {
    const earlier = await explainName(engine, name);
    if (earlier === undefined) break;
    raw = earlier;
    chain.push(eventView(earlier.cause));
    name = earlier.cause.record.name;
  }
  return { chain, raw };
}

function explanationOf(
  { directory }: OperationsContext,
  { group }: CauseName,
  { decision, cause, stateKey, state_before, parts_before, state_version, part_version, policy, reproduced }: Explained,
  chain: readonly EventView[],
  raw: Explained,
): Explanation {
  const value = decision.value === null ? {} : plainObject(decision.value);
  const version: unknown = value['policy_version'];
  return {
    decision: eventView(decision),
    group,
    entity: decisionRow(decision, directory)?.entity ?? stateKey,
    state_key: stateKey,
    cause: eventView(cause),
    chain,
    inputs: raw.inputs.slice(0, most_inputs).map(eventView),
    inputs_total: raw.inputs_total,
    state_before: plain(state_before),
    parts_before: plainObject(Object.fromEntries(parts_before)),
    state_version,
    part_version,
    policy_version: typeof version === 'string' ? version : '',
    policy: plain(policy),
    numbers: numbersOf(value),
    words: decisionWords(decision, directory),
    reproduced,
  };
}

/** The scalar fields of a decision: what the rule computed and compared. */
function numbersOf(value: Readonly<Record<string, unknown>>): Readonly<Record<string, number | string | null>> {
  const numbers: Record<string, number | string | null> = {};
  for (const [name, field] of Object.entries(value))
    if (typeof field === 'number' || typeof field === 'string' || field === null) numbers[name] = field;
  return numbers;
}
