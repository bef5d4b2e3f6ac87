/** Whether the engine works, for whoever restarts it. */
import type { Status } from '../operations/operations.ts';

export interface Health {
  /** `failing`: a group has stopped and needs someone. `degraded`: one waits for something outside, and goes on by itself. */
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly reasons: readonly string[];
  readonly groups: readonly { readonly group: string; readonly state: string; readonly lag: number }[];
}

export function healthOf({ groups }: Pick<Status, 'groups'>): Health {
  const stopped = groups.filter(({ state }) => state === 'stopped');
  const waiting = groups.filter(({ state }) => state === 'waiting');
  return {
    status: stopped.length > 0 ? 'failing' : waiting.length > 0 ? 'degraded' : 'ok',
    reasons: [...stopped, ...waiting].map(
      ({ group, state, reason }) => `${group} ${state === 'stopped' ? 'has stopped' : 'waits'}: ${reason ?? 'unknown'}`,
    ),
    groups: groups.map(({ group, state, lag }) => ({ group, state, lag })),
  };
}
