/** Where the list of experiments begins: what the analytics know, and the end of the log that they may not know yet. */
import type { Runtime } from '../engine/runtime.ts';
import { readRange } from '../engine/read-range.ts';
import { FlywheelError } from '../topology/errors.ts';
import type { SqlReader } from './operations/context.ts';
import { wholePolicyInForce } from './policy-in-force.ts';
import { evidenceShape, type Evidence, type ExperimentSource } from './operations/experiments/list.ts';

/** Records of the log's end that are read per partition: far more than rows can be on their way to the analytics. */
const end_records = 20_000;

const columns = Object.keys(evidenceShape.shape);
const newest_sql = `SELECT ${columns.join(', ')} FROM evidence_changed ORDER BY at_ms DESC LIMIT 1 BY account_id, experiment_id`;

/** Returns false where nobody answered. */
async function* fromAnalytics(reader: SqlReader): AsyncGenerator<Evidence, boolean> {
  const answer = await reader.query(newest_sql).catch((error: unknown) => {
    if (error instanceof FlywheelError && error.code === 'sink.unavailable') return null;
    throw error;
  });
  if (answer === null) return false;
  for (const row of answer.rows) {
    const evidence = evidenceShape.safeParse(Object.fromEntries(columns.map((name, i) => [name, row[i]])));
    if (evidence.success) yield evidence.data;
  }
  return true;
}

async function* fromLog(engine: Runtime, records: number): AsyncGenerator<Evidence> {
  for (let partition = 0; partition < engine.options.partitions; partition++) {
    const { start, end } = await engine.log.range('evidence.changed', partition);
    const from = Math.max(start, end - records);
    for await (const record of readRange(engine.log, 'evidence.changed', partition, from, end)) {
      const evidence = evidenceShape.safeParse(engine.decoded(record).value);
      if (evidence.success) yield evidence.data;
    }
  }
}

/** @param there whether the analytics answer; where they do not, the whole log is read. */
export const experimentSource = (reader: SqlReader, there: boolean): ExperimentSource => ({
  policy: wholePolicyInForce,
  async *latest(engine) {
    if (there && (yield* fromAnalytics(reader))) yield* fromLog(engine, end_records);
    else yield* fromLog(engine, Number.POSITIVE_INFINITY);
  },
});
