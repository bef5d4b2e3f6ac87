/** The source that the configuration asks for. */
import type { Runtime } from '../../engine/runtime.ts';
import type { RunningSource } from '../assemble.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/settings.ts';
import { moneyModeOf } from '../money-mode.ts';
import { FlywheelError } from '../../topology/errors.ts';
import { noSource } from './none.ts';
import { openReplay, source_name as replay } from './replay.ts';
import { default_seed, openSimulated, source_name as simulated } from './simulated.ts';
import type { SettableClock } from './source-clock.ts';
import { source_name as meta } from './meta/appends.ts';
import { openTicker } from './ticker.ts';

export interface SourceParts {
  readonly engine: Runtime;
  /** The engine's clock, which a source with a time of its own sets. */
  readonly clock: SettableClock;
  /** Real time. */
  readonly now_ms: () => number;
  /** Opens the accounts of Meta that the configuration names; left out where none are meant. */
  readonly openMeta?: () => Promise<RunningSource>;
}

/** Opens the source before the engine starts: one that goes on from a folder finds its place in it, and its time. */
export async function openSource(
  { source, seed, speed, replay_file }: Pick<Config, 'source' | 'seed' | 'speed' | 'replay_file'>,
  parts: SourceParts,
): Promise<RunningSource> {
  switch (source) {
    case 'none':
      return (await hasTimeOfItsOwn(parts.engine)) ? noSource : openTicker(parts);
    case 'simulated':
      await refuseFolderOf(replay, parts.engine, 'a replay', 'a simulation');
      await refuseFolderOf(meta, parts.engine, 'accounts of Meta', 'a simulation');
      return openSimulated({
        ...parts,
        seed,
        speed,
        follows: async (account_id) => (await moneyModeOf(parts.engine, account_id)) === 'dry_run',
      });
    case 'replay':
      if (replay_file === null)
        throw new ConfigError('replay_file', 'null: a replay needs a file', 'give --replay FILE');
      await refuseFolderOf(simulated, parts.engine, 'a simulation', 'a replay');
      await refuseFolderOf(meta, parts.engine, 'accounts of Meta', 'a replay');
      return openReplay({ ...parts, seed: seed ?? default_seed, speed, file: replay_file });
    case 'meta':
      await refuseFolderOf(simulated, parts.engine, 'a simulation', 'accounts of Meta');
      await refuseFolderOf(replay, parts.engine, 'a replay', 'accounts of Meta');
      if (parts.openMeta === undefined)
        throw new ConfigError('source', 'nothing opens Meta here', 'use flywheel start');
      return parts.openMeta();
  }
}

/** A folder of a simulation or replay is in that source's time: real hours do not belong in it. */
const hasTimeOfItsOwn = async ({ log }: Runtime): Promise<boolean> =>
  (await log.position(simulated)) !== undefined || (await log.position(replay)) !== undefined;

/** A log's time goes one way, and each of these sources brings its own. */
async function refuseFolderOf(source: string, { log }: Runtime, found: string, wanted: string): Promise<void> {
  if ((await log.position(source)) !== undefined) throw new FlywheelError('source.other', { found, wanted });
}
