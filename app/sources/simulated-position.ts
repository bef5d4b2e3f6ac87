/** Where a simulation stands, as it commits with each hour that it appended. */
import { z } from 'zod';
import { platformState } from '../../ports/ad-platform/simulated/state.ts';

const count = z.int().min(0);

const shape = z.object({
  seed: count,
  /** Start of the first hour, UTC epoch milliseconds. */
  first_ms: count,
  /** Events appended. */
  events: count,
  /** By partition of `allocation.proposed`: the offset from which nothing is in the budgets yet. */
  proposals: z.array(count),
  /** After the hour that was appended, before its proposals. */
  platform: platformState,
});

export type SimulatedPosition = z.infer<typeof shape>;

export const printPosition = (position: SimulatedPosition): string => JSON.stringify(position);

/** The position that was printed. Throws where the text is none: the folder was written by other code. */
export const parsePosition = (text: string): SimulatedPosition => shape.parse(JSON.parse(text));
