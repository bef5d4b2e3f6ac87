/**
 * What a group has kept, with the types of its wiring. The engine stores a value under the group's name and the version
 * of its state, and refuses to read another version: what comes back is what the group's own code put there.
 */
import type { Runtime } from '../../../engine/runtime.ts';
import type { StateSpec } from '../../../topology/processor.ts';

interface Keeping<S, Part> {
  readonly wiring: { readonly group: string; readonly state: StateSpec<S>; readonly part?: StateSpec<Part> };
}

/** State of a key; undefined where the group has none. */
export async function keptState<S, Part>(
  engine: Runtime,
  { wiring }: Keeping<S, Part>,
  key: string,
  stateKey = '',
): Promise<S | undefined> {
  return (await engine.state(wiring.group, key, stateKey)) as S | undefined;
}

/** All keys of a group with their states. */
export async function* keptStates<S, Part>(
  engine: Runtime,
  { wiring }: Keeping<S, Part>,
): AsyncGenerator<{ readonly key: string; readonly stateKey: string; readonly state: S }> {
  for await (const { key, stateKey, state } of engine.scan(wiring.group)) yield { key, stateKey, state: state as S };
}

/** Sub-records of a key's state, by name; `names`: only those whose name begins so. */
export async function keptParts<S, Part>(
  engine: Runtime,
  { wiring }: Keeping<S, Part>,
  key: string,
  stateKey = '',
  names = '',
): Promise<ReadonlyMap<string, Part>> {
  const parts = new Map<string, Part>();
  for await (const [name, part] of engine.parts(wiring.group, key, stateKey, names)) parts.set(name, part as Part);
  return parts;
}
