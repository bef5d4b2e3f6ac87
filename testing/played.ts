/** Processors of the program on the driver, with its real codec and policy; what they decided, kept as cases. */
import { eventView, plain, plainObject } from '../app/operations/events/view.ts';
import { Driver } from '../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../engine/engine.ts';
import { explain } from '../engine/explain/explain.ts';
import { topics } from '../schemas/index.ts';
import { day_ms, hour_ms } from '../schemas/values.ts';
import type { AnyProcessor } from '../topology/processor.ts';
import { decidedAgain, parseCase } from './cases.ts';
import { testOptions } from './options.ts';
import { start_ms } from './snapshot.ts';

/** A driver whose clock is past everything that tests publish, or begins where it is told. A dead letter fails the test. */
export function driverOf(processors: readonly AnyProcessor[], from_ms = start_ms + 400 * day_ms): Driver {
  return new Driver({ ...testOptions(processors), start_ms: from_ms });
}

/** Publishes each list of events and lets the groups handle it; returns all events that reached the log. */
export async function play(driver: Driver, rounds: Iterable<readonly SourceEvent[]>): Promise<readonly EngineEvent[]> {
  const seen: EngineEvent[] = [];
  await driver.start();
  driver.engine.tail((events) => seen.push(...events));
  let round = 0;
  for (const events of rounds) {
    driver.clock.advance(hour_ms);
    await driver.engine.publish({ source: 'test', position: String(round++), events });
    await driver.engine.drain();
  }
  if (driver.failures.length > 0) throw new Error(`a group failed: ${driver.failures.join('; ')}`);
  return seen;
}

export interface DecidedAgain {
  /** Whether the log gave the same decision. */
  readonly reproduced: boolean;
  readonly decision: { readonly topic: string; readonly value: unknown };
  /** What the kept case makes its processor emit. */
  readonly emitted: readonly { readonly topic: string; readonly value: unknown }[];
}

/** Explains a decision, keeps it as `flywheel explain --save` does, and decides the case again. */
export async function decideAgain(
  driver: Driver,
  processor: AnyProcessor,
  decided: EngineEvent | undefined,
): Promise<DecidedAgain> {
  if (decided?.record.name === undefined) throw new Error('nothing was decided');
  const explained = await explain(driver.engine, decided.record.topic, decided.record.name);
  if (explained === undefined) throw new Error('the decision is not explained');
  const { decision, cause, stateKey, state_before, parts_before, state_version, part_version, policy, reproduced } =
    explained;
  const kept = {
    decision: eventView(decision),
    cause: eventView(cause),
    state_key: stateKey,
    state_before: plain(state_before),
    parts_before: plainObject(Object.fromEntries(parts_before)),
    state_version,
    part_version,
    policy: plain(policy),
  };
  const found = parseCase(JSON.parse(JSON.stringify(kept)));
  return { reproduced, decision: found.decision, emitted: await decidedAgain(processor, topics, found) };
}
