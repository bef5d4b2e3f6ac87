/**
 * What each group has before it, and what it inherits: a group without lag of its own is not up to date while a group
 * whose events it reads is behind.
 */
import type { TaskStanding } from '../../../engine/standing/standing.ts';
import type { AnyProcessor } from '../../../topology/processor.ts';
import type { OperationsContext } from '../context.ts';
import type { LagRow, Operations } from '../operations.ts';

export async function lag(
  { engine }: OperationsContext,
  { group }: Parameters<Operations['lag']>[0],
): Promise<readonly LagRow[]> {
  if (group !== undefined) engine.processor(group);
  return lagRows(engine.topology.processors, await engine.standings()).filter(
    (row) => group === undefined || row.group === group,
  );
}

export function lagRows(processors: readonly AnyProcessor[], tasks: readonly TaskStanding[]): readonly LagRow[] {
  const own = new Map(tasks.map((task) => [`${task.group}|${task.partition}`, task.lag]));
  const partitions = [...new Set(tasks.map(({ partition }) => partition))];
  return tasks.map(({ group, partition, lag: behind, undelivered, state, reason, here, head }) => {
    let inherited = 0;
    for (const above of upstream(processors, group, partition, partitions)) inherited += own.get(above) ?? 0;
    const { last_event_ms } = head;
    return { group, partition, own: behind, inherited, undelivered, state, reason, here, last_event_ms };
  });
}

/** By the processors of a topology, which stay what they are, and by its partitions and a task. */
const upstreams = new WeakMap<readonly AnyProcessor[], Map<string, ReadonlySet<string>>>();

/** Tasks whose events reach this one, directly or through others, by `group|partition`; itself is none of them. */
function upstream(
  processors: readonly AnyProcessor[],
  group: string,
  partition: number,
  partitions: readonly number[],
): ReadonlySet<string> {
  const known = upstreams.get(processors) ?? new Map<string, ReadonlySet<string>>();
  upstreams.set(processors, known);
  const asked = `${group}|${partition}|${partitions.join()}`;
  const found = known.get(asked) ?? walkedUp(processors, { group, partition }, partitions);
  known.set(asked, found);
  return found;
}

function walkedUp(
  processors: readonly AnyProcessor[],
  task: Place,
  partitions: readonly number[],
): ReadonlySet<string> {
  const found = new Set<string>();
  const looking = [task];
  for (let at = looking.pop(); at !== undefined; at = looking.pop())
    for (const above of writersFor(processors, at, partitions)) {
      const name = `${above.group}|${above.partition}`;
      if (found.has(name) || (above.group === task.group && above.partition === task.partition)) continue;
      found.add(name);
      looking.push(above);
    }
  return found;
}

interface Place {
  readonly group: string;
  readonly partition: number;
}

function writersFor(processors: readonly AnyProcessor[], at: Place, partitions: readonly number[]): readonly Place[] {
  const reads = processors.find(({ wiring }) => wiring.group === at.group)?.wiring.reads ?? [];
  return processors.flatMap(({ wiring }) => {
    const written = wiring.emits.filter(({ name }) => reads.some((topic) => topic.name === name));
    if (written.length === 0) return [];
    // What is keyed as what it was made of stays in its partition; what is keyed otherwise may come from any.
    const keys = new Set(wiring.reads.map(({ partitionKey }) => partitionKey).filter((key) => key !== null));
    const stays = written.every(({ partitionKey }) => partitionKey !== null && keys.has(partitionKey));
    return (stays ? [at.partition] : partitions).map((partition) => ({ group: wiring.group, partition }));
  });
}
