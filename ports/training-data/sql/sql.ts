/**
 * Training data out of the archive's tables, by SQL. Read in pages: one answer with all rows would be parsed at once,
 * and nothing else of the process runs meanwhile.
 */
import { z } from 'zod';
import type { Signal } from '../../../topology/processor.ts';
import { literal } from '../../analytics/clickhouse/layout.ts';
import type { Analytics } from '../../analytics/port.ts';
import { Gathering } from '../gather.ts';
import type { ExampleQuery, ExampleSet, ModelEvent, StoredModel, TrainingData } from '../port.ts';

/** Predictions whose counts are read at once, and bytes of features: a few milliseconds of parsing. */
const page_rows = 5_000;
const page_bytes = 2_000_000;
/** Rows that are taken in before others have their turn. */
const rows_at_once = 200;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** A feature that is not 0: its place and its value as a 32-bit float, in hexadecimal. */
const feature_digits = 12;
const feature_bytes = feature_digits / 2;

/** ClickHouse writes 64-bit integers as text. */
const integer = z.union([z.number(), z.string()]).transform(Number).pipe(z.int());
const versionRow = z.tuple([integer, integer]);
const countRow = z.tuple([integer]);
const countsRow = z.tuple([z.string(), integer, z.string(), z.number(), integer, integer, integer, integer, integer]);
const featuresRow = z.tuple([integer, z.string()]);
const historyRow = z.tuple([
  z.enum(['trained', 'rollback']),
  z.string(),
  z.string().nullable(),
  z.enum(['trained', 'refused', 'failed']),
  z.string().nullable(),
  integer,
]);
const modelRow = z.tuple([
  integer,
  integer,
  z.array(z.number()),
  z.array(z.number()),
  z.array(z.number()),
  z.array(z.number()),
]);

/** Predictions of the range with their newest actuals as columns, all but their features; `after` narrows them to a page. */
function joined(
  { account_id, from_ms, to_ms }: ExampleQuery,
  [version, columns]: readonly [number, number],
  after = '',
): string {
  const account = `account_id = ${literal(account_id)}`;
  return `SELECT prediction_id, at_ms, ad_id, baseline_rate, impressions, clicks, first_known_ms, cause_partition, cause_offset
    FROM (SELECT prediction_id, at_ms, ad_id, baseline_rate, cause_partition, cause_offset FROM prediction_made
      WHERE ${account} AND at_ms >= ${from_ms} AND at_ms <= ${to_ms}
        AND features_version = ${version} AND length(features) = ${columns}${after}
      LIMIT 1 BY prediction_id) AS predicted
    INNER JOIN (SELECT prediction_id, argMax(impressions, revision) AS impressions, argMax(clicks, revision) AS clicks,
        min(known_ms) AS first_known_ms
      FROM actuals_fetched WHERE ${account} AND at_ms <= ${to_ms}
      GROUP BY prediction_id HAVING impressions > 0) AS actual
    USING prediction_id`;
}

/**
 * Features of some predictions by their offset, as digits: text is parsed at once, lists of numbers one by one, and
 * most are 0, which are left out. The coordinates are what the table is sorted by, so that only what is asked for is read.
 */
const featuresAt = (account_id: string, partition: number, offsets: readonly number[]): string =>
  `SELECT cause_offset, arrayStringConcat(arrayMap((x, i) -> if(x = 0, '',
      concat(leftPad(hex(toUInt16(i - 1)), 4, '0'), hex(toFloat32(x)))), features, arrayEnumerate(features)))
    FROM prediction_made
    WHERE account_id = ${literal(account_id)} AND cause_group = 'archivist' AND cause_topic = 'prediction.made'
      AND cause_partition = ${partition} AND cause_offset IN (${offsets.join(', ')})`;

export function sqlTrainingData(analytics: Pick<Analytics, 'query'>): TrainingData {
  const rowsOf = async <T>(shape: z.ZodType<T>, sql: string): Promise<readonly T[]> => {
    const { rows } = await analytics.query(`${sql} SETTINGS max_threads = 1`);
    const parsed: T[] = [];
    for (const [i, row] of rows.entries()) {
      if (i > 0 && i % rows_at_once === 0) await turn();
      parsed.push(shape.parse(row));
    }
    return parsed;
  };
  return {
    examples: (query, signal) => readExamples(rowsOf, query, signal),
    history: (account_id) => readHistory(rowsOf, account_id),
    model: (account_id, model_id) => readModel(rowsOf, account_id, model_id),
  };
}

type RowsOf = <T>(shape: z.ZodType<T>, sql: string) => Promise<readonly T[]>;

async function readExamples(rowsOf: RowsOf, query: ExampleQuery, signal: Signal): Promise<ExampleSet> {
  const [newest = [0, 0] as const] = await rowsOf(
    versionRow,
    `SELECT features_version, length(features) FROM prediction_made
      WHERE account_id = ${literal(query.account_id)} AND at_ms >= ${query.from_ms} AND at_ms <= ${query.to_ms}
      ORDER BY at_ms DESC, features_version DESC LIMIT 1`,
  );
  const [version, columns] = newest;
  const [[of] = [0]] = await rowsOf(countRow, `SELECT count() FROM (${joined(query, newest)})`);
  const gathering = new Gathering(query, of, version, columns);
  let after = '';
  for (let rows = page_rows; rows === page_rows;) {
    const found = await rowsOf(
      countsRow,
      `${joined(query, newest, after)} ORDER BY at_ms, prediction_id LIMIT ${page_rows}`,
    );
    const last = found.at(-1);
    if (last !== undefined) after = ` AND (at_ms, prediction_id) > (${last[1]}, ${literal(last[0])})`;
    rows = found.length;
    await withFeatures(found, gathering, { rowsOf, account_id: query.account_id, columns, signal });
  }
  return gathering.set();
}

interface Page {
  readonly rowsOf: RowsOf;
  readonly account_id: string;
  readonly columns: number;
  readonly signal: Signal;
}

/** Adds those that are taken, in order, with their features. */
async function withFeatures(
  found: readonly z.infer<typeof countsRow>[],
  gathering: Gathering,
  { rowsOf, account_id, columns, signal }: Page,
): Promise<void> {
  const taken = found.filter(() => gathering.isNextTaken());
  const page = Math.max(20, Math.floor(page_bytes / (feature_digits * Math.max(1, columns))));
  for (let at = 0; at < taken.length; at += page) {
    if (signal.aborted) throw signal.reason;
    const rows = taken.slice(at, at + page);
    const [first] = rows;
    if (first === undefined) return;
    const offsets = rows.map(([, , , , , , , , offset]) => offset);
    const read = await rowsOf(featuresRow, featuresAt(account_id, first[7], offsets));
    const features = new Map(read);
    for (const [i, row] of rows.entries()) {
      if (i > 0 && i % rows_at_once === 0) await turn();
      const [, predicted_ms, ad_id, baseline_rate, impressions, clicks, known_ms, , offset] = row;
      const digits = features.get(offset);
      if (digits === undefined) continue;
      gathering.add({
        ad_id,
        features: featuresOf(digits, columns),
        baseline_rate,
        impressions,
        clicks,
        predicted_ms,
        known_ms,
      });
    }
  }
}

/** Features of their digits. */
function featuresOf(digits: string, columns: number): Float32Array {
  const bytes = Buffer.from(digits, 'hex');
  const features = new Float32Array(columns);
  for (let at = 0; at < bytes.length; at += feature_bytes) features[bytes.readUInt16BE(at)] = bytes.readFloatLE(at + 2);
  return features;
}

async function readHistory(rowsOf: RowsOf, account_id: string): Promise<readonly ModelEvent[]> {
  const account = `account_id = ${literal(account_id)}`;
  const order = 'logged_ms, cause_offset';
  const rows = await rowsOf(
    historyRow,
    `SELECT kind, request_id, model_id, status, champion_model_id, at_ms FROM (
      SELECT 'trained' AS kind, request_id, toNullable(model_id) AS model_id, toString(status) AS status,
        champion_model_id, at_ms, ${order} FROM model_trained WHERE ${account}
      UNION ALL
      SELECT 'rollback' AS kind, request_id, to_model_id AS model_id, 'trained' AS status,
        NULL AS champion_model_id, at_ms, ${order} FROM model_rollback_requested WHERE ${account}
    ) ORDER BY ${order}, kind`,
  );
  return rows.map(([kind, request_id, model_id, status, champion_model_id, at_ms]) =>
    kind === 'trained'
      ? { kind, trained: { request_id, model_id: model_id ?? '', status, champion_model_id, at_ms } }
      : { kind, rollback: { to_model_id: model_id, at_ms } },
  );
}

async function readModel(rowsOf: RowsOf, account_id: string, model_id: string): Promise<StoredModel | null> {
  const [row] = await rowsOf(
    modelRow,
    `SELECT features_version, columns, splits, rights, values, roots FROM model_trained
      WHERE account_id = ${literal(account_id)} AND model_id = ${literal(model_id)} AND status = 'trained'
      ORDER BY logged_ms LIMIT 1`,
  );
  if (row === undefined) return null;
  const [features_version, columns, splits, rights, values, roots] = row;
  return { features_version, columns, trees: { splits, rights, values, roots } };
}
