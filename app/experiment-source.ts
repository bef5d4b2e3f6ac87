/** Where the list of experiments begins: what the analytics know, and the end of the log that they may not know yet. */
import type { Runtime } from '../engine/runtime.ts';
import { readRange } from '../engine/read-range.ts';
import { defaultPolicy, policyOfEvent } from '../policy/document.ts';
import type { EvidencePolicy } from '../policy/evidence.ts';
import { z } from 'zod';
import type { SqlReader } from './operations/context.ts';
import { evidenceShape, type Evidence, type ExperimentSource } from './operations/experiment-list.ts';

/** Records of the log's end that are read per partition: far more than rows can be on their way to the analytics. */
const end_records = 20_000;

const columns = Object.keys(evidenceShape.shape);
const newest_sql = `SELECT ${columns.join(', ')} FROM evidence_changed ORDER BY at_ms DESC LIMIT 1 BY account_id, experiment_id`;

async function* fromAnalytics(reader: SqlReader): AsyncGenerator<Evidence> {
  const { rows } = await reader.query(newest_sql);
  for (const row of rows) {
    const evidence = evidenceShape.safeParse(Object.fromEntries(columns.map((name, i) => [name, row[i]])));
    if (evidence.success) yield evidence.data;
  }
}

async function* fromLog(engine: Runtime): AsyncGenerator<Evidence> {
  for (let partition = 0; partition < engine.options.partitions; partition++) {
    const { start, end } = await engine.log.range('evidence.changed', partition);
    const from = Math.max(start, end - end_records);
    for await (const record of readRange(engine.log, 'evidence.changed', partition, from, end)) {
      const evidence = evidenceShape.safeParse(engine.decoded(record).value);
      if (evidence.success) yield evidence.data;
    }
  }
}

const policyEvent = z.object({ version: z.string(), document: z.string() });

/** The policy in force: the last that the log has, or the built-in one. */
async function policyInForce(engine: Runtime): Promise<EvidencePolicy> {
  const { topic } = engine.options.policy;
  const { end } = await engine.log.range(topic, 0);
  const event = end === 0 ? undefined : await engine.event(topic, 0, end - 1);
  const parsed = policyEvent.safeParse(event?.value);
  return (parsed.success ? policyOfEvent(parsed.data) : defaultPolicy).evidence;
}

export const experimentSource = (reader: SqlReader): ExperimentSource => ({
  policy: policyInForce,
  async *latest(engine) {
    yield* fromAnalytics(reader);
    yield* fromLog(engine);
  },
});
