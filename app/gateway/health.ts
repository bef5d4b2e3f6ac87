/** Whether the engine works, for whoever restarts it. */
import type { RunningEngine, ServerStanding } from '../running-engine.ts';
import type { Status } from '../operations/operations.ts';

export interface Health {
  /** `failing`: a group has stopped and needs someone. `degraded`: one waits for something outside, and goes on by itself. */
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly reasons: readonly string[];
  readonly groups: readonly { readonly group: string; readonly state: string; readonly lag: number }[];
}

/** Whether this instance can do its work: what is down, by name. */
export interface Readiness {
  readonly ready: boolean;
  readonly down: readonly string[];
  readonly servers: readonly ServerStanding[];
  /** Partitions that this instance works on, by group. */
  readonly partitions: Readonly<Record<string, readonly number[]>>;
}

/**
 * Ready while the servers that nothing goes on without answer, and no group of this instance has stopped. Partitions may
 * be with other instances: one that has none is ready to take them.
 */
export async function readinessOf(running: RunningEngine | null): Promise<Readiness> {
  if (running === null) return { ready: true, down: [], servers: [], partitions: {} };
  const servers = await running.servers();
  const away = servers.filter(({ ok }) => !ok).map(({ name, said }) => `${name} does not answer: ${said}`);
  const groups = running.engine.groups();
  const stopped = groups
    .filter(({ state }) => state === 'stopped')
    .map(({ group, reason }) => `${group} has stopped: ${reason ?? 'unknown'}`);
  const waiting = groups
    .filter(({ state }) => state === 'waiting')
    .map(({ group, reason }) => `${group} waits: ${reason ?? 'unknown'}`);
  const ready = stopped.length === 0 && servers.every(({ ok, needed }) => ok || !needed);
  const partitions = Object.fromEntries(groups.map(({ group }) => [group, running.owned(group)]));
  return { ready, down: [...away, ...stopped, ...waiting], servers, partitions };
}

export function healthOf({ groups, source }: Pick<Status, 'groups' | 'source'>): Health {
  const stopped = groups.filter(({ state }) => state === 'stopped');
  const waiting = groups.filter(({ state }) => state === 'waiting');
  const unread = source.accounts.filter(({ state }) => state === 'stale' || state === 'failing');
  const accounts = source.accounts.filter((account) => account.problem !== null || unread.includes(account));
  return {
    status: stopped.length > 0 ? 'failing' : waiting.length + unread.length > 0 ? 'degraded' : 'ok',
    reasons: [
      ...[...stopped, ...waiting].map(
        ({ group, state, reason }) =>
          `${group} ${state === 'stopped' ? 'has stopped' : 'waits'}: ${reason ?? 'unknown'}`,
      ),
      ...accounts.map(
        ({ account_id, state, problem }) => `account ${account_id} is ${state}: ${problem ?? 'not read'}`,
      ),
    ],
    groups: groups.map(({ group, state, lag }) => ({ group, state, lag })),
  };
}
