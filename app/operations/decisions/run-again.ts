/** A recorded decision made again beside one from an edited input: the pure handlers on both. Nothing is written. */
import { decideAgain, type Emitted, type Met } from '../../../engine/explain/decide-again.ts';
import type { Explained } from '../../../engine/explain/explain.ts';
import type { Versioned } from '../../../engine/options.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { policyOf } from '../../../policy/policy.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { OperationsContext } from '../context.ts';
import { parseName } from './id.ts';
import { differences, type Difference } from './differences.ts';
import { plainObject } from '../events/view.ts';
import { explainName } from './explain.ts';

/** A decision, and what its input is to be instead; what is left out is as recorded. */
export interface Edited {
  readonly id: string;
  /** Value of the event that caused it. */
  readonly event?: Readonly<Record<string, unknown>>;
  /** State that the handler meets; null where there is to be none. */
  readonly state?: unknown;
  /** Sections of the policy. */
  readonly policy?: Readonly<Record<string, unknown>>;
}

export interface RunAgain {
  /** Events made from the recorded input, and from the edited one. */
  readonly recorded: readonly EmittedView[];
  readonly edited: readonly EmittedView[];
  readonly differences: readonly Difference[];
}

export interface EmittedView {
  readonly topic: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Null where the decision or its cause is no longer kept.
 * @throws FlywheelError `usage.invalid` where the edited input fits no schema, or the handler refuses it
 */
export async function runAgain(
  { engine }: Pick<OperationsContext, 'engine'>,
  edited: Edited,
): Promise<RunAgain | null> {
  const name = parseName(edited.id);
  if (name === undefined) throw new FlywheelError('decision.unknown', { id: edited.id });
  const explained = await explainName(engine, name);
  if (explained === undefined || explained.cause.value === null) return null;
  const met = metBy(explained, explained.cause.value);
  const processor = engine.processor(name.group);
  const run = (input: Met): Promise<readonly Emitted[]> => decideAgain(processor, engine.topology.topics, input);
  const recorded = viewsOf(await run(met));
  const made = viewsOf(await refused(run(withEdits(engine, met, edited))));
  return { recorded, edited: made, differences: differences(recorded, made) };
}

function metBy({ decision, cause, stateKey, state_before, parts_before, policy }: Explained, value: object): Met {
  const { topic, partition, offset, appended_ms, key } = cause.record;
  return {
    decision: { key: decision.record.key, value: decision.value },
    cause: { topic, partition, offset, appended_ms, key, value },
    state_key: stateKey,
    state_before,
    parts_before: Object.fromEntries(parts_before),
    policy,
  };
}

function withEdits(engine: Runtime, met: Met, { event, state, policy }: Edited): Met {
  return {
    ...met,
    ...(event === undefined ? {} : { cause: { ...met.cause, value: checked(engine, met, event) } }),
    ...(state === undefined ? {} : { state_before: state }),
    ...(policy === undefined ? {} : { policy: policyFrom(policy, met) }),
  };
}

/** The event as a reader of the log would get it, or why it would be refused. */
function checked(engine: Runtime, { cause }: Met, value: Readonly<Record<string, unknown>>): object {
  const { codec } = engine.options;
  let bytes: Uint8Array;
  try {
    bytes = codec.encode(cause.topic, value);
  } catch (error) {
    throw invalid(`the event does not fit the schema of ${cause.topic}: ${wordsOf(error)}`);
  }
  const decoded = codec.decode(cause.topic, bytes, cause.appended_ms);
  if (!decoded.ok) throw invalid(`the event is refused: ${decoded.message}`);
  return decoded.value;
}

/** The policy of the account: a document without single accounts, as the decider would have got it. */
function policyFrom({ version: _, ...sections }: Readonly<Record<string, unknown>>, { cause }: Met): Versioned {
  const { accounts: __, overrides: ___, ...document } = sections;
  return policyOf(parsePolicy(document), cause.key);
}

async function refused<T>(made: Promise<T>): Promise<T> {
  try {
    return await made;
  } catch (error) {
    throw invalid(`the handler refuses the edited input: ${wordsOf(error)}`);
  }
}

const invalid = (why: string): FlywheelError =>
  new FlywheelError('usage.invalid', { why, what_to_do: 'edit it so that it is a valid input, and run it again' });

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const viewsOf = (emitted: readonly Emitted[]): readonly EmittedView[] =>
  emitted.map(({ topic, value }) => ({ topic, value: plainObject(value) }));
