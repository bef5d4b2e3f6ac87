/** How a group does: the sum over its partitions. */
import type { GroupState, GroupStatus } from '../engine.ts';
import type { Log } from '../ports.ts';
import { unread } from '../read-range.ts';
import type { Task } from '../commit-path/task.ts';
import type { TaskLoop } from '../commit-path/task-loop.ts';

export function groupStatus(group: string, loops: readonly TaskLoop[], log: Log): GroupStatus {
  const sum = (of: (task: Task) => number): number => loops.reduce((total, loop) => total + of(loop.task), 0);
  const failure = loops.map((loop) => loop.failure).find((reason) => reason !== null) ?? null;
  const waiting = loops.map((loop) => loop.task.waiting).find((reason) => reason !== null) ?? null;
  const asleep = loops.every((loop) => loop.asleep);
  const state: GroupState = failure !== null ? 'stopped' : waiting !== null ? 'waiting' : asleep ? 'idle' : 'running';
  return {
    group,
    state,
    reason: failure ?? waiting,
    lag: sum((task) => lagOf(task, log)),
    events_total: sum((task) => task.head.events_total),
    emitted_total: sum((task) => task.head.emitted_total),
    rows_total: sum((task) => task.head.rows_total),
    dead_letters_total: sum((task) => task.head.dead_letters_total),
    outbox_bytes: sum((task) => task.deliverer.bytes),
    last_event_ms: loops.reduce<number | null>((last, { task }) => newer(last, task.head.last_event_ms), null),
  };
}

const newer = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));

/** Records not yet handled. A log that has to ask another process for its end is not asked here. */
function lagOf(task: Task, log: Log): number {
  let lag = 0;
  for (const [topic, offset] of task.offsets()) {
    const range = log.range(topic, task.partition);
    if (!(range instanceof Promise)) lag += unread(log, topic, task.partition, offset, range);
  }
  return lag;
}
