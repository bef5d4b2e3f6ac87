/** A decision in words: the event's own reason, with ads called by their names, or what its numbers say. */
import { z } from 'zod';
import type { EngineEvent } from '../../../engine/engine.ts';
import type { Directory } from '../names/directory.ts';
import { decisionRow } from './row.ts';
import { predictionWords } from '../predictions/words.ts';

const reasoned = z.object({
  account_id: z.string(),
  ad_id: z.string(),
  rivals: z.array(z.string()).default([]),
  reason: z.string().min(1),
});

export function decisionWords(event: EngineEvent, directory: Directory): string {
  const { success, data } = reasoned.safeParse(event.value);
  if (success) return directory.withAdNames(data.reason, data.account_id, [data.ad_id, ...data.rivals]);
  const predicted = event.record.topic === 'prediction.made' ? predictionWords(event.value) : null;
  if (predicted !== null) return directory.withAdNames(predicted.words, predicted.account_id, [predicted.ad_id]);
  const words = decisionRow(event, directory)?.result ?? event.error ?? event.record.topic;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
