/** How a command reaches the engine: through the process that has the folder, or by opening the folder itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockOwner } from '../../engine/embedded/lock.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Flywheel, Root } from '../flywheel.ts';
import type { Operations } from '../operations/operations.ts';
import { remoteOperations } from '../operations/remote.ts';
import { FlywheelError } from '../../topology/errors.ts';

export interface Session {
  readonly operations: Operations;
  /** The engine when it is this process that runs it; null when another does. */
  readonly own: Flywheel | null;
}

/** What a crash left undone is finished first, as far as that goes in so short a time. */
const settle_ms = 1_000;

/** Whether the folder holds a store: a command that only reads must not make one by looking. */
export const hasStore = (data_folder: string): boolean => existsSync(join(data_folder, 'engine'));

/**
 * Runs `work` with operations on the configured folder and closes what was opened. `create` lets it make the folder;
 * commands that only read refuse a folder that has no store, which is mostly a mistyped path.
 */
export async function withSession<T>(
  root: Root,
  { config }: LoadedConfig,
  options: { readonly create: boolean },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const owner = lockOwner(config.data_folder);
  if (owner !== undefined) {
    if (owner.url === null)
      throw new FlywheelError('store.locked', {
        path: config.data_folder,
        pid: owner.pid,
        where: 'it serves no API yet: try again',
      });
    return work({ operations: remoteOperations({ url: owner.url, token: owner.token }), own: null });
  }
  if (!options.create && config.engine === 'embedded' && !hasStore(config.data_folder))
    throw new FlywheelError('store.missing', { path: config.data_folder });
  const own = await root.open({ ...config, source: 'none', replay_file: null }, { source: false });
  try {
    await own.start();
    await Promise.race([own.drain(), sleep(settle_ms)]);
    return await work({ operations: own.operations, own });
  } finally {
    await own.stop();
  }
}
