/**
 * Watches how far behind groups are, and makes it an event where somebody may have to look: a rule decides. What is well is
 * said once, after what was not.
 */
import type { GroupStatus } from '../../engine/engine.ts';
import { groupObserved, type GroupObserved } from '../../schemas/index.ts';

/** Records from which a group's lag is an event. */
export const observed_lag = 10_000;
/** Between two events of a group that is behind, milliseconds of real time. */
const again_ms = 10 * 60_000;
const longest_reason = 2_000;

/** Alerts about the program are kept where no account's are. */
const of_program = '*';

type Observed = Pick<GroupStatus, 'group' | 'state' | 'lag' | 'reason'>;

export class GroupWatch {
  /** When each group that is not well was told last. */
  readonly #told = new Map<string, { readonly at_ms: number; readonly state: string }>();

  /**
   * What is to be published of how groups do.
   * @param real_ms real time
   * @param at_ms the time that the accounts live in
   */
  look(
    statuses: readonly Observed[],
    real_ms: number,
    at_ms: number,
  ): readonly ReturnType<typeof groupObserved.event>[] {
    return statuses.flatMap((status) => {
      const { group, state, lag } = status;
      const told = this.#told.get(group);
      const is_well = state !== 'stopped' && lag < observed_lag;
      if (is_well) {
        if (told === undefined) return [];
        this.#told.delete(group);
        return [eventOf(status, at_ms)];
      }
      if (told?.state === state && real_ms - told.at_ms < again_ms) return [];
      this.#told.set(group, { at_ms: real_ms, state });
      return [eventOf(status, at_ms)];
    });
  }
}

function eventOf({ group, state, lag, reason }: Observed, at_ms: number): ReturnType<typeof groupObserved.event> {
  const words =
    reason
      ?.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
      .trim()
      .slice(0, longest_reason) ?? '';
  const value: GroupObserved = {
    ...{ account_id: of_program, group, state, lag: Math.max(0, lag), limit: observed_lag },
    ...{ reason: words === '' ? null : words, at_ms },
  };
  return groupObserved.event(value);
}
