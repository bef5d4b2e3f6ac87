/** The embedded engine as the app runs it: log, state and outbox in the data folder, this process alone. */
import type { EngineOptions } from '../../engine/options.ts';
import { openEmbedded, type Embedded, type EmbeddedOptions } from '../../engine/embedded/embedded.ts';
import { holdsReplay } from '../sources/replay.ts';
import type { RunningEngine } from '../running-engine.ts';

export const openFolder = (options: EngineOptions & Pick<EmbeddedOptions, 'folder' | 'onFailure'>): RunningEngine =>
  embeddedRunning(openEmbedded(options));

export function embeddedRunning({ engine, lock, kept, trim }: Embedded): RunningEngine {
  const all = Array.from({ length: engine.options.partitions }, (_, partition) => partition);
  return {
    kind: 'embedded',
    engine,
    kept,
    start: () => engine.start(),
    stop: () => engine.stop(),
    announce: (url, token) => lock.announce(url, token),
    // A replay is looked at as a whole.
    trim: async () => ((await holdsReplay(engine)) ? [] : trim()),
    owned: () => all,
    servers: () => Promise.resolve([]),
    // A group that stops leaves the others at work, and the status says so.
    failed: new Promise(() => undefined),
  };
}
