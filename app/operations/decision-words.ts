/** A decision in words: the event's own reason, or what its numbers say. */
import type { EngineEvent } from '../../engine/engine.ts';
import type { Directory } from './directory.ts';
import { decisionRow } from './decision-row.ts';

export function decisionWords(event: EngineEvent, directory: Directory): string {
  const reason: unknown = event.value === null ? event.error : Reflect.get(event.value, 'reason');
  if (typeof reason === 'string' && reason !== '') return reason;
  return decisionRow(event, directory)?.result ?? `${event.record.topic}`;
}
