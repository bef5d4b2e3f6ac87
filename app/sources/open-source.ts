/** The source that the configuration asks for. */
import type { RunningSource } from '../assemble.ts';
import type { Config } from '../config/settings.ts';
import { noSource } from './none.ts';

export type SourceConfig = Pick<Config, 'source' | 'seed' | 'speed' | 'replay_file'>;

/** Opens the source before the engine starts: one that goes on from a folder finds its place in it. */
export function openSource({ source }: SourceConfig): Promise<RunningSource> {
  switch (source) {
    case 'none':
      return Promise.resolve(noSource);
    case 'replay':
      return Promise.reject(new Error('source: "replay" is not built in yet; use --source none'));
    case 'simulated':
      return Promise.reject(new Error('source: "simulated" is not built in yet; use --source none'));
  }
}
