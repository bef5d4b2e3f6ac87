/** Instances of our group as processes, and what they say of themselves. */
import { z } from 'zod';
import type { FlywheelTask } from './flywheel-worker.ts';
import { MeasuredProgram, ours } from './program.ts';
import { node_flags, session_ms } from './settings-of-node.ts';

const progressShape = z.object({
  events: z.number(),
  lag: z.number(),
  outbox_bytes: z.number(),
  rss_mb: z.number(),
  owned: z.array(z.number()),
});
export type InstanceProgress = z.infer<typeof progressShape>;

export type InstanceTask = Pick<FlywheelTask, 'setting' | 'namespace' | 'processor' | 'report_ms'>;

export const instance = (task: InstanceTask): MeasuredProgram => {
  const whole: FlywheelTask = { ...task, round: 0, session_ms };
  return new MeasuredProgram(ours(`an instance of ${task.namespace}`, './flywheel-worker.ts', whole, node_flags));
};

/** What an instance said last; undefined before the first time. */
export function progressOf(program: MeasuredProgram): InstanceProgress | undefined {
  const last = program.told('progress').at(-1);
  return last === undefined ? undefined : progressShape.parse(last.value);
}

/** Waits until instances have so many partitions each, in the order given. */
export async function shared(programs: readonly MeasuredProgram[], partitions: readonly number[]): Promise<void> {
  const until_ms = performance.now() + share_within_ms;
  for (;;) {
    const found = programs.map((program) => progressOf(program)?.owned.length ?? 0);
    if (found.sort().join() === [...partitions].sort().join()) return;
    if (performance.now() > until_ms)
      throw new Error(`partitions are shared ${found.join(', ')} instead of ${partitions.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, poll_ms));
  }
}

const share_within_ms = 90_000;
const poll_ms = 50;
