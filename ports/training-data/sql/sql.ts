/**
 * Training data out of the archive's tables, by SQL. Read in pages: one answer with all rows would be parsed at once,
 * and nothing else of the process runs meanwhile.
 */
import { z } from 'zod';
import { literal } from '../../analytics/clickhouse/layout.ts';
import type { Analytics } from '../../analytics/port.ts';
import { Gathering } from '../gather.ts';
import type { ExampleQuery, ExampleSet, ModelEvent, StoredModel, TrainingData } from '../port.ts';

/** Numbers of features in a page: a few milliseconds of parsing. */
const page_numbers = 20_000;
const page_most = 500;

/** ClickHouse writes 64-bit integers as text. */
const integer = z.union([z.number(), z.string()]).transform(Number).pipe(z.int());
const versionRow = z.tuple([integer, integer]);
const countRow = z.tuple([integer]);
const exampleRow = z.tuple([
  z.string(),
  integer,
  z.string(),
  z.number(),
  z.array(z.unknown()),
  integer,
  integer,
  integer,
]);
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

const isNumbers = (values: readonly unknown[]): values is readonly (number | null)[] =>
  values.every((value) => typeof value === 'number' || value === null);

/** Predictions of the range with their newest actuals as columns; `after` narrows them to a page. */
function joined(
  { account_id, from_ms, to_ms }: ExampleQuery,
  [version, columns]: readonly [number, number],
  after = '',
): string {
  const account = `account_id = ${literal(account_id)}`;
  return `SELECT prediction_id, at_ms, ad_id, baseline_rate, features, impressions, clicks, first_known_ms
    FROM (SELECT prediction_id, at_ms, ad_id, baseline_rate, features FROM prediction_made
      WHERE ${account} AND at_ms >= ${from_ms} AND at_ms <= ${to_ms}
        AND features_version = ${version} AND length(features) = ${columns}${after}
      LIMIT 1 BY prediction_id) AS predicted
    INNER JOIN (SELECT prediction_id, argMax(impressions, revision) AS impressions, argMax(clicks, revision) AS clicks,
        min(known_ms) AS first_known_ms
      FROM actuals_fetched WHERE ${account} AND at_ms <= ${to_ms}
      GROUP BY prediction_id HAVING impressions > 0) AS actual
    USING prediction_id`;
}

export function sqlTrainingData(analytics: Pick<Analytics, 'query'>): TrainingData {
  const rowsOf = async <T>(shape: z.ZodType<T>, sql: string): Promise<readonly T[]> =>
    (await analytics.query(sql)).rows.map((row) => shape.parse(row));
  return {
    examples: (query, signal) => readExamples(rowsOf, query, signal),
    history: (account_id) => readHistory(rowsOf, account_id),
    model: (account_id, model_id) => readModel(rowsOf, account_id, model_id),
  };
}

type RowsOf = <T>(shape: z.ZodType<T>, sql: string) => Promise<readonly T[]>;

async function readExamples(
  rowsOf: RowsOf,
  query: ExampleQuery,
  signal: { readonly aborted: boolean; readonly reason: unknown },
): Promise<ExampleSet> {
  const [newest = [0, 0] as const] = await rowsOf(
    versionRow,
    `SELECT features_version, length(features) FROM prediction_made
      WHERE account_id = ${literal(query.account_id)} AND at_ms >= ${query.from_ms} AND at_ms <= ${query.to_ms}
      ORDER BY at_ms DESC, features_version DESC LIMIT 1`,
  );
  const [version, columns] = newest;
  const [[of] = [0]] = await rowsOf(countRow, `SELECT count() FROM (${joined(query, newest)})`);
  const gathering = new Gathering(query, of, version, columns);
  const page = Math.min(page_most, Math.max(20, Math.floor(page_numbers / Math.max(1, columns))));
  let after = '';
  for (let rows = page; rows === page;) {
    if (signal.aborted) throw signal.reason;
    const found = await rowsOf(
      exampleRow,
      `${joined(query, newest, after)} ORDER BY at_ms, prediction_id LIMIT ${page}`,
    );
    for (const [, predicted_ms, ad_id, baseline_rate, features, impressions, clicks, known_ms] of found)
      if (isNumbers(features))
        gathering.add({ ad_id, features, baseline_rate, impressions, clicks, predicted_ms, known_ms });
    const last = found.at(-1);
    if (last !== undefined) after = ` AND (at_ms, prediction_id) > (${last[1]}, ${literal(last[0])})`;
    rows = found.length;
  }
  return gathering.set();
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
