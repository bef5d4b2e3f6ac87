/** When a source may go on: what it gave is handled, and so is all that came of it. */
import type { Engine, GroupStatus } from '../../engine/engine.ts';

/** Records that a group which only writes rows may be behind: what it does decides nothing, but must be kept up with. */
const most_behind = 20_000;

/** Between two looks at whether the groups are done. */
const poll_ms = 1;

/** The engine, as far as it tells whether it is done. */
export type Handling = Pick<Engine, 'statuses' | 'topology'>;

/**
 * Resolves true when the groups that emit have handled all there is, what they emitted included and in the log, and the
 * others are not far behind; false when `stopped` says so first. A group that has stopped holds nothing up.
 *
 * Unlike `Engine.drain` this does not wait for the analytics, which gather rows for a while before they take them.
 */
export async function handled(engine: Handling, stopped: () => boolean): Promise<boolean> {
  const emitting = new Set<string>();
  for (const { wiring } of engine.topology.processors) if (wiring.emits.length > 0) emitting.add(wiring.group);
  const isBusy = ({ group, state, lag, outbox_bytes }: GroupStatus): boolean => {
    if (state === 'stopped') return false;
    return emitting.has(group) ? state === 'running' || lag > 0 || outbox_bytes > 0 : lag > most_behind;
  };
  for (;;) {
    const asked_ms = performance.now();
    if (!(await engine.statuses()).some(isBusy)) return !stopped();
    if (stopped()) return false;
    // Where other processes have to be asked, no longer than half of the time is spent on it.
    await new Promise((resolve) => setTimeout(resolve, Math.max(poll_ms, performance.now() - asked_ms)));
  }
}
