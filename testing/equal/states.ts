/** States of all groups as they are stored, so that those of two engines can be compared. */
import { plain } from '../../app/operations/events/view.ts';
import type { Runtime } from '../../engine/runtime.ts';

/** By group, key, state key and, of a part, its name. */
export type States = ReadonlyMap<string, string>;

export async function statesOf(engine: Runtime): Promise<States> {
  const states = new Map<string, string>();
  for (const { wiring } of engine.topology.processors)
    for await (const { key, stateKey, state } of engine.scan(wiring.group)) {
      const place = `${wiring.group} ${key} ${stateKey}`;
      states.set(place, JSON.stringify(plain(state)));
      for await (const [name, part] of engine.parts(wiring.group, key, stateKey))
        states.set(`${place} ${name}`, JSON.stringify(plain(part)));
    }
  return states;
}
