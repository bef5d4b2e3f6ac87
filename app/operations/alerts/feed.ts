/** Alerts as they are raised, taken up and resolved: what the page streams. */
import { z } from 'zod';
import type { LogRecord } from '../../../engine/ports.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import type { AlertNews } from './view.ts';

const raised = z.object({
  ...{ account_id: z.string(), alert_id: z.string(), rule_id: z.string() },
  ...{ severity: z.string(), reason: z.string(), at_ms: z.number() },
});
const command = z.object({
  ...{ account_id: z.string(), kind: z.string(), alert_id: z.string().nullable() },
  ...{ actor: z.string(), reason: z.string(), at_ms: z.number() },
});

/** Topics that alerts are told of by. */
export const alert_topics: readonly string[] = ['alert.raised', 'alert.resolved', 'alert.command'];

function newsOf(topic: string, value: unknown): AlertNews | undefined {
  if (topic !== 'alert.command') {
    const found = raised.safeParse(value);
    return found.success ? { ...found.data, what: topic === 'alert.raised' ? 'raised' : 'resolved' } : undefined;
  }
  const { data } = command.safeParse(value);
  if (data?.kind !== 'acknowledge' || data.alert_id === null) return undefined;
  const { account_id, alert_id, actor, reason, at_ms } = data;
  const about = { rule_id: null, severity: null, reason: `${actor}: ${reason}`, at_ms };
  return { account_id, what: 'acknowledged', alert_id, ...about };
}

/** Calls `listener` with each; returns the function that ends it. One that is sent twice after a crash is told twice. */
export function onAlertNews(engine: Runtime, listener: (news: AlertNews) => void): () => void {
  return engine.log.onAppend((records: readonly LogRecord[]) => {
    for (const record of records) {
      if (!alert_topics.includes(record.topic)) continue;
      const news = newsOf(record.topic, engine.decoded(record).value);
      if (news !== undefined) listener(news);
    }
  });
}
