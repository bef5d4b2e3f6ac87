/** Reads committed state for people and programs. */
import type { StateEntry } from '../engine.ts';
import { separator } from '../ledger.ts';
import type { Runtime } from '../runtime.ts';
import { stateCodec } from './codec.ts';

export async function readState(runtime: Runtime, group: string, key: string, stateKey: string): Promise<unknown> {
  const { wiring } = runtime.processor(group);
  const [bytes] = await runtime.ledger
    .task(group, runtime.partitionOf(key))
    .getMany('state', [key + separator + stateKey]);
  return bytes === undefined ? undefined : stateCodec(group, wiring.state).decode(bytes);
}

export async function* scanState(runtime: Runtime, group: string, key?: string): AsyncGenerator<StateEntry> {
  const { wiring } = runtime.processor(group);
  const codec = stateCodec(group, wiring.state);
  const partitions = key === undefined ? [...Array(runtime.options.partitions).keys()] : [runtime.partitionOf(key)];
  for (const partition of partitions) {
    for await (const [place, bytes] of runtime.ledger
      .task(group, partition)
      .scan('state', key === undefined ? '' : key + separator)) {
      const split = place.indexOf(separator);
      yield { key: place.slice(0, split), stateKey: place.slice(split + 1), state: codec.decode(bytes) };
    }
  }
}

export async function* readParts(
  runtime: Runtime,
  group: string,
  key: string,
  { stateKey, names }: { readonly stateKey: string; readonly names: string },
): AsyncGenerator<readonly [string, unknown]> {
  const { wiring } = runtime.processor(group);
  if (wiring.part === undefined) return;
  const codec = stateCodec(group, wiring.part);
  const prefix = key + separator + stateKey + separator;
  for await (const [place, bytes] of runtime.ledger.task(group, runtime.partitionOf(key)).scan('part', prefix + names))
    yield [place.slice(prefix.length), codec.decode(bytes)];
}
