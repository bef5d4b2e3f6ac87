/** No source: the engine takes what is published. */
import type { RunningSource } from '../assemble.ts';
import type { SourceStatus } from '../operations/operations.ts';

const status: SourceStatus = {
  kind: 'none',
  name: 'no source',
  speed: 0,
  clock_ms: null,
  progress: null,
  events_total: 0,
  finished: true,
  accounts: [],
};

export const noSource: RunningSource = {
  status: () => status,
  setSpeed: () => undefined,
  trueRate: () => null,
  play: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
