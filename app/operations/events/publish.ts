/** Appends events given as JSON lines: each line is checked by itself, a bad one is reported and left out. */
import type { Runtime } from '../../../engine/runtime.ts';
import { readNdjsonText } from '../../../ports/sources/ndjson/ndjson.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { gateway_writes } from '../../../topology/topic.ts';
import type { OperationsContext } from '../context.ts';
import type { Operations, PublishReport } from '../operations.ts';

type Rejection = PublishReport['rejected'][number];

const encoder = new TextEncoder();

/** Who of ours writes a topic: what anybody else puts there is invented, and stands beside what was decided. */
export function ownWriterOf({ topology, options }: Runtime, topic: string): string | undefined {
  if (topic === options.deadLetters.topic) return 'the engine';
  if (topology.topics.some(({ name, writtenBy }) => name === topic && writtenBy === gateway_writes))
    return gateway_writes;
  return topology.processors.find(({ wiring }) => wiring.emits.some(({ name }) => name === topic))?.wiring.group;
}

/**
 * Checks and appends. With `source` and `position` all accepted lines are one append that commits with the position,
 * so that a file published again after a break goes on behind what is in the log; the report says where that is.
 * A topic that a group of ours writes is refused unless `force`.
 */
export async function publish(
  { engine, now_ms }: OperationsContext,
  { topic: name, ndjson, source, position, force }: Parameters<Operations['publish']>[0],
): Promise<PublishReport> {
  const { topics } = engine.topology;
  const topic = topics.find((one) => one.name === name);
  if (topic === undefined)
    throw new FlywheelError('topic.unknown', { topic: name, known: topics.map((one) => one.name).join(', ') });
  const writer = ownWriterOf(engine, name);
  // Who may do what is nobody's to publish.
  if (writer !== undefined && (force !== true || writer === gateway_writes))
    throw new FlywheelError('topic.ours', { topic: name, writer });
  const whole = source !== undefined && position !== undefined;
  const from = source ?? 'publish';
  const rejected: Rejection[] = [];
  let accepted = 0;
  const text = encoder.encode(ndjson);
  for (const batch of readNdjsonText(text, { topic, now_ms, ...(whole ? { batch_lines: Infinity } : {}) })) {
    rejected.push(...batch.rejected.map(({ line, field, message }) => ({ line, field, message })));
    accepted += batch.events.length;
    if (batch.events.length > 0 || whole)
      await engine.publish({
        source: from,
        position: source === undefined ? null : (position ?? batch.position),
        events: batch.events,
      });
  }
  return { accepted, rejected, position: source === undefined ? null : ((await engine.log.position(source)) ?? null) };
}
